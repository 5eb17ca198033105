with
    diagnoses as (select * from {{ ref("stg_lpr_a_diagnose") }}),

    contacts as (select * from {{ ref("hospital_contact") }}),

    final as (
        select
            contacts.person_id,
            contacts.contact_id,
            cast(contacts.start_at as date) as diagnosis_date,
            diagnoses.diagnosis_code,
            diagnoses.diagnosis_type,
            coalesce(diagnoses.disproved_later = 'Ja', false) as is_disproved,
            diagnoses.parent_code,
            {{ department_of_lpr3("contacts.main_specialty") }} as department
        from diagnoses
        inner join contacts on contacts.contact_id = diagnoses.contact_id
    )

select *
from final
