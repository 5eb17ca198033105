{#
    The lake as dbt sees it: one view per table of the source `lake`, of the selects in the file that OEVERUM_LAKE_VIEWS
    names: a JSON object of tables and their selects, which `orchestration/lake_views.py` makes. Runs on-run-start.

    Without the file the views that are there stay: whoever runs `dbt test` on a finished warehouse must not empty them.
#}
{% macro register_lake() %}
    {% set file = env_var("OEVERUM_LAKE_VIEWS", "") %}
    {% if execute and file %}
        {% do run_query("create schema if not exists lake") %}
        {% set views = fromjson(run_query("select * from " ~ text_of_file(file)).rows[0][0]) %}
        {% for name, rows in views.items() %}
            {% do run_query("create or replace view lake." ~ quoted(name) ~ " as " ~ rows) %}
        {% endfor %}
    {% endif %}
{% endmacro %}


{# A text as an SQL literal. #}
{% macro sql_text(text) %} {{ return("'" ~ (text | replace("'", "''")) ~ "'") }} {% endmacro %}
