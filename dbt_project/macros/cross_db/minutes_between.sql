{#
    Whole minutes from one timestamp to a later one, BIGINT.

    DuckDB: date_sub counts full minutes; date_diff would count the minute marks that are passed.
#}
{% macro minutes_between(from_at, to_at) -%}
    {{ return(adapter.dispatch("minutes_between", "oeverum")(from_at, to_at)) }}
{%- endmacro %}

{% macro duckdb__minutes_between(from_at, to_at) -%}
    date_sub('minute', {{ from_at }}, {{ to_at }})
{%- endmacro %}

{# Spark: timestampdiff counts full minutes. #}
{% macro spark__minutes_between(from_at, to_at) -%}
    timestampdiff(minute, {{ from_at }}, {{ to_at }})
{%- endmacro %}
