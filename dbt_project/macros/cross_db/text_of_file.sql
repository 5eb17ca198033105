{#
    The whole text of a file on the machine of the engine, as a relation of one row and one column.
    DuckDB 1.5: read_text gives filename, content, size and last_modified.
#}
{% macro text_of_file(file) %}
    {{ return(adapter.dispatch("text_of_file", "oeverum")(file)) }}
{% endmacro %}

{% macro duckdb__text_of_file(file) %}
    {{ return("(select content from read_text(" ~ sql_text(file) ~ "))") }}
{% endmacro %}
