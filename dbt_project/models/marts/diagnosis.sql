with
    lpr_a_diagnoses as (select * from {{ ref("int_lpr_a_diagnoses") }}),

    lpr2_diagnoses as (select * from {{ ref("int_lpr2_diagnoses") }}),

    in_one_form as (
        select
            person_id,
            contact_id,
            diagnosis_date,
            diagnosis_code,
            diagnosis_type,
            is_disproved,
            parent_code,
            department,
            'lpr_a' as register
        from lpr_a_diagnoses
        union all
        select
            person_id,
            contact_id,
            diagnosis_date,
            diagnosis_code,
            diagnosis_type,
            false as is_disproved,
            cast(null as string) as parent_code,
            department,
            'lpr2' as register
        from lpr2_diagnoses
    ),

    final as (
        select
            person_id,
            diagnosis_date,
            cast(
                row_number() over (
                    partition by person_id, diagnosis_date
                    order by
                        coalesce(contact_id, -1),
                        diagnosis_type,
                        diagnosis_code,
                        coalesce(parent_code, ''),
                        is_disproved,
                        department,
                        register
                ) as integer
            ) as diagnosis_number,
            contact_id,
            diagnosis_code,
            diagnosis_type,
            is_disproved,
            parent_code,
            department,
            register
        from in_one_form
    )

select *
from final
