with
    aetr as ({{ current_rows("aetr") }}),

    final as (
        select
            person_id,
            {{ quoted("HÆND_MDR") }} as month_text,
            trean_art as training_code,
            _delivered_at,
            _delivery,
            _row_number
        from aetr
    )

select *
from final
