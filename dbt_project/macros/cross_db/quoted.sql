{#
    The name of a column that is more than letters of ASCII, digits and underscores.

    DuckDB quotes names by ", in which Spark sees a text; Spark quotes them by `. adapter.quote would do, were both there.
#}
{% macro quoted(name) -%} {{ return(adapter.dispatch("quoted", "oeverum")(name)) }} {%- endmacro %}

{% macro duckdb__quoted(name) -%} "{{ name }}" {%- endmacro %}

{% macro spark__quoted(name) -%} `{{ name }}` {%- endmacro %}
