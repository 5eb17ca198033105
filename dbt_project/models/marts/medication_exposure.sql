with
    dispensings as (select * from {{ ref("dispensing") }}),

    -- Doses are added as decimals: a sum of floating numbers would depend on the order of the rows.
    days as (
        select
            person_id,
            atc_code,
            dispensed_date,
            sum(pack_count) > 0 as is_purchase,
            count(*) as dispensing_count,
            coalesce(sum(cast(ddd as decimal(18, 4))), 0) as ddd
        from dispensings
        where atc_code is not null
        group by person_id, atc_code, dispensed_date
    ),

    -- A defined daily dose lasts a day; a purchase lasts at least one; a return takes its days
    -- back.
    supplied as (
        select
            *,
            case
                when not is_purchase
                then cast(floor(ddd) as bigint)
                when ddd > 1
                then cast(ceil(ddd) as bigint)
                else 1
            end as supply_days
        from days
    ),

    with_stock as (
        select
            *,
            coalesce(
                sum(supply_days) over (
                    partition by person_id, atc_code
                    order by dispensed_date
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as days_bought_before
        from supplied
    ),

    -- What is bought while there is a stock is taken after it: the supply of all purchases, one
    -- after the
    -- other, counted from that purchase at which the stock was last used up.
    with_start_of_stock as (
        select
            *,
            max(
                case
                    when is_purchase then {{ add_days("dispensed_date", "-days_bought_before") }}
                end
            ) over (
                partition by person_id, atc_code
                order by dispensed_date
                rows between unbounded preceding and current row
            ) as stock_from_date
        from with_stock
    ),

    covered as (
        select
            *,
            {{ add_days("stock_from_date", "days_bought_before + supply_days") }}
            as covered_until_date
        from with_start_of_stock
    ),

    with_previous as (
        select
            *,
            lag(covered_until_date) over (
                partition by person_id, atc_code order by dispensed_date
            ) as covered_until_before_date
        from covered
    ),

    marked as (
        select
            *,
            case
                when not is_purchase
                then 0
                when
                    dispensed_date
                    <= {{ add_days("covered_until_before_date", var("exposure_gap_days")) }}
                then 0
                else 1
            end as starts_period
        from with_previous
    ),

    numbered as (
        select
            *,
            sum(starts_period) over (
                partition by person_id, atc_code
                order by dispensed_date
                rows between unbounded preceding and current row
            ) as period_number
        from marked
    ),

    ordered as (
        select
            *,
            row_number() over (
                partition by person_id, atc_code, period_number order by dispensed_date desc
            ) as from_last
        from numbered
        where period_number > 0
    ),

    periods as (
        select
            person_id,
            atc_code,
            min(dispensed_date) as start_date,
            max(case when from_last = 1 then covered_until_date end) as end_date,
            sum(dispensing_count) as dispensing_count,
            sum(ddd) as ddd
        from ordered
        group by person_id, atc_code, period_number
    ),

    final as (
        select
            person_id,
            atc_code,
            start_date,
            end_date,
            cast(dispensing_count as bigint) as dispensing_count,
            cast(ddd as double) as ddd
        from periods
        where end_date > start_date
    )

select *
from final
