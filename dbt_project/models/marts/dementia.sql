with
    sources as (select * from {{ ref("int_chronic_conditions") }} where condition = 'dementia'),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            sources.person_id,
            min(sources.first_date) as first_date,
            min(
                case when sources.source = 'diagnosis' then sources.first_date end
            ) as first_diagnosis_date,
            min(
                case when sources.source = 'medicine' then sources.first_date end
            ) as first_medicine_date
        from sources
        inner join people on people.person_id = sources.person_id
        group by sources.person_id
    )

select *
from final
