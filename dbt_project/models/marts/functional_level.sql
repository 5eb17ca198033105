with
    assessments as (select * from {{ ref("stg_fsiii_funktionsniveau") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            assessments.assessment_id,
            assessments.person_id,
            assessments.municipality_code,
            assessments.assessed_date,
            assessments.condition_code,
            assessments.level_code,
            -- The legacy codes are one more than the level: B1 is 0.
            case
                when assessments.level_code in ('0', 'B1')
                then 0
                when assessments.level_code in ('1', 'B2')
                then 1
                when assessments.level_code in ('2', 'B3')
                then 2
                when assessments.level_code in ('3', 'B4')
                then 3
                when assessments.level_code in ('4', 'B5')
                then 4
            end as functional_level,
            assessments.level_code not in ('9', 'B6') as is_relevant
        from assessments
        inner join people on people.person_id = assessments.person_id
    )

select *
from final
