-- A number may be changed more than once; a ring of changes, which nobody can mean, leaves its
-- numbers apart. Each change is a step of its own: Spark 3.5 has no recursion.
with
    changes as (
        select old_number_id, new_number_id
        from
            (
                select
                    old_number_id,
                    new_number_id,
                    row_number() over (
                        partition by old_number_id order by changed_date desc, new_number_id desc
                    ) as newest_first
                from {{ ref("stg_cpr_skift") }}
            ) as versions
        where newest_first = 1
    ),

    step_1 as (select old_number_id as number_id, new_number_id as person_id from changes),

    {% for step in range(2, var("number_changes_followed")) %}
        step_{{ step }} as (
            select before.number_id, coalesce(changes.new_number_id, before.person_id) as person_id
            from step_{{ step - 1 }} as before
            left join changes on before.person_id = changes.old_number_id
        ),
    {% endfor %}

    final as (
        select number_id, person_id
        from step_{{ var("number_changes_followed") - 1 }} as steps
        where not exists (select 1 from changes where changes.old_number_id = steps.person_id)
    )

select *
from final
