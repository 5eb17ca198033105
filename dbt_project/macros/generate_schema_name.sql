{#
    Schemas are called staging, intermediate, marts and seeds on every target: a sandbox, an expectation and a query
    in the docs name them literally. dbt's default would put the target's schema in front.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
