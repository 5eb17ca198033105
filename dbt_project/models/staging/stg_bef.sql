with
    bef as ({{ current_rows("bef") }}),

    final as (
        select
            person_id,
            referencetid as reference_date,
            koen as sex_code,
            foed_dag as birth_date,
            lpad(cast(kom as string), 4, '0') as municipality_code,
            lpad(cast(opr_land as string), 4, '0') as country_of_origin_code,
            ie_type as origin_type,
            familie_id as family_id,
            civst as civil_status_code,
            antpersf as family_size,
            _delivered_at,
            _delivery,
            _row_number
        from bef
    )

select *
from final
