with
    visits as (
        select
            person_id,
            'municipality' as sector,
            'minute' as known_by,
            coalesce(start_at, planned_start_at) as contact_at
        from {{ ref("home_care_visit") }}
        where status = 'completed'
    ),

    nursing as (
        select
            person_id,
            'municipality' as sector,
            'day' as known_by,
            cast(nursing_date as timestamp) as contact_at
        from {{ ref("home_nursing") }}
    ),

    general_practice as (
        select
            person_id,
            'general_practice' as sector,
            'week' as known_by,
            cast(week_start_date as timestamp) as contact_at
        from {{ ref("primary_care_contact") }}
        where (is_general_practice or is_out_of_hours) and not is_for_child
    ),

    final as (
        select *
        from visits
        where contact_at is not null
        union all
        select *
        from nursing
        union all
        select *
        from general_practice
        where contact_at is not null
    )

select *
from final
