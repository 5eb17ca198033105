with
    notes as (select * from {{ ref("stg_journalnotat") }}),

    people as (select * from {{ ref("person") }}),

    final as (
        select
            notes.note_id,
            notes.person_id,
            notes.contact_id,
            notes.written_at,
            notes.note_type,
            notes.note_text
        from notes
        inner join people on people.person_id = notes.person_id
    )

select *
from final
