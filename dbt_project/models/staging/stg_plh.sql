with
    plh as ({{ current_rows("plh") }}),

    final as (
        select
            person_id,
            start as start_date,
            slut as end_date,
            plejehjem_id as nursing_home_id,
            kommune_kode as municipality_code,
            _delivered_at,
            _delivery,
            _row_number
        from plh
    )

select *
from final
