with
    diagnoses as (select * from {{ ref("int_sound_diagnoses") }}),

    ends as (
        select distinct person_id, diagnosis_date
        from diagnoses
        where {{ is_end_of_pregnancy("diagnosis_code") }}
    ),

    final as (
        select
            person_id,
            {{ add_days("diagnosis_date", -280) }} as from_date,
            {{ add_days("diagnosis_date", 84) }} as to_date
        from ends
    )

select *
from final
