{#
    The lake as dbt sees it: one view per table of the source `lake` over exactly the Parquet files of the deliveries
    in the file that OEVERUM_LAKE_DELIVERIES names, and nothing found by looking into folders: a delivery that was not
    accepted, or that is being written right now, cannot slip in. Runs on-run-start.

    Without the file the views that are there stay: whoever runs `dbt test` on a finished warehouse must not empty them.

    OEVERUM_LAKE_PEOPLE names a Parquet file of numbers (number_id) when only these people are built: the views then hold
    what counts of them, and those of the schema lake_whole all. The changes of numbers stay whole, for a relative may
    be somebody else.
#}
{% macro register_lake() %}
    {% if execute %}
        {% set people = env_var("OEVERUM_LAKE_PEOPLE", "") %}
        {% do run_query("create schema if not exists lake") %}
        {% if people %} {% do run_query("create schema if not exists lake_whole") %} {% endif %}
        {% set create_view = (
            "create view if not exists lake."
            if not env_var("OEVERUM_LAKE_DELIVERIES", "")
            else "create or replace view lake."
        ) %}
        {% set tables = {} %}
        {% for node in graph.sources.values() if node.source_name == "lake" %}
            {% do tables.update({node.name: node}) %}
        {% endfor %}
        {% set deliveries = accepted_deliveries() %}
        {% for delivery in deliveries if delivery.source not in tables %}
            {% do exceptions.raise_compiler_error(
                "delivery of an unknown source '"
                ~ delivery.source
                ~ "'; expected one of "
                ~ (tables | sort | join(", "))
            ) %}
        {% endfor %}
        {% for name in tables | sort %}
            {% set own = deliveries | selectattr("source", "equalto", name) | list %}
            {% set rows = lake_view_sql(tables[name], own) %}
            {% if people %}
                {% do run_query("create or replace view lake_whole." ~ name ~ " as " ~ rows) %}
                {% set rows = rows_of_people(tables[name], own, people) %}
            {% endif %}
            {% do run_query(create_view ~ name ~ " as " ~ rows) %}
        {% endfor %}
    {% endif %}
{% endmacro %}


{#
    The rows of a lake table that decide what counts of the people whose numbers are in a file.

    Of a full source those of the latest delivery, which is the latest for everybody. Where a key does not name the
    person, a row can move from one person to another: with each row of these people come all rows of its key.
#}
{% macro rows_of_people(node, deliveries, file) %}
    {% set meta = node.config.meta %}
    {% set counting = deliveries | selectattr("files") | list %}
    {% if meta.delivery_mode == "full" %} {% set counting = counting[-1:] %} {% endif %}
    {% set rows = lake_view_sql(node, counting) %}
    {% if "person_id" not in node.columns or node.name == "cpr_skift" %}
        {{ return(rows) }}
    {% endif %}
    {% set theirs = "person_id in (select number_id from " ~ parquet_rows([file]) ~ ")" %}
    {% set key = meta.primary_key %}
    {% if meta.delivery_mode == "full" or not key or "person_id" in key %}
        {{ return("select * from (" ~ rows ~ ") as whole where " ~ theirs) }}
    {% endif %}
    {% set joined = [] %}
    {% for column in key %}
        {% do joined.append("theirs." ~ quoted(column) ~ " = whole." ~ quoted(column)) %}
    {% endfor %}
    {{
        return(
            "select * from ("
            ~ rows
            ~ ") as whole where exists (select 1 from (select * from ("
            ~ rows
            ~ ") as every where "
            ~ theirs
            ~ ") as theirs where "
            ~ joined
            | join(" and ") ~ ")"
        )
    }}
{% endmacro %}


{#
    The accepted deliveries in order of creation: a JSON list of {source, delivery, delivered_at with offset, files:
    [absolute paths of Parquet files]}. In a file, because a command line does not hold the deliveries of years.
#}
{% macro accepted_deliveries() %}
    {% set file = env_var("OEVERUM_LAKE_DELIVERIES", "") %}
    {% if not file %} {{ return([]) }} {% endif %}
    {% set given = fromjson(run_query("select * from " ~ text_of_file(file)).rows[0][0]) %}
    {{ return(given | sort(attribute="delivered_at,delivery")) }}
{% endmacro %}


{#
    The select behind one lake view. A delivery without rows has no files and adds none. A source without files gives
    an empty result of the same columns and types, so that every model builds before its first delivery.
#}
{% macro lake_view_sql(node, deliveries) %}
    {% set stored = (
        node.columns.values()
        | rejectattr("name", "in", ["_row_key", "_delivery", "_delivered_at"])
        | list
    ) %}
    {% set selects = [] %}
    {% set numbers = {} %}
    {% for delivery in deliveries if delivery.files %}
        {% set number = number_of_delivery(delivery.delivery) %}
        {% if number in numbers %}
            {% do exceptions.raise_compiler_error(
                "source "
                ~ node.name
                ~ ": the keys of deliveries "
                ~ numbers[number]
                ~ " and "
                ~ delivery.delivery
                ~ " would be the same; ask the supplier to send the later one under another id"
            ) %}
        {% endif %}
        {% do numbers.update({number: delivery.delivery}) %}
        {% set columns = [] %}
        {% for column in stored %}
            {% do columns.append(
                "cast(" ~ column.name ~ " as " ~ column.data_type ~ ") as " ~ column.name
            ) %}
        {% endfor %}
        {% do columns.append("cast(" ~ number * 2**32 ~ " as bigint) + _row_number as _row_key") %}
        {% do columns.append("cast(" ~ sql_text(delivery.delivery) ~ " as varchar) as _delivery") %}
        {% do columns.append(
            "cast("
            ~ sql_text(utc_text(delivery.delivered_at))
            ~ " as timestamp) as _delivered_at"
        ) %}
        {% do selects.append(
            "select " ~ columns | join(", ") ~ " from " ~ parquet_rows(delivery.files)
        ) %}
    {% endfor %}
    {% if not selects %}
        {% set columns = [] %}
        {% for column in node.columns.values() %}
            {% do columns.append("cast(null as " ~ column.data_type ~ ") as " ~ column.name) %}
        {% endfor %}
        {% do selects.append("select " ~ columns | join(", ") ~ " where 1 = 0") %}
    {% endif %}
    {{ return(selects | join(" union all ")) }}
{% endmacro %}


{#
    31 bits of a delivery's id: with the number of the row they are a key that a row keeps whichever other deliveries
    are there, so that a row is called the same in every build.
#}
{% macro number_of_delivery(delivery) %}
    {{ return(local_md5(delivery)[:8] | int(base=16) // 2) }}
{% endmacro %}


{# An ISO 8601 time with its offset as UTC without one. A time without an offset is refused: it could be any time. #}
{% macro utc_text(iso) %}
    {% set given = modules.datetime.datetime.fromisoformat(iso) %}
    {% if given.utcoffset() is none %}
        {% do exceptions.raise_compiler_error(
            "delivered_at "
            ~ iso
            ~ " has no offset; expected for example 2026-01-20T06:00:00+00:00"
        ) %}
    {% endif %}
    {{ return(given.astimezone(modules.pytz.utc).strftime("%Y-%m-%d %H:%M:%S.%f")) }}
{% endmacro %}


{# A text as an SQL literal. #}
{% macro sql_text(text) %} {{ return("'" ~ (text | replace("'", "''")) ~ "'") }} {% endmacro %}
