with
    dispensings as (select * from {{ ref("stg_lmdb") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            dispensings._row_key as dispensing_id,
            dispensings.person_id,
            dispensings.dispensed_date,
            dispensings.atc_code,
            dispensings.item_number,
            dispensings.pack_count,
            dispensings.ddd_per_pack * dispensings.pack_count as ddd,
            dispensings.indication_code,
            dispensings.drug_name
        from dispensings
        inner join people on people.person_id = dispensings.person_id
    )

select *
from final
