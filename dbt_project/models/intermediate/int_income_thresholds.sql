with
    incomes as (select * from {{ ref("int_family_incomes") }}),

    ordered as (
        select
            reference_date,
            equivalised_income_dkk,
            row_number() over (
                partition by reference_date order by equivalised_income_dkk
            ) as place,
            count(*) over (partition by reference_date) as adults
        from incomes
        where is_adult
    ),

    final as (
        select
            reference_date,
            min(case when place * 5 > adults then equivalised_income_dkk end) as second_from_dkk,
            min(case when place * 5 > adults * 2 then equivalised_income_dkk end) as third_from_dkk,
            min(
                case when place * 5 > adults * 3 then equivalised_income_dkk end
            ) as fourth_from_dkk,
            min(case when place * 5 > adults * 4 then equivalised_income_dkk end) as fifth_from_dkk
        from ordered
        group by reference_date
    )

select *
from final
