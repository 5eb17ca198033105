with
    people as (select * from {{ ref("person") }}),

    pregnancies as (select * from {{ ref("int_pregnancy_ends") }}),

    -- A value below a limit ("<48") says nothing about being above it.
    high_hba1c as (
        select person_id, cast(sampled_at as date) as event_date
        from {{ ref("lab_result") }}
        where
            coalesce(result_operator, '>') in ('>', '>=')
            and (
                (npu_code = 'NPU27300' and result_value >= 48)
                or (npu_code = 'NPU03835' and result_value >= 6.5)
            )
    ),

    events as (
        select person_id, diagnosis_date as event_date, 'diagnosis' as event_kind
        from {{ ref("int_sound_diagnoses") }}
        where {{ is_diabetes("diagnosis_code") }}
        union
        select person_id, week_start_date as event_date, 'podiatry' as event_kind
        from {{ ref("primary_care_contact") }}
        where specialty_code like '54%' and not is_for_child and week_start_date is not null
        union
        select person_id, dispensed_date as event_date, 'drug' as event_kind
        from {{ ref("int_diabetes_drugs") }}
        where is_purchase
        union
        select high_hba1c.person_id, high_hba1c.event_date, 'hba1c' as event_kind
        from high_hba1c
        where
            not exists (
                select 1
                from pregnancies
                where
                    pregnancies.person_id = high_hba1c.person_id
                    and high_hba1c.event_date between pregnancies.from_date and pregnancies.to_date
            )
    ),

    final as (select events.* from events inner join people on people.person_id = events.person_id)

select *
from final
