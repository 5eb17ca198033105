with
    stays as (select * from {{ ref("hospital_stay") }}),

    contacts as (select * from {{ ref("hospital_contact") }}),

    final as (
        select
            stays.stay_id,
            stays.person_id,
            stays.start_at,
            stays.end_at,
            stays.duration_minutes,
            stays.main_diagnosis_code,
            first_contacts.cause_code,
            coalesce(
                first_contacts.cause_code in ('ALCC02', 'ALCC03', 'ALCC04', 'ALCC05'), false
            ) as is_injury,
            first_contacts.main_specialty
        from stays
        inner join contacts as first_contacts on first_contacts.contact_id = stays.first_contact_id
        where stays.is_acute and not stays.is_admission
    )

select *
from final
