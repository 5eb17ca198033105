with
    incomes as (select * from {{ ref("stg_faik") }}),

    snapshots as (select * from {{ ref("stg_bef") }}),

    final as (
        select
            snapshots.person_id,
            incomes.reference_date,
            incomes.equivalised_income_dkk,
            {{ age_in_years("snapshots.birth_date", "incomes.reference_date") }} >= 18 as is_adult
        from incomes
        inner join
            snapshots
            on snapshots.family_id = incomes.family_id
            and snapshots.reference_date = incomes.reference_date
    )

select *
from final
