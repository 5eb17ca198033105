with
    visits as (select * from {{ ref("stg_hjemmepleje_besoeg") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            visits.visit_id,
            visits.person_id,
            visits.municipality_code,
            visits.service_code,
            cast(visits.functional_level as integer) as functional_level,
            case
                visits.status_code
                when 'gennemfoert'
                then 'completed'
                when 'aflyst'
                then 'cancelled'
                when 'ikke_hjemme'
                then 'not_at_home'
            end as status,
            visits.planned_start_at,
            visits.start_at,
            visits.end_at,
            visits.delivered_minutes,
            visits.care_worker_id
        from visits
        inner join people on people.person_id = visits.person_id
    )

select *
from final
