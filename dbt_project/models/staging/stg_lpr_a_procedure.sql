with
    lpr_a_procedure as ({{ current_rows("lpr_a_procedure", people=false) }}),

    final as (
        select
            dw_ek_procedureregistrering as procedure_id,
            dw_ek_kontakt as contact_id,
            proc_kode as procedure_code,
            proc_kode_type as procedure_type,
            proc_starttidspunkt as start_at,
            {{ open_end("proc_sluttidspunkt") }} as end_at,
            proc_ans as performing_unit_code,
            _delivered_at,
            _delivery,
            _row_number
        from lpr_a_procedure
    )

select *
from final
