with
    stays as (select * from {{ ref("hospital_stay") }}),

    people as (select * from {{ ref("person") }}),

    admissions as (
        select
            stays.*,
            case
                when people.death_date <= cast(stays.end_at as date)
                then 'death'
                when stays.main_diagnosis_code like 'DF%'
                then 'psychiatric'
                when stays.main_diagnosis_code like 'DZ763%'
                then 'healthy_companion'
                when stays.main_diagnosis_code like 'DO4%'
                then 'maternal_care'
                when {{ is_cancer("stays.main_diagnosis_code") }}
                then 'cancer'
            end as exclusion_reason
        from stays
        inner join people on people.person_id = stays.person_id
        where stays.is_admission
    ),

    final as (
        select
            stay_id,
            person_id,
            start_at,
            end_at,
            exclusion_reason,
            exclusion_reason is null as is_index
        from admissions
    )

select *
from final
