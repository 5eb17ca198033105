with
    lpr_adm as ({{ current_rows("lpr_adm") }}),

    final as (
        select
            recnum as lpr2_contact_id,
            person_id,
            d_inddto as start_date,
            c_spec as specialty_code,
            c_adiag as action_diagnosis_code
        from lpr_adm
    )

select *
from final
