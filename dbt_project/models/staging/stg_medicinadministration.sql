with
    medicinadministration as ({{ current_rows("medicinadministration") }}),

    final as (
        select
            person_id,
            dw_ek_kontakt as contact_id,
            ordination_id as prescription_id,
            atc as atc_code,
            laegemiddel as drug_name,
            dosis as dose,
            dosis_enhed as dose_unit,
            adm_vej as route,
            type_kodetekst as prescription_type,
            datotid_ordinationstart as prescribed_at,
            datotid_administration_start as administered_at,
            _delivery,
            _row_key
        from medicinadministration
    )

select *
from final
