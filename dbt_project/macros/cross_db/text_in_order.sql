{#
    The values of a group as one text with blanks between, in the order of a number; NULL values are left out.

    An aggregate. DuckDB orders inside string_agg; Spark collects pairs and sorts those.
#}
{% macro text_in_order(value, place) -%}
    {{ return(adapter.dispatch("text_in_order", "oeverum")(value, place)) }}
{%- endmacro %}

{% macro duckdb__text_in_order(value, place) -%}
    string_agg({{ value }}, ' ' order by {{ place }})
{%- endmacro %}

{% macro spark__text_in_order(value, place) -%}
    array_join(
        transform(
            array_sort(
                collect_list(
                    case
                        when {{ value }} is not null
                        then named_struct('place', {{ place }}, 'value', {{ value }})
                    end
                )
            ),
            pair -> pair.value
        ),
        ' '
    )
{%- endmacro %}
