{% set window = var("medication_change_days") %}

with
    admissions as (
        select
            stay_id,
            person_id,
            cast(start_at as date) as admitted_date,
            cast(end_at as date) as discharged_date
        from {{ ref("hospital_stay") }}
        where is_admission
    ),

    dispensings as (select * from {{ ref("dispensing") }} where atc_code is not null),

    people as (select * from {{ ref("person") }}),

    drugs as (
        select
            admissions.stay_id,
            admissions.person_id,
            admissions.discharged_date,
            dispensings.atc_code,
            sum(
                case
                    when dispensings.dispensed_date < admissions.admitted_date
                    then dispensings.pack_count
                    else 0
                end
            )
            > 0 as is_before,
            sum(
                case
                    when dispensings.dispensed_date >= admissions.discharged_date
                    then dispensings.pack_count
                    else 0
                end
            )
            > 0 as is_after
        from admissions
        inner join
            dispensings
            on dispensings.person_id = admissions.person_id
            and dispensings.dispensed_date >= {{ add_days("admissions.admitted_date", -window) }}
            and dispensings.dispensed_date < {{ add_days("admissions.discharged_date", window) }}
            and (
                dispensings.dispensed_date < admissions.admitted_date
                or dispensings.dispensed_date >= admissions.discharged_date
            )
        group by
            admissions.stay_id,
            admissions.person_id,
            admissions.discharged_date,
            dispensings.atc_code
    ),

    final as (
        select
            drugs.stay_id,
            drugs.person_id,
            drugs.discharged_date,
            drugs.atc_code,
            case
                when drugs.is_before and drugs.is_after
                then 'continued'
                when drugs.is_before
                then 'stopped'
                else 'started'
            end as medication_change,
            coalesce(
                people.death_date < {{ add_days("drugs.discharged_date", window) }}, false
            ) as died_in_window
        from drugs
        inner join people on people.person_id = drugs.person_id
        where drugs.is_before or drugs.is_after
    )

select *
from final
