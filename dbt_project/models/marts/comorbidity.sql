with
    admissions as (
        select stay_id, person_id, cast(start_at as date) as admitted_date
        from {{ ref("hospital_stay") }}
        where is_admission
    ),

    diagnoses as (select * from {{ ref("int_charlson_diagnoses") }}),

    groups as (
        select distinct charlson_method, charlson_group, group_number, weight
        from {{ ref("charlson_code") }}
    ),

    methods as (select distinct charlson_method from groups),

    found as (
        select distinct admissions.stay_id, diagnoses.charlson_method, diagnoses.charlson_group
        from admissions
        inner join
            diagnoses
            on diagnoses.person_id = admissions.person_id
            and diagnoses.diagnosis_date < admissions.admitted_date
            and diagnoses.diagnosis_date
            >= {{ add_years("admissions.admitted_date", "-" ~ var("charlson_lookback_years")) }}
    ),

    -- Quan takes the graver of two grades of one illness, Thygesen counts both.
    without_milder as (
        select found.*
        from found
        left join
            found as graver
            on graver.stay_id = found.stay_id
            and graver.charlson_method = found.charlson_method
            and graver.charlson_group = case
                found.charlson_method || ' ' || found.charlson_group
                when 'quan_2005 diabetes'
                then 'diabetes_with_complications'
                when 'quan_2005 mild_liver_disease'
                then 'severe_liver_disease'
                when 'quan_2005 any_malignancy'
                then 'metastatic_tumour'
            end
        where graver.stay_id is null
    ),

    scored as (
        select
            without_milder.stay_id,
            without_milder.charlson_method,
            sum(groups.weight) as charlson_score,
            {{ text_in_order("groups.charlson_group", "groups.group_number") }} as charlson_groups
        from without_milder
        inner join
            groups
            on groups.charlson_method = without_milder.charlson_method
            and groups.charlson_group = without_milder.charlson_group
        group by without_milder.stay_id, without_milder.charlson_method
    ),

    final as (
        select
            admissions.stay_id,
            admissions.person_id,
            methods.charlson_method,
            admissions.admitted_date,
            cast(coalesce(scored.charlson_score, 0) as integer) as charlson_score,
            scored.charlson_groups
        from admissions
        cross join methods
        left join
            scored
            on scored.stay_id = admissions.stay_id
            and scored.charlson_method = methods.charlson_method
    )

select *
from final
