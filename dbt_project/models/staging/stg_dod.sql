with
    dod as ({{ current_rows("dod") }}),

    final as (
        select person_id, doddato as death_date, _delivered_at, _delivery, _row_number from dod
    )

select *
from final
