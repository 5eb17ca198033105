with
    lpr_a_kontakt as ({{ current_rows("lpr_a_kontakt") }}),

    final as (
        select
            dw_ek_kontakt as contact_id,
            dw_ek_forloeb as course_id,
            person_id,
            kont_starttidspunkt as start_at,
            {{ open_end("kont_sluttidspunkt") }} as end_at,
            beh_starttidspunkt as treatment_start_at,
            kont_type as contact_type_code,
            prioritet as priority_code,
            kont_aarsag as cause_code,
            adiag as action_diagnosis_code,
            kont_ans as responsible_unit_code,
            kont_ans_hovedspec as main_specialty,
            lprindberetningssystem as reporting_system,
            _number_kind as number_kind,
            borger_foedselsdato as reported_birth_date,
            _delivered_at,
            _delivery,
            _row_number
        from lpr_a_kontakt
        where
            lprindberetningssystem in (
                {%- for system in var("lpr_reporting_systems") -%}
                    {{ sql_text(system) }}{% if not loop.last %}, {% endif %}
                {%- endfor -%}
            )
    )

select *
from final
