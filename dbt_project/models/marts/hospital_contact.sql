with
    contacts as (select * from {{ ref("stg_lpr_a_kontakt") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            contacts.contact_id,
            contacts.person_id,
            contacts.start_at,
            contacts.end_at,
            {{ minutes_between("contacts.start_at", "contacts.end_at") }} as duration_minutes,
            contacts.contact_type_code,
            contacts.contact_type_code = 'ALCA00' as is_physical,
            contacts.priority_code,
            contacts.priority_code like 'ATA1%' as is_acute,
            contacts.cause_code,
            contacts.action_diagnosis_code,
            contacts.responsible_unit_code,
            contacts.main_specialty
        from contacts
        inner join people on people.person_id = contacts.person_id
    )

select *
from final
