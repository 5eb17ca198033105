with
    vitale_vaerdier as ({{ current_rows("vitale_vaerdier") }}),

    final as (
        select
            person_id,
            dw_ek_kontakt as contact_id,
            aktivitetstypenavn as activity_name,
            elementledetekst as element_name,
            elementkode as element_code,
            numelementvaerdi as value,
            enhed as unit,
            datotid_resultat_udfoert as measured_at,
            _row_key
        from vitale_vaerdier
    )

select *
from final
