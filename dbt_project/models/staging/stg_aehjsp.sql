with
    aehjsp as ({{ current_rows("aehjsp") }}),

    final as (
        select
            person_id,
            hjemsygep_dato as nursing_date,
            imp_mark as report_code,
            _delivered_at,
            _delivery,
            _row_number
        from aehjsp
    )

select *
from final
