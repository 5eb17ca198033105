with
    snapshots as (select * from {{ ref("stg_bef") }}),

    deaths as (select * from {{ ref("int_deaths") }}),

    relations_fullest_first as (
        select
            *,
            row_number() over (
                partition by person_id
                order by
                    case when mother_id is null then 0 else 1 end
                    + case when father_id is null then 0 else 1 end
                    + case when spouse_id is null then 0 else 1 end desc,
                    coalesce(mother_id, 0) desc,
                    coalesce(father_id, 0) desc,
                    coalesce(spouse_id, 0) desc
            ) as fullness
        from {{ ref("stg_cpr_relation") }}
    ),

    relations as (select * from relations_fullest_first where fullness = 1),

    newest_first as (
        select
            *,
            min(reference_date) over (partition by person_id) as first_seen_date,
            row_number() over (partition by person_id order by reference_date desc) as newness
        from snapshots
    ),

    newest as (select * from newest_first where newness = 1),

    final as (
        select
            newest.person_id,
            case newest.sex_code when 1 then 'male' when 2 then 'female' end as sex,
            newest.birth_date,
            deaths.death_date,
            newest.country_of_origin_code,
            case
                newest.origin_type
                when 1
                then 'danish'
                when 2
                then 'immigrant'
                when 3
                then 'descendant'
            end as origin,
            newest.first_seen_date,
            newest.reference_date as last_seen_date,
            newest.family_id,
            relations.mother_id,
            relations.father_id,
            relations.spouse_id
        from newest
        left join deaths on deaths.person_id = newest.person_id
        left join relations on relations.person_id = newest.person_id
    )

select *
from final
