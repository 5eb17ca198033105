with
    fsiii_funktionsniveau as ({{ current_rows("fsiii_funktionsniveau") }}),

    final as (
        select
            vurdering_id as assessment_id,
            person_id,
            kommune_kode as municipality_code,
            vurderet_dato as assessed_date,
            tilstand_kode as condition_code,
            niveau as level_code,
            _delivered_at,
            _delivery,
            _row_number
        from fsiii_funktionsniveau
    )

select *
from final
