with
    stays as (select * from {{ ref("hospital_stay") }}),

    people as (select * from {{ ref("person") }}),

    register_stays as (
        select register_stays.*
        from {{ ref("stg_lpr_a_sghophold") }} as register_stays
        inner join people on people.person_id = register_stays.person_id
    ),

    both_sides as (
        select
            coalesce(stays.person_id, register_stays.person_id) as person_id,
            coalesce(stays.first_contact_id, register_stays.first_contact_id) as first_contact_id,
            stays.stay_id,
            register_stays.register_stay_id,
            stays.start_at,
            register_stays.start_at as register_start_at,
            stays.end_at,
            register_stays.end_at as register_end_at
        from stays
        full outer join
            register_stays
            on register_stays.person_id = stays.person_id
            and register_stays.first_contact_id = stays.first_contact_id
    ),

    final as (
        select
            *,
            case
                when register_stay_id is null
                then 'only_here'
                when stay_id is null and register_end_at is null
                then 'open_in_register'
                when stay_id is null
                then 'only_in_register'
                when start_at = register_start_at and end_at = register_end_at
                then 'same'
                when register_end_at is null
                then 'open_in_register'
                else 'other_times'
            end as outcome
        from both_sides
    )

select *
from final
