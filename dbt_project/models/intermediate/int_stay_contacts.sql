with
    contacts as (select * from {{ ref("hospital_contact") }}),

    attendances as (select * from contacts where is_physical and end_at is not null),

    -- The latest end of all attendances so far, and not that of the one before: a short contact
    -- nested in a long one
    -- must not shrink the stay.
    with_end_so_far as (
        select
            *,
            max(end_at) over (
                partition by person_id
                order by start_at, contact_id
                rows between unbounded preceding and 1 preceding
            ) as end_so_far_at
        from attendances
    ),

    marked as (
        select
            *,
            case
                when start_at <= {{ add_minutes("end_so_far_at", 240) }} then 0 else 1
            end as starts_stay
        from with_end_so_far
    ),

    final as (
        select
            contact_id,
            person_id,
            start_at,
            end_at,
            duration_minutes,
            is_acute,
            action_diagnosis_code,
            sum(starts_stay) over (
                partition by person_id
                order by start_at, contact_id
                rows between unbounded preceding and current row
            ) as stay_number
        from marked
    )

select *
from final
