with
    diagnoses as (select * from {{ ref("stg_lpr_diag") }}),

    lpr2_contacts as (select * from {{ ref("stg_lpr_adm") }}),

    people as (select * from {{ ref("person") }}),

    lpr_a_diagnoses as (select * from {{ ref("int_lpr_a_diagnoses") }}),

    contacts as (
        select
            person_id,
            cast(start_at as date) as start_date,
            action_diagnosis_code,
            min(contact_id) as contact_id
        from {{ ref("hospital_contact") }}
        group by person_id, cast(start_at as date), action_diagnosis_code
    ),

    dated as (
        select
            lpr2_contacts.person_id,
            lpr2_contacts.start_date as diagnosis_date,
            lpr2_contacts.action_diagnosis_code,
            lpr2_contacts.specialty_code,
            diagnoses.diagnosis_code,
            diagnoses.diagnosis_type
        from diagnoses
        inner join lpr2_contacts on lpr2_contacts.lpr2_contact_id = diagnoses.lpr2_contact_id
        inner join people on people.person_id = lpr2_contacts.person_id
    ),

    held_by_lpr_a as (
        select distinct person_id, diagnosis_date, diagnosis_code, diagnosis_type
        from lpr_a_diagnoses
    ),

    final as (
        select
            dated.person_id,
            contacts.contact_id,
            dated.diagnosis_date,
            dated.diagnosis_code,
            dated.diagnosis_type,
            {{ department_of_lpr2("dated.specialty_code") }} as department
        from dated
        left join
            held_by_lpr_a
            on held_by_lpr_a.person_id = dated.person_id
            and held_by_lpr_a.diagnosis_date = dated.diagnosis_date
            and held_by_lpr_a.diagnosis_code = dated.diagnosis_code
            and held_by_lpr_a.diagnosis_type = dated.diagnosis_type
        left join
            contacts
            on contacts.person_id = dated.person_id
            and contacts.start_date = dated.diagnosis_date
            and contacts.action_diagnosis_code = dated.action_diagnosis_code
        where held_by_lpr_a.person_id is null
    )

select *
from final
