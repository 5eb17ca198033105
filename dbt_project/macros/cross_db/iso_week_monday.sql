{#
    The Monday of an ISO week, DATE; NULL when the year has no such week (53 in most years).

    The week of 4 January is week 1. DuckDB: date_trunc('week') goes to Monday; isoyear proves that the week exists.
#}
{% macro iso_week_monday(year, week) -%}
    {{ return(adapter.dispatch("iso_week_monday", "oeverum")(year, week)) }}
{%- endmacro %}

{% macro duckdb__iso_week_monday(year, week) -%}
    {%- set monday -%}
        (cast(date_trunc('week', make_date({{ year }}, 1, 4)) as date) + cast(({{ week }} - 1) * 7 as integer))
    {%- endset -%}
    case when extract(isoyear from {{ monday }}) = {{ year }} then {{ monday }} end
{%- endmacro %}

{# Spark: the same by date_trunc, whose result is a TIMESTAMP; yearofweek is the ISO year. #}
{% macro spark__iso_week_monday(year, week) -%}
    {%- set monday -%}
        date_add(cast(date_trunc('week', make_date({{ year }}, 1, 4)) as date), cast(({{ week }} - 1) * 7 as integer))
    {%- endset -%}
    case when extract(yearofweek from {{ monday }}) = {{ year }} then {{ monday }} end
{%- endmacro %}
