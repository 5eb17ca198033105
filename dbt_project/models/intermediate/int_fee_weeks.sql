-- A view, so its relation is written without the database: the file is renamed after the build.
with
    services as (select * from {{ ref("stg_sssy").include(database=false) }}),

    weeks as (
        select distinct
            fee_week,
            cast(substr(fee_week, 1, 2) as integer) as short_year,
            cast(substr(fee_week, 3, 2) as integer) as week
        from services
    ),

    with_century as (
        select
            fee_week,
            case when short_year >= 90 then 1900 + short_year else 2000 + short_year end as year,
            week
        from weeks
    ),

    final as (
        select fee_week, {{ iso_week_monday("year", "week") }} as week_start_date from with_century
    )

select *
from final
