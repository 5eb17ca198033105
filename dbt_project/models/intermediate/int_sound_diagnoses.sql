with
    diagnoses as (select * from {{ ref("diagnosis") }}),

    final as (
        select
            person_id,
            contact_id,
            diagnosis_date,
            diagnosis_number,
            diagnosis_code,
            diagnosis_type,
            department,
            register
        from diagnoses
        where diagnosis_type in ('A', 'B') and not is_disproved
    )

select *
from final
