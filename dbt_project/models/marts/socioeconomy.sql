with
    incomes as (select * from {{ ref("int_family_incomes") }}),

    thresholds as (select * from {{ ref("int_income_thresholds") }}),

    livelihoods as (
        select
            *,
            row_number() over (
                partition by person_id, extract(year from reference_date)
                order by reference_date desc
            ) as newness
        from {{ ref("stg_akm") }}
    ),

    educations as (
        select
            *,
            row_number() over (
                partition by person_id, extract(year from reference_date)
                order by reference_date desc
            ) as newness
        from {{ ref("stg_udda") }}
    ),

    people as (select * from {{ ref("person") }}),

    years as (
        select person_id, extract(year from reference_date) as year
        from incomes
        union
        select person_id, extract(year from reference_date) as year
        from livelihoods
        union
        select person_id, extract(year from reference_date) as year
        from educations
    ),

    with_income as (
        select
            incomes.person_id,
            extract(year from incomes.reference_date) as year,
            incomes.equivalised_income_dkk,
            cast(
                1
                {%- for quintile in ["second", "third", "fourth", "fifth"] %}
                    + case
                        when incomes.equivalised_income_dkk >= thresholds.{{ quintile }}_from_dkk
                        then 1
                        else 0
                    end
                {%- endfor %} as integer
            ) as income_quintile
        from incomes
        inner join thresholds on thresholds.reference_date = incomes.reference_date
    ),

    final as (
        select
            years.person_id,
            make_date(cast(years.year as integer), 1, 1) as year_date,
            with_income.equivalised_income_dkk,
            with_income.income_quintile,
            educations.education_code,
            educations.completed_date as education_completed_date,
            lpad(cast(livelihoods.socio13_code as string), 3, '0') as socio13_code,
            {{ livelihood("livelihoods.socio13_code") }} as livelihood
        from years
        inner join people on people.person_id = years.person_id
        left join
            with_income on with_income.person_id = years.person_id and with_income.year = years.year
        left join
            livelihoods
            on livelihoods.person_id = years.person_id
            and extract(year from livelihoods.reference_date) = years.year
            and livelihoods.newness = 1
        left join
            educations
            on educations.person_id = years.person_id
            and extract(year from educations.reference_date) = years.year
            and educations.newness = 1
    )

select *
from final
