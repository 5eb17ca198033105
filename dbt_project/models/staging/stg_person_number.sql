-- A number may be changed more than once; a ring of changes, which nobody can mean, leaves its
-- numbers apart.
with recursive
    changes as (
        select old_number_id, new_number_id
        from
            (
                select
                    old_number_id,
                    new_number_id,
                    row_number() over (
                        partition by old_number_id
                        order by changed_date desc, _delivered_at desc, _row_number desc
                    ) as newest_first
                from {{ ref("stg_cpr_skift") }}
            ) as versions
        where newest_first = 1
    ),

    steps as (
        select old_number_id as number_id, new_number_id as person_id, 1 as step
        from changes
        union all
        select steps.number_id, changes.new_number_id as person_id, steps.step + 1 as step
        from steps
        inner join changes on steps.person_id = changes.old_number_id
        where steps.step < {{ var("number_changes_followed") }}
    ),

    ends as (
        select
            number_id,
            person_id,
            step,
            row_number() over (partition by number_id order by step desc) as last_first
        from steps
    ),

    final as (
        select number_id, person_id
        from ends
        where last_first = 1 and step < {{ var("number_changes_followed") }}
    )

select *
from final
