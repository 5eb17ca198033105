with
    aefv as ({{ current_rows("aefv") }}),

    final as (
        select
            person_id,
            {{ quoted("HÆND_MDR") }} as month_text,
            perpl_vis as personal_care_minutes_week,
            prahj_vis as practical_help_minutes_week,
            _delivered_at,
            _delivery,
            _row_number
        from aefv
    )

select *
from final
