with
    diagnoses as (select * from {{ ref("int_sound_diagnoses") }}),

    dispensings as (select * from {{ ref("dispensing") }} where pack_count > 0),

    diagnosis_codes as (
        select *
        from
            (
                {{
                    codes_of_list(
                        ref("int_sound_diagnoses"),
                        "diagnosis_code",
                        ref("chronic_condition_code"),
                    )
                }}
            ) as matched
        where source = 'diagnosis'
    ),

    medicine_codes as (
        select *
        from
            (
                {{ codes_of_list(ref("dispensing"), "atc_code", ref("chronic_condition_code")) }}
            ) as matched
        where source = 'medicine'
    ),

    diagnosed as (
        select
            diagnoses.person_id,
            diagnosis_codes.condition,
            'diagnosis' as source,
            min(diagnoses.diagnosis_date) as first_date
        from diagnoses
        inner join diagnosis_codes on diagnosis_codes.code = diagnoses.diagnosis_code
        group by diagnoses.person_id, diagnosis_codes.condition
    ),

    purchase_days as (
        select distinct dispensings.person_id, medicine_codes.condition, dispensings.dispensed_date
        from dispensings
        inner join medicine_codes on medicine_codes.code = dispensings.atc_code
    ),

    with_previous as (
        select
            *,
            lag(dispensed_date) over (
                partition by person_id, condition order by dispensed_date
            ) as previous_date
        from purchase_days
    ),

    treated as (
        select person_id, condition, 'medicine' as source, min(dispensed_date) as first_date
        from with_previous
        where dispensed_date <= {{ add_days("previous_date", var("condition_purchase_days")) }}
        group by person_id, condition
    ),

    final as (
        select *
        from diagnosed
        union all
        select *
        from treated
    )

select *
from final
