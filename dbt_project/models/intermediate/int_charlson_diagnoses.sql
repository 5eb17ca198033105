with
    diagnoses as (select * from {{ ref("int_sound_diagnoses") }}),

    codes as (
        {{ codes_of_list(ref("int_sound_diagnoses"), "diagnosis_code", ref("charlson_code")) }}
    ),

    final as (
        select distinct
            diagnoses.person_id,
            codes.charlson_method,
            codes.charlson_group,
            diagnoses.diagnosis_date
        from diagnoses
        inner join codes on codes.code = diagnoses.diagnosis_code
    )

select *
from final
