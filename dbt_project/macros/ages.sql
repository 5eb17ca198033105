{#
    Whole years from a date of birth to a day, by comparing month and day. Who is born on 29 February is a year older
    on 1 March in other years.
#}
{% macro age_in_years(birth_date, on_date) -%}
    cast(
        extract(year from {{ on_date }})
        - extract(year from {{ birth_date }})
        - case
            when
                extract(month from {{ on_date }}) * 100 + extract(day from {{ on_date }})
                < extract(month from {{ birth_date }}) * 100 + extract(day from {{ birth_date }})
            then 1
            else 0
        end as integer
    )
{%- endmacro %}


{# The day on which a person becomes so many years old, the first day for which age_in_years says so. #}
{% macro birthday(birth_date, years) -%}
    case
        when
            extract(day from {{ add_years(birth_date, years) }})
            <> extract(day from {{ birth_date }})
        then {{ add_days(add_years(birth_date, years), 1) }}
        else {{ add_years(birth_date, years) }}
    end
{%- endmacro %}
