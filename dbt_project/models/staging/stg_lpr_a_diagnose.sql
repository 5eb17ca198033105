with
    lpr_a_diagnose as ({{ current_rows("lpr_a_diagnose", people=false) }}),

    final as (
        select
            dw_ek_kontakt as contact_id,
            diag_kode as diagnosis_code,
            diag_kode_type as diagnosis_type,
            senere_afkraeftet as disproved_later,
            diag_parent_kode as parent_code,
            _delivered_at,
            _delivery,
            _row_number
        from lpr_a_diagnose
    )

select *
from final
