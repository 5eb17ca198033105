{#
    A timestamp so many minutes later; `minutes` is a number known when the SQL is written.

    DuckDB: interval arithmetic on TIMESTAMP stays TIMESTAMP, and knows no time zone: register times are local times.
#}
{% macro add_minutes(at, minutes) -%}
    {{ return(adapter.dispatch("add_minutes", "oeverum")(at, minutes)) }}
{%- endmacro %}

{% macro duckdb__add_minutes(at, minutes) -%}
    ({{ at }} + interval '{{ minutes }} minutes')
{%- endmacro %}

{# Spark: an interval of a whole number; TIMESTAMP_NTZ knows no time zone, as register times do not. #}
{% macro spark__add_minutes(at, minutes) -%}
    ({{ at }} + interval {{ minutes }} minutes)
{%- endmacro %}
