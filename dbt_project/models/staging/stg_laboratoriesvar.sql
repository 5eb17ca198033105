with
    laboratoriesvar as ({{ current_rows("laboratoriesvar") }}),

    final as (
        select
            person_id,
            dw_ek_rekvisition as requisition_id,
            datotid_proevetagning as sampled_at,
            datotid_sidstesvar as answered_at,
            npukode as npu_code,
            svar as result_text,
            enhed as unit,
            referenceinterval_lowerlimit as reference_lower,
            referenceinterval_upperlimit as reference_upper,
            _delivery,
            _row_key
        from laboratoriesvar
    )

select *
from final
