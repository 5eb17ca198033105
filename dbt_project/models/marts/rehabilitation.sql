with
    plans as (select * from {{ ref("stg_aerehab") }}),

    people as (select * from {{ ref("person") }}),

    newest_first as (
        select
            *,
            row_number() over (
                partition by person_id, municipality_number, plan_year
                order by version_number desc, _delivered_at desc, _delivery desc, _row_number desc
            ) as place
        from plans
    ),

    final as (
        select
            newest_first.person_id,
            lpad(cast(newest_first.municipality_number as string), 4, '0') as municipality_code,
            make_date(cast(newest_first.plan_year as integer), 1, 1) as plan_year_date,
            make_date(cast(newest_first.approved_year as integer), 1, 1) as approved_year_date
        from newest_first
        inner join people on people.person_id = newest_first.person_id
        where newest_first.place = 1
    )

select *
from final
