with
    journalnotat as ({{ current_rows("journalnotat") }}),

    final as (
        select
            notat_id as note_id,
            person_id,
            dw_ek_kontakt as contact_id,
            notat_tidspunkt as written_at,
            notat_type as note_type,
            notat_tekst as note_text,
            _delivered_at,
            _delivery,
            _row_number
        from journalnotat
    )

select *
from final
