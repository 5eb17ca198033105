with
    lpr_a_sghophold as ({{ current_rows("lpr_a_sghophold") }}),

    final as (
        select
            dw_ek_sygehusophold as register_stay_id,
            person_id,
            sgh_oph_starttidspunkt as start_at,
            {{ open_end("sgh_oph_sluttidspunkt") }} as end_at,
            antal_kont_sgh_oph as contact_count,
            dw_ek_kontakt_foerste as first_contact_id
        from lpr_a_sghophold
    )

select *
from final
