{#
    One group of a regular expression in a text; NULL when the pattern does not fit or the group is empty.

    DuckDB's regexp_extract gives '' for both. Patterns keep to what RE2 and Java share, without a backslash, since
    engines differ in what a backslash in a text literal means.
#}
{% macro regex_group(text, pattern, group) -%}
    {{ return(adapter.dispatch("regex_group", "oeverum")(text, pattern, group)) }}
{%- endmacro %}

{% macro duckdb__regex_group(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}

{# Spark's regexp_extract gives '' for both, too. #}
{% macro spark__regex_group(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}
