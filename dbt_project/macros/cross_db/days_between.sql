{#
    Days from one date to a later one, BIGINT; negative when it is earlier.

    DuckDB: the difference of two DATE is BIGINT. Spark: datediff takes the later one first, and gives INT.
#}
{% macro days_between(from_date, to_date) -%}
    {{ return(adapter.dispatch("days_between", "oeverum")(from_date, to_date)) }}
{%- endmacro %}

{% macro duckdb__days_between(from_date, to_date) -%}
    ({{ to_date }} - {{ from_date }})
{%- endmacro %}

{% macro spark__days_between(from_date, to_date) -%}
    cast(datediff({{ to_date }}, {{ from_date }}) as bigint)
{%- endmacro %}
