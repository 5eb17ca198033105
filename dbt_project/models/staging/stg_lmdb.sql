with
    lmdb as ({{ current_rows("lmdb") }}),

    final as (
        select
            person_id,
            eksd as dispensed_date,
            atc as atc_code,
            vnr as item_number,
            apk as pack_count,
            volume as ddd_per_pack,
            indo as indication_code,
            name as drug_name,
            _delivery,
            _row_key
        from lmdb
    )

select *
from final
