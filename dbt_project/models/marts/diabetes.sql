with
    events as (
        select
            *,
            row_number() over (
                partition by person_id order by event_date, event_kind
            ) as event_number,
            count(*) over (partition by person_id) as event_count
        from {{ ref("int_diabetes_events") }}
    ),

    included as (
        select person_id, event_date as raw_inclusion_date, event_count
        from events
        where event_number = 2
    ),

    typed_diagnoses as (
        select
            person_id
            {%- for name, department in [
                ("endocrinology", "endocrinology"),
                ("medical", "other_medical"),
            ] %}
                ,
                sum(
                    case
                        when
                            {{ is_diabetes_1("diagnosis_code") }}
                            and department = '{{ department }}'
                        then 1
                        else 0
                    end
                ) as type_1_{{ name }},
                sum(
                    case
                        when
                            {{ is_diabetes_2("diagnosis_code") }}
                            and department = '{{ department }}'
                        then 1
                        else 0
                    end
                ) as type_2_{{ name }}
            {%- endfor %}
        from {{ ref("int_sound_diagnoses") }}
        where diagnosis_type = 'A'
        group by person_id
    ),

    with_first_drug as (
        select *, min(dispensed_date) over (partition by person_id) as first_drug_date
        from {{ ref("int_diabetes_drugs") }}
    ),

    drugs as (
        select
            person_id,
            sum(ddd) as ddd,
            sum(case when is_insulin then ddd else 0 end) as insulin_ddd,
            max(
                case when is_purchase and not is_insulin and not has_ddd then 1 else 0 end
            ) as has_other_without_ddd,
            max(
                case
                    when
                        is_insulin
                        and is_purchase
                        and dispensed_date <= {{ add_days("first_drug_date", 180) }}
                    then 1
                    else 0
                end
            ) as is_insulin_early
        from with_first_drug
        group by person_id
    ),

    judged as (
        select
            included.*,
            coalesce(
                drugs.insulin_ddd >= 1
                and drugs.insulin_ddd = drugs.ddd
                and drugs.has_other_without_ddd = 0,
                false
            ) as has_only_insulin,
            coalesce(
                drugs.ddd > 0 and drugs.insulin_ddd * 3 >= drugs.ddd * 2, false
            ) as has_two_thirds_insulin,
            coalesce(drugs.is_insulin_early = 1, false) as has_insulin_within_180_days,
            coalesce(
                typed_diagnoses.type_1_endocrinology + typed_diagnoses.type_1_medical >= 1, false
            ) as has_type_1_diagnosis,
            coalesce(
                case
                    when
                        typed_diagnoses.type_1_endocrinology + typed_diagnoses.type_2_endocrinology
                        > 0
                    then typed_diagnoses.type_1_endocrinology > typed_diagnoses.type_2_endocrinology
                    else typed_diagnoses.type_1_medical > typed_diagnoses.type_2_medical
                end,
                false
            ) as has_majority_type_1_diagnoses
        from included
        left join typed_diagnoses on typed_diagnoses.person_id = included.person_id
        left join drugs on drugs.person_id = included.person_id
    ),

    final as (
        select
            person_id,
            raw_inclusion_date,
            case
                when raw_inclusion_date >= date '1998-01-01' then raw_inclusion_date
            end as stable_inclusion_date,
            case
                when has_only_insulin and has_type_1_diagnosis
                then 1
                when
                    not has_only_insulin
                    and has_majority_type_1_diagnoses
                    and has_two_thirds_insulin
                    and has_insulin_within_180_days
                then 1
                else 2
            end as diabetes_type,
            cast(event_count as integer) as event_count,
            has_only_insulin,
            has_two_thirds_insulin,
            has_insulin_within_180_days,
            has_type_1_diagnosis,
            has_majority_type_1_diagnoses
        from judged
    )

select *
from final
