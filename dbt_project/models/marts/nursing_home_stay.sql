with
    stays as (select * from {{ ref("stg_plh") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            stays.person_id,
            stays.start_date,
            case
                when stays.end_date = people.death_date
                then {{ add_days("stays.end_date", 1) }}
                else stays.end_date
            end as end_date,
            stays.nursing_home_id,
            stays.municipality_code
        from stays
        inner join people on people.person_id = stays.person_id
    )

select *
from final
