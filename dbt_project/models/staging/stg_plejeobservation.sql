with
    plejeobservation as ({{ current_rows("plejeobservation") }}),

    final as (
        select
            observation_id,
            person_id,
            kommune_kode as municipality_code,
            tidspunkt as observed_at,
            soevn as sleep_score,
            appetit as appetite_score,
            mobilitet as mobility_score,
            konfusion as clearness_score,
            vaegt_kg as weight_kg,
            smerte as pain_score,
            medarbejder_id as care_worker_id,
            bemaerkning as remark_text,
            _delivered_at,
            _delivery,
            _row_number
        from plejeobservation
    )

select *
from final
