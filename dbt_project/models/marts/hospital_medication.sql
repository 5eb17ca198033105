with
    doses as (select * from {{ ref("stg_medicinadministration") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            doses._row_key as hospital_medication_id,
            doses.person_id,
            doses.contact_id,
            doses.prescription_id,
            doses.administered_at,
            doses.prescribed_at,
            doses.atc_code,
            doses.drug_name,
            doses.dose,
            doses.dose_unit,
            doses.route,
            doses.prescription_type
        from doses
        inner join people on people.person_id = doses.person_id
    )

select *
from final
