with
    admissions as (select * from {{ ref("int_index_admissions") }}),

    readmitting_stays as (select * from {{ ref("int_readmitting_stays") }}),

    within_30_days as (
        select
            admissions.stay_id,
            readmitting_stays.stay_id as readmission_stay_id,
            readmitting_stays.start_at as readmitted_at,
            row_number() over (
                partition by admissions.stay_id order by readmitting_stays.start_at
            ) as readmission_number
        from admissions
        inner join
            readmitting_stays
            on readmitting_stays.person_id = admissions.person_id
            and readmitting_stays.start_at > admissions.end_at
            and readmitting_stays.start_at <= {{ add_minutes("admissions.end_at", 30 * 24 * 60) }}
        where admissions.is_index
    ),

    first_readmissions as (select * from within_30_days where readmission_number = 1),

    final as (
        select
            admissions.stay_id,
            admissions.person_id,
            admissions.end_at as discharged_at,
            admissions.is_index,
            admissions.exclusion_reason,
            first_readmissions.readmission_stay_id,
            first_readmissions.readmitted_at,
            cast(
                {{ minutes_between("admissions.end_at", "first_readmissions.readmitted_at") }}
                as double
            )
            / 60 as hours_to_readmission,
            first_readmissions.readmission_stay_id is not null as is_readmitted_30_days
        from admissions
        left join first_readmissions on first_readmissions.stay_id = admissions.stay_id
    )

select *
from final
