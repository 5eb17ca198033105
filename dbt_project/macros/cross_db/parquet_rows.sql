{#
    The rows of a list of Parquet files as something to select from.

    DuckDB: read_parquet. The folder is called delivery=<id>, which DuckDB would turn into a column of its own: off.
    Files of one delivery have one schema; columns are taken by name.
#}
{% macro parquet_rows(files) %}
    {{ return(adapter.dispatch("parquet_rows", "oeverum")(files)) }}
{% endmacro %}

{% macro duckdb__parquet_rows(files) %}
    {% set paths = [] %}
    {% for file in files %} {% do paths.append(sql_text(file)) %} {% endfor %}
    {{ return("read_parquet([" ~ paths | join(", ") ~ "], hive_partitioning = false)") }}
{% endmacro %}
