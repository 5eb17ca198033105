with
    udda as ({{ current_rows("udda") }}),

    final as (
        select
            person_id,
            referencetid as reference_date,
            hfaudd as education_code,
            hf_vfra as completed_date
        from udda
    )

select *
from final
