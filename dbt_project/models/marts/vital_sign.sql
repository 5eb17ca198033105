with
    elements as (select * from {{ ref("stg_vitale_vaerdier") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            elements._row_key as vital_sign_id,
            elements.person_id,
            elements.contact_id,
            elements.measured_at,
            elements.activity_name,
            elements.element_code,
            elements.element_name,
            elements.value,
            elements.unit
        from elements
        inner join people on people.person_id = elements.person_id
    )

select *
from final
