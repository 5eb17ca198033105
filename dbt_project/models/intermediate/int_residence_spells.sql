with
    snapshots as (select * from {{ ref("int_bef_snapshots") }}),

    -- Snapshots in a row, in one municipality, keep the same distance to their number within the
    -- municipality.
    numbered as (
        select
            *,
            snapshot_number - row_number() over (
                partition by person_id, municipality_code order by snapshot_number
            ) as island
        from snapshots
    ),

    spells as (
        select
            person_id,
            municipality_code,
            min(reference_date) as start_date,
            max(reference_date) as last_reference_date,
            -- NULL while the person was there at the last snapshot of the data.
            case
                when count(next_reference_date) = count(*) then max(next_reference_date)
            end as next_reference_date,
            min(first_reference_date) as first_reference_date,
            min(death_date) as death_date
        from numbered
        group by person_id, municipality_code, island
    ),

    ended as (
        select
            *,
            coalesce(
                next_reference_date, {{ add_days("last_reference_date", 1) }}
            ) as seen_until_date,
            {{ add_days("death_date", 1) }} as day_after_death
        from spells
    ),

    final as (
        select
            person_id,
            municipality_code,
            start_date,
            case
                when day_after_death <= seen_until_date then day_after_death else seen_until_date
            end as end_date,
            case
                when day_after_death <= seen_until_date
                then 'death'
                when next_reference_date is null
                then 'end_of_data'
                else 'moved_out'
            end as end_reason,
            start_date = first_reference_date as starts_with_data
        from ended
    )

select *
from final
