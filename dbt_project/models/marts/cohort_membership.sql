with
    region_periods as (select * from {{ ref("int_region_periods") }}),

    people as (select * from {{ ref("person") }}),

    residences as (select * from {{ ref("residence") }}),

    with_birthday as (
        select
            region_periods.*,
            people.birth_date,
            {{ birthday("people.birth_date", 18) }} as adult_from_date
        from region_periods
        inner join people on people.person_id = region_periods.person_id
    ),

    adult_periods as (
        select
            person_id,
            birth_date,
            case
                when adult_from_date > start_date then adult_from_date else start_date
            end as entry_date,
            end_date as exit_date,
            case
                when adult_from_date > start_date
                then 'turned_18'
                when starts_with_data
                then 'start_of_data'
                else 'moved_in'
            end as entry_reason,
            end_reason as exit_reason
        from with_birthday
        where adult_from_date < end_date
    ),

    final as (
        select
            adult_periods.person_id,
            cast(
                row_number() over (
                    partition by adult_periods.person_id order by adult_periods.entry_date
                ) as integer
            ) as period_number,
            adult_periods.entry_date,
            adult_periods.exit_date,
            adult_periods.entry_reason,
            adult_periods.exit_reason,
            {{ age_in_years("adult_periods.birth_date", "adult_periods.entry_date") }}
            as age_at_entry_years,
            residences.municipality_code as entry_municipality_code
        from adult_periods
        inner join
            residences
            on residences.person_id = adult_periods.person_id
            and residences.start_date <= adult_periods.entry_date
            and adult_periods.entry_date < residences.end_date
    )

select *
from final
