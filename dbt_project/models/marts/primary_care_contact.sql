with
    services as (select * from {{ ref("stg_sssy") }}),

    fee_weeks as (select * from {{ ref("int_fee_weeks") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            services._row_key as primary_care_contact_id,
            services.person_id,
            fee_weeks.week_start_date,
            services.provider_id,
            services.specialty_code,
            services.specialty_code like '80%' as is_general_practice,
            services.specialty_code like '81%' as is_out_of_hours,
            services.child_mark = 1 as is_for_child,
            services.service_count,
            services.gross_fee_dkk
        from services
        inner join people on people.person_id = services.person_id
        inner join fee_weeks on fee_weeks.fee_week = services.fee_week
    )

select *
from final
