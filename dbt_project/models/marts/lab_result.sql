with
    answers as (select * from {{ ref("int_lab_answers") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            answers._row_key as lab_result_id,
            answers.person_id,
            answers.requisition_id,
            answers.sampled_at,
            answers.answered_at,
            answers.npu_code,
            answers.result_text,
            answers.result_operator,
            answers.result_value,
            answers.unit,
            answers.reference_lower,
            answers.reference_upper,
            answers.is_cancelled
        from answers
        inner join people on people.person_id = answers.person_id
    )

select *
from final
