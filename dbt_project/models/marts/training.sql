with
    months as (select * from {{ ref("stg_aetr") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select distinct
            months.person_id,
            {{ first_of_month("months.month_text") }} as month_start_date,
            case
                months.training_code when '1' then 'regain' when '2' then 'maintain'
            end as training_kind
        from months
        inner join people on people.person_id = months.person_id
    )

select *
from final
