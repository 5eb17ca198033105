with
    snapshots as (select * from {{ ref("stg_bef") }}),

    deaths as (select * from {{ ref("int_deaths") }}),

    calendar as (select * from {{ ref("int_bef_calendar") }}),

    final as (
        select
            snapshots.person_id,
            snapshots.reference_date,
            snapshots.municipality_code,
            calendar.snapshot_number,
            calendar.next_reference_date,
            calendar.first_reference_date,
            deaths.death_date
        from snapshots
        inner join calendar on calendar.reference_date = snapshots.reference_date
        left join deaths on deaths.person_id = snapshots.person_id
        where deaths.death_date is null or snapshots.reference_date <= deaths.death_date
    )

select *
from final
