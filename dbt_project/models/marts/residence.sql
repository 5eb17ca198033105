with
    spells as (select * from {{ ref("int_residence_spells") }}),

    municipalities as (select * from {{ ref("municipality") }}),

    final as (
        select
            spells.person_id,
            spells.municipality_code,
            municipalities.name as municipality_name,
            municipalities.code is not null as in_region,
            spells.start_date,
            spells.end_date
        from spells
        left join municipalities on municipalities.code = spells.municipality_code
    )

select *
from final
