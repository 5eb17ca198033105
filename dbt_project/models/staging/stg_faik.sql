with
    faik as ({{ current_rows("faik", people=false) }}),

    final as (
        select
            familie_id as family_id,
            referencetid as reference_date,
            famaekvivadisp_13 as equivalised_income_dkk
        from faik
    )

select *
from final
