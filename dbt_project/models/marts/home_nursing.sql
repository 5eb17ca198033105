with
    days as (select * from {{ ref("stg_aehjsp") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            days.person_id,
            days.nursing_date,
            min(case when days.report_code = 'FTI' then 1 else 0 end) = 1 as is_imputed
        from days
        inner join people on people.person_id = days.person_id
        group by days.person_id, days.nursing_date
    )

select *
from final
