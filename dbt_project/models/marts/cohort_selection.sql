with
    people as (select * from {{ ref("person") }}),

    homes as (
        select person_id, max(case when in_region then 1 else 0 end) as was_in_region
        from {{ ref("residence") }}
        group by person_id
    ),

    members as (select distinct person_id from {{ ref("cohort_membership") }}),

    final as (
        select
            people.person_id,
            case
                when members.person_id is not null
                then 'included'
                when homes.person_id is null
                then 'never_seen_alive'
                when homes.was_in_region = 0
                then 'never_in_region'
                else 'never_adult_in_region'
            end as outcome
        from people
        left join homes on homes.person_id = people.person_id
        left join members on members.person_id = people.person_id
    )

select *
from final
