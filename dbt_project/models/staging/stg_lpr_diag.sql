with
    lpr_diag as ({{ current_rows("lpr_diag", people=false) }}),

    final as (
        select
            recnum as lpr2_contact_id,
            c_diag as diagnosis_code,
            c_diagtype as diagnosis_type,
            _delivery
        from lpr_diag
    )

select *
from final
