with
    hjemmepleje_besoeg as ({{ current_rows("hjemmepleje_besoeg") }}),

    final as (
        select
            besoeg_id as visit_id,
            person_id,
            kommune_kode as municipality_code,
            indsats_kode as service_code,
            funktionsniveau as functional_level,
            besoeg_status as status_code,
            planlagt_start as planned_start_at,
            start as start_at,
            slut as end_at,
            leveret_minutter as delivered_minutes,
            medarbejder_id as care_worker_id,
            _delivered_at,
            _delivery,
            _row_number
        from hjemmepleje_besoeg
    )

select *
from final
