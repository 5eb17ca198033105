with
    months as (select * from {{ ref("stg_aefv") }}),

    people as (select * from {{ ref("person") }}),

    newest_first as (
        select
            *,
            row_number() over (
                partition by person_id, month_text
                order by _delivered_at desc, _delivery desc, _row_number desc
            ) as place
        from months
    ),

    final as (
        select
            newest_first.person_id,
            {{ first_of_month("newest_first.month_text") }} as month_start_date,
            newest_first.personal_care_minutes_week,
            newest_first.practical_help_minutes_week,
            newest_first.personal_care_minutes_week
            + newest_first.practical_help_minutes_week as granted_minutes_week
        from newest_first
        inner join people on people.person_id = newest_first.person_id
        where newest_first.place = 1
    )

select *
from final
