with
    lpr_a_forloeb as ({{ current_rows("lpr_a_forloeb") }}),

    final as (
        select
            dw_ek_forloeb as course_id,
            dw_ek_forloeb_forrige as previous_course_id,
            person_id,
            forl_starttidspunkt as start_at,
            {{ open_end("forl_sluttidspunkt") }} as end_at,
            forl_henv_tidspunkt as referred_at,
            forl_label as label_code,
            forl_afslut_maade as end_code,
            lprindberetningssystem as reporting_system,
            _delivered_at,
            _delivery,
            _row_number
        from lpr_a_forloeb
    )

select *
from final
