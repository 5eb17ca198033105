with
    snapshots as (select * from {{ ref("stg_bef") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            snapshots.person_id,
            snapshots.reference_date,
            snapshots.family_id,
            cast(snapshots.family_size as integer) as family_size,
            snapshots.family_size = 1 as lives_alone,
            case
                when snapshots.civil_status_code in ('G', 'P')
                then 'married'
                when snapshots.civil_status_code in ('F', 'O')
                then 'divorced'
                when snapshots.civil_status_code in ('E', 'L')
                then 'widowed'
                when snapshots.civil_status_code = 'U'
                then 'unmarried'
                when snapshots.civil_status_code is not null
                then 'unknown'
            end as civil_status
        from snapshots
        inner join people on people.person_id = snapshots.person_id
        where people.death_date is null or snapshots.reference_date <= people.death_date
    )

select *
from final
