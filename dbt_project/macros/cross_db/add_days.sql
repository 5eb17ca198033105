{#
    A date so many days later, DATE; `days` is any integer expression.

    DuckDB: DATE + INTEGER stays DATE, whereas DATE + INTERVAL becomes TIMESTAMP. The sum takes INTEGER only.
#}
{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch("add_days", "oeverum")(date, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(date, days) -%} ({{ date }} + cast({{ days }} as integer)) {%- endmacro %}

{# Spark: date_add stays DATE, and takes INTEGER only, too. #}
{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, cast({{ days }} as integer))
{%- endmacro %}
