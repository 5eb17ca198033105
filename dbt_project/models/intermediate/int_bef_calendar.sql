with
    reference_dates as (select distinct reference_date from {{ ref("stg_bef") }}),

    final as (
        select
            reference_date,
            row_number() over (order by reference_date) as snapshot_number,
            lead(reference_date) over (order by reference_date) as next_reference_date,
            min(reference_date) over () as first_reference_date
        from reference_dates
    )

select *
from final
