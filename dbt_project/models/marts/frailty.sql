with
    people as (select * from {{ ref("person") }}),

    stays as (
        select
            stay_id,
            person_id,
            cast(start_at as date) as admitted_date,
            cast(end_at as date) as discharged_date
        from {{ ref("hospital_stay") }}
        where is_admission
    ),

    admissions as (
        select stays.*, {{ age_in_years("people.birth_date", "stays.admitted_date") }} as age_years
        from stays
        inner join people on people.person_id = stays.person_id
    ),

    diagnoses as (select * from {{ ref("int_sound_diagnoses") }}),

    codes as ({{ codes_of_list(ref("int_sound_diagnoses"), "diagnosis_code", ref("hfrs_code")) }}),

    scoring as (
        select distinct
            diagnoses.person_id, diagnoses.diagnosis_date, codes.code_prefix, codes.tenths
        from diagnoses
        inner join codes on codes.code = diagnoses.diagnosis_code
        where not codes.only_secondary or diagnoses.diagnosis_type = 'B'
    ),

    found as (
        select distinct admissions.stay_id, scoring.code_prefix, scoring.tenths
        from admissions
        inner join
            scoring
            on scoring.person_id = admissions.person_id
            and scoring.diagnosis_date <= admissions.discharged_date
            and scoring.diagnosis_date
            >= {{ add_years("admissions.admitted_date", "-" ~ var("frailty_lookback_years")) }}
        where admissions.age_years >= {{ var("frailty_from_age") }}
    ),

    scored as (
        select stay_id, count(*) as code_count, sum(tenths) as tenths from found group by stay_id
    ),

    final as (
        select
            admissions.stay_id,
            admissions.person_id,
            admissions.admitted_date,
            cast(coalesce(scored.code_count, 0) as integer) as code_count,
            cast(coalesce(scored.tenths, 0) as double) / 10 as hfrs_score,
            case
                when coalesce(scored.tenths, 0) > 150
                then 'high'
                when scored.tenths >= 50
                then 'intermediate'
                else 'low'
            end as frailty_risk
        from admissions
        left join scored on scored.stay_id = admissions.stay_id
        where admissions.age_years >= {{ var("frailty_from_age") }}
    )

select *
from final
