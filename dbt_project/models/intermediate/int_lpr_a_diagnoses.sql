with
    diagnoses as (select * from {{ ref("stg_lpr_a_diagnose") }}),

    contacts as (select * from {{ ref("hospital_contact") }}),

    -- LPR2 knows the specialty of contacts of its time for which lpr_a has none.
    lpr2_departments as (
        select
            person_id,
            start_date,
            action_diagnosis_code,
            min({{ department_of_lpr2("specialty_code") }}) as department
        from {{ ref("stg_lpr_adm") }}
        group by person_id, start_date, action_diagnosis_code
    ),

    final as (
        select
            contacts.person_id,
            contacts.contact_id,
            cast(contacts.start_at as date) as diagnosis_date,
            diagnoses.diagnosis_code,
            diagnoses.diagnosis_type,
            coalesce(diagnoses.disproved_later = 'Ja', false) as is_disproved,
            diagnoses.parent_code,
            case
                when contacts.main_specialty is null
                then coalesce(lpr2_departments.department, 'other')
                else {{ department_of_lpr3("contacts.main_specialty") }}
            end as department
        from diagnoses
        inner join contacts on contacts.contact_id = diagnoses.contact_id
        left join
            lpr2_departments
            on lpr2_departments.person_id = contacts.person_id
            and lpr2_departments.start_date = cast(contacts.start_at as date)
            and lpr2_departments.action_diagnosis_code = contacts.action_diagnosis_code
    )

select *
from final
