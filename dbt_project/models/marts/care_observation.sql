with
    observations as (select * from {{ ref("stg_plejeobservation") }}),

    people as (select * from {{ ref("person") }}),

    newest_first as (
        select
            *,
            row_number() over (
                partition by observation_id
                order by _delivered_at desc, _delivery desc, _row_number desc
            ) as place
        from observations
    ),

    final as (
        select
            newest_first.observation_id,
            newest_first.person_id,
            newest_first.municipality_code,
            newest_first.observed_at,
            cast(newest_first.sleep_score as integer) as sleep_score,
            cast(newest_first.appetite_score as integer) as appetite_score,
            cast(newest_first.mobility_score as integer) as mobility_score,
            cast(newest_first.clearness_score as integer) as clearness_score,
            newest_first.weight_kg,
            cast(newest_first.pain_score as integer) as pain_score,
            newest_first.care_worker_id,
            newest_first.remark_text
        from newest_first
        inner join people on people.person_id = newest_first.person_id
        where newest_first.place = 1
    )

select *
from final
