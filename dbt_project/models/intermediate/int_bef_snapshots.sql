with
    snapshots as (select * from {{ ref("stg_bef") }}),

    deaths as (select * from {{ ref("stg_dod") }}),

    reference_dates as (select distinct reference_date from snapshots),

    calendar as (
        select
            reference_date,
            row_number() over (order by reference_date) as snapshot_number,
            lead(reference_date) over (order by reference_date) as next_reference_date,
            min(reference_date) over () as first_reference_date
        from reference_dates
    ),

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
