with
    spells as (select * from {{ ref("int_residence_spells") }}),

    municipalities as (select * from {{ ref("municipality") }}),

    region_spells as (
        select spells.*
        from spells
        inner join municipalities on municipalities.code = spells.municipality_code
    ),

    -- A move inside the region goes on the day on which the spell before it ends.
    marked as (
        select
            *,
            case
                when start_date = lag(end_date) over (partition by person_id order by start_date)
                then 0
                else 1
            end as starts_period
        from region_spells
    ),

    numbered as (
        select
            *,
            sum(starts_period) over (
                partition by person_id
                order by start_date
                rows between unbounded preceding and current row
            ) as region_period_number,
            lead(starts_period) over (
                partition by person_id order by start_date
            ) as next_starts_period
        from marked
    ),

    final as (
        select
            person_id,
            region_period_number,
            min(start_date) as start_date,
            max(end_date) as end_date,
            max(case when coalesce(next_starts_period, 1) = 1 then end_reason end) as end_reason,
            max(case when starts_with_data then 1 else 0 end) = 1 as starts_with_data
        from numbered
        group by person_id, region_period_number
    )

select *
from final
