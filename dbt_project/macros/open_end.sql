{# An end in the year 2500 is the registers' word for not yet: NULL. #}
{% macro open_end(at) -%}
    case when {{ at }} < timestamp '2500-01-01' then {{ at }} end
{%- endmacro %}
