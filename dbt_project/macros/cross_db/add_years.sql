{#
    A date so many years later, DATE; 29 February gives 28 February in a year that is not a leap year.

    DuckDB: DATE + INTERVAL is TIMESTAMP, hence the cast.
#}
{% macro add_years(date, years) -%}
    {{ return(adapter.dispatch("add_years", "oeverum")(date, years)) }}
{%- endmacro %}

{% macro duckdb__add_years(date, years) -%}
    cast({{ date }} + interval '{{ years }} years' as date)
{%- endmacro %}

{# Spark: add_months gives the last day of February where there is no 29th, as DuckDB does. #}
{% macro spark__add_years(date, years) -%}
    add_months({{ date }}, 12 * ({{ years }}))
{%- endmacro %}
