with
    procedures as (select * from {{ ref("stg_lpr_a_procedure") }}),

    contacts as (select * from {{ ref("hospital_contact") }}),

    final as (
        select
            procedures.procedure_id,
            contacts.contact_id,
            contacts.person_id,
            procedures.start_at,
            procedures.end_at,
            procedures.procedure_code,
            procedures.procedure_type,
            procedures.performing_unit_code
        from procedures
        inner join contacts on contacts.contact_id = procedures.contact_id
    )

select *
from final
