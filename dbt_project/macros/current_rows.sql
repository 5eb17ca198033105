{#
    The rows of a lake table that count, by the delivery mode of its contract (meta of the source):

    full     only the latest delivery that has rows: it replaces everything before it
    append   every row of every delivery
    upsert   per primary key the row of the latest delivery; keys that it lacks stay as they were

    Latest is by _delivered_at, then by the delivery's id, so that two deliveries of one moment still have an order.
    Which deliveries the lake holds (as of a day, without withdrawn and corrected ones) was decided before dbt runs.

    A person who changed number is one person_id: every column with a person's pseudonym gets the one of the number
    that holds now (stg_person_number), before keys are compared. `people=false` is for tables without people.

    Gives a select to stand in parentheses or as a CTE. Relations are written without their database: the warehouse
    is built under one name and moved into place under another.
#}
{% macro current_rows(source_table, people=true) %}
    {% set relation = source("lake", source_table).include(database=false) %}
    {% set numbers = ref("stg_person_number").include(database=false) if people else none %}
    {% set rule = namespace(mode="append", key=[], columns=[]) %}
    {% if execute %}
        {% for node in graph.sources.values() if node.source_name == "lake" and node.name == source_table %}
            {% set rule.mode = node.config.meta.delivery_mode %}
            {% set rule.key = node.config.meta.primary_key %}
            {% set rule.columns = node.columns.values() | list %}
        {% endfor %}
    {% endif %}
    {% set rows = (
        one_person(relation, rule.columns, numbers)
        if people
        else "select * from " ~ relation
    ) %}
    {% if rule.mode == "append" %} {{ rows }}
    {% elif rule.mode == "full" %}
        select *
        from ({{ rows }}) as delivered
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
                from ({{ rows }}) as delivered
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


{# The rows of a lake table with the pseudonym of each person's present number in every column of people. #}
{% macro one_person(relation, columns, numbers) %}
    {% set people = [] %}
    {% set selected = [] %}
    {% for column in columns %}
        {% if column.config.meta.treatment == "pseudonym:person" %}
            {% do people.append(column.name) %}
            {% set now = "number_" ~ (people | length) %}
            {% do selected.append(
                "coalesce("
                ~ now
                ~ ".person_id, delivered."
                ~ quoted(column.name)
                ~ ") as "
                ~ quoted(column.name)
            ) %}
        {% else %} {% do selected.append("delivered." ~ quoted(column.name)) %}
        {% endif %}
    {% endfor %}
    {% if execute and not people %}
        {% do exceptions.raise_compiler_error(
            relation ~ " has no column of people; say current_rows(..., people=false)"
        ) %}
    {% endif %}
    select {{ selected | join(", ") or "*" }}
    from {{ relation }} as delivered
    {% for name in people %}
        left join
            {{ numbers }} as number_{{ loop.index }}
            on number_{{ loop.index }}.number_id = delivered.{{ quoted(name) }}
    {% endfor %}
{% endmacro %}
