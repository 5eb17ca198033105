{# The first day of a month that is written YYYYMM, DATE. #}
{% macro first_of_month(text) -%}
    make_date(
        cast(substr({{ text }}, 1, 4) as integer), cast(substr({{ text }}, 5, 2) as integer), 1
    )
{%- endmacro %}
