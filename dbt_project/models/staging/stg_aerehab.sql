with
    aerehab as ({{ current_rows("aerehab") }}),

    final as (
        select
            person_id,
            ael_komkod as municipality_number,
            aar as plan_year,
            godkend_aar as approved_year,
            version as version_number,
            _delivered_at,
            _delivery,
            _row_number
        from aerehab
    )

select *
from final
