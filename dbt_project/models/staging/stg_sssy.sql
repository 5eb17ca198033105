with
    sssy as ({{ current_rows("sssy") }}),

    final as (
        select
            person_id,
            honuge as fee_week,
            ydernr as provider_id,
            speciale as specialty_code,
            ydlant as service_count,
            bruhon as gross_fee_dkk,
            barnmak as child_mark,
            _row_key
        from sssy
    )

select *
from final
