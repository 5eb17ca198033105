with
    events as (
        select
            person_id,
            cast(death_date as timestamp) as event_at,
            'MEDS_DEATH' as code,
            cast(null as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("death") }}
        union all
        select
            person_id,
            start_at as event_at,
            'CONTACT//'
            || contact_type_code
            || '//'
            || case when is_acute then 'acute' else 'planned' end as code,
            cast(null as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("hospital_contact") }}
        union all
        select
            person_id,
            start_at as event_at,
            'ADMISSION//START//' || case when is_acute then 'acute' else 'planned' end as code,
            cast(null as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("hospital_stay") }}
        where is_admission
        union all
        select
            person_id,
            end_at as event_at,
            'ADMISSION//END' as code,
            cast(duration_minutes as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("hospital_stay") }}
        where is_admission
        union all
        select
            diagnoses.person_id,
            coalesce(
                contacts.end_at, contacts.start_at, cast(diagnoses.diagnosis_date as timestamp)
            ) as event_at,
            'DIAGNOSIS//' || diagnoses.diagnosis_type || '//' || diagnoses.diagnosis_code as code,
            cast(null as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("diagnosis") }} as diagnoses
        left join
            {{ ref("hospital_contact") }} as contacts on contacts.contact_id = diagnoses.contact_id
        where not diagnoses.is_disproved
        union all
        select
            person_id,
            start_at as event_at,
            'PROCEDURE//' || procedure_code as code,
            cast(null as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("procedure") }}
        union all
        select
            person_id,
            cast(dispensed_date as timestamp) as event_at,
            'DISPENSING//' || atc_code as code,
            ddd as numeric_value,
            cast(null as string) as text_value
        from {{ ref("dispensing") }}
        where atc_code is not null
        union all
        select
            person_id,
            administered_at as event_at,
            'HOSPITAL_MEDICATION//' || atc_code as code,
            dose as numeric_value,
            dose_unit as text_value
        from {{ ref("hospital_medication") }}
        where atc_code is not null
        union all
        select
            person_id,
            sampled_at as event_at,
            'LAB//' || npu_code as code,
            result_value as numeric_value,
            result_text as text_value
        from {{ ref("lab_result") }}
        union all
        select
            person_id,
            measured_at as event_at,
            'VITAL_SIGN//' || element_code as code,
            value as numeric_value,
            cast(null as string) as text_value
        from {{ ref("vital_sign") }}
        union all
        select
            person_id,
            cast(week_start_date as timestamp) as event_at,
            'PRIMARY_CARE//' || specialty_code as code,
            cast(service_count as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("primary_care_contact") }}
        where week_start_date is not null and not is_for_child
        union all
        select
            person_id,
            coalesce(start_at, planned_start_at) as event_at,
            'HOME_CARE//' || service_code || '//' || status as code,
            cast(delivered_minutes as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("home_care_visit") }}
        where coalesce(start_at, planned_start_at) is not null
        union all
        select
            person_id,
            cast(nursing_date as timestamp) as event_at,
            'HOME_NURSING' as code,
            cast(null as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("home_nursing") }}
        union all
        select
            person_id,
            cast(assessed_date as timestamp) as event_at,
            'FUNCTIONAL_LEVEL//' || condition_code as code,
            cast(functional_level as double) as numeric_value,
            cast(null as string) as text_value
        from {{ ref("functional_level") }}
        {%- for observed in [
                "sleep_score",
                "appetite_score",
                "mobility_score",
                "clearness_score",
                "pain_score",
                "weight_kg",
            ] %}
            union all
            select
                person_id,
                observed_at as event_at,
                'CARE_OBSERVATION//{{ observed }}' as code,
                cast({{ observed }} as double) as numeric_value,
                cast(null as string) as text_value
            from {{ ref("care_observation") }}
            where {{ observed }} is not null
        {%- endfor %}
    ),

    told as (select * from events where event_at is not null and code is not null),

    -- Most events are the only one of their person, time and code: the others alone are sorted.
    repeated as (
        select person_id, event_at, code
        from told
        group by person_id, event_at, code
        having count(*) > 1
    ),

    marked as (
        select told.*, repeated.person_id is not null as is_repeated
        from told
        left join
            repeated
            on repeated.person_id = told.person_id
            and repeated.event_at = told.event_at
            and repeated.code = told.code
    ),

    final as (
        select person_id, event_at, code, 1 as event_number, numeric_value, text_value
        from marked
        where not is_repeated
        union all
        select
            person_id,
            event_at,
            code,
            cast(
                row_number() over (
                    partition by person_id, event_at, code
                    order by coalesce(numeric_value, -1e300), coalesce(text_value, '')
                ) as integer
            ) as event_number,
            numeric_value,
            text_value
        from marked
        where is_repeated
    )

select *
from final
