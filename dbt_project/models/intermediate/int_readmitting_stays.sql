with
    stays as (select * from {{ ref("hospital_stay") }}),

    -- A stay without any action diagnosis is not excluded: there is nothing to exclude it by.
    diagnosed as (select *, coalesce(main_diagnosis_code, '') as code from stays),

    final as (
        select stay_id, person_id, start_at
        from diagnosed
        where
            is_acute
            and code not like 'DZ763%'
            and code not like 'DF%'
            and not {{ is_cancer("code") }}
            and not {{ is_birth("code") }}
            and not {{ is_injury_or_poisoning("code") }}
    )

select *
from final
