{#
    The Monday of the week that a date lies in, DATE.

    Both engines truncate to the ISO week; the result is a DATE in DuckDB and a TIMESTAMP in Spark, hence the cast.
#}
{% macro monday_of(date) -%}
    {{ return(adapter.dispatch("monday_of", "oeverum")(date)) }}
{%- endmacro %}

{% macro duckdb__monday_of(date) -%} cast(date_trunc('week', {{ date }}) as date) {%- endmacro %}

{% macro spark__monday_of(date) -%} cast(date_trunc('week', {{ date }}) as date) {%- endmacro %}
