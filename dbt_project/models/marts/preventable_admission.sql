with
    admissions as (select * from {{ ref("hospital_stay") }} where is_admission and is_acute),

    people as (select * from {{ ref("person") }}),

    categorised as (
        select
            admissions.*,
            {{ preventable_category("admissions.main_diagnosis_code") }} as category,
            {{ age_in_years("people.birth_date", "cast(admissions.start_at as date)") }}
            as age_years
        from admissions
        inner join people on people.person_id = admissions.person_id
    ),

    final as (
        select stay_id, person_id, start_at, end_at, category, main_diagnosis_code
        from categorised
        where age_years >= 65 and category is not null
    )

select *
from final
