with
    cpr_skift as ({{ current_rows("cpr_skift", people=false) }}),

    final as (
        select
            person_id as old_number_id,
            nyt_pnr as new_number_id,
            skiftedato as changed_date,
            aarsag as change_reason,
            _delivered_at,
            _delivery,
            _row_number
        from cpr_skift
    )

select *
from final
