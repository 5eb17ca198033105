{#
    The rows of a lake table that count today, by the delivery mode of its contract (meta of the source):

    full     only the latest delivery that has rows: it replaces everything before it
    append   every row of every delivery
    upsert   per primary key the row of the latest delivery; keys that it lacks stay as they were

    Latest is by _delivered_at, then by the delivery's id, so that two deliveries of one moment still have an order.
    Gives a select to stand in parentheses or as a CTE. The relation is written without its database: the warehouse
    is built under one name and moved into place under another.
#}
{% macro current_rows(source_table) %}
    {% set relation = source("lake", source_table).include(database=false) %}
    {% set rule = namespace(mode=none, key=[]) %}
    {% if execute %}
        {% for node in graph.sources.values() if node.source_name == "lake" and node.name == source_table %}
            {% set rule.mode = node.config.meta.delivery_mode %}
            {% set rule.key = node.config.meta.primary_key %}
        {% endfor %}
    {% else %} {% set rule.mode = "append" %}
    {% endif %}
    {% if rule.mode == "append" %} select * from {{ relation }}
    {% elif rule.mode == "full" %}
        select *
        from {{ relation }}
        where
            _delivery = (
                select _delivery
                from {{ relation }}
                order by _delivered_at desc, _delivery desc
                limit 1
            )
    {% elif rule.mode == "upsert" and rule.key %}
        select *
        from
            (
                select
                    *,
                    row_number() over (
                        partition by {{ rule.key | join(", ") }}
                        order by _delivered_at desc, _delivery desc, _row_number desc
                    ) as _newest_first
                from {{ relation }}
            ) as versions
        where _newest_first = 1
    {% else %}
        {% do exceptions.raise_compiler_error(
            "source "
            ~ source_table
            ~ ": delivery mode "
            ~ rule.mode
            ~ " with key "
            ~ rule.key
            ~ "; expected full, append, or upsert with a primary key in the contract"
        ) %}
    {% endif %}
{% endmacro %}
