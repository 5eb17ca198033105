with
    dispensings as (select * from {{ ref("dispensing") }}),

    half_years as (
        select
            person_id,
            atc_code,
            pack_count,
            make_date(
                cast(extract(year from dispensed_date) as integer),
                case when extract(month from dispensed_date) <= 6 then 1 else 7 end,
                1
            ) as half_year_start_date
        from dispensings
        where atc_code is not null
    ),

    drugs as (
        select person_id, half_year_start_date, atc_code
        from half_years
        group by person_id, half_year_start_date, atc_code
        having sum(pack_count) > 0
    ),

    final as (
        select
            person_id,
            half_year_start_date,
            cast(count(*) as integer) as drug_count,
            count(*) > {{ var("polypharmacy_more_than") }} as is_polypharmacy
        from drugs
        group by person_id, half_year_start_date
    )

select *
from final
