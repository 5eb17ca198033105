with
    contacts as (select * from {{ ref("int_stay_contacts") }}),

    diagnosed as (
        select
            *,
            row_number() over (
                partition by person_id, stay_number order by start_at, contact_id
            ) as contact_position
        from contacts
        where action_diagnosis_code is not null
    ),

    time_per_diagnosis as (
        select
            person_id,
            stay_number,
            action_diagnosis_code,
            sum(duration_minutes) as minutes,
            min(contact_position) as first_position
        from diagnosed
        group by person_id, stay_number, action_diagnosis_code
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by person_id, stay_number order by minutes desc, first_position
            ) as dominance
        from time_per_diagnosis
    ),

    final as (
        select person_id, stay_number, action_diagnosis_code as main_diagnosis_code
        from ranked
        where dominance = 1
    )

select *
from final
