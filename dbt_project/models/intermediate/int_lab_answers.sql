{% set answer = "^ *(<=|>=|<|>)? *(-?[0-9]{1,15}([.,][0-9]{1,15})?) *$" %}

with
    answers as (select * from {{ ref("stg_laboratoriesvar") }}),

    final as (
        select
            *,
            {{ regex_group("result_text", answer, 1) }} as result_operator,
            cast(
                replace({{ regex_group("result_text", answer, 2) }}, ',', '.') as double
            ) as result_value,
            lower(trim(result_text)) = 'aflyst' as is_cancelled
        from answers
    )

select *
from final
