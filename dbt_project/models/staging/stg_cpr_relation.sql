with
    cpr_relation as ({{ current_rows("cpr_relation") }}),

    final as (
        select
            person_id,
            mor_id as mother_id,
            far_id as father_id,
            aegte_id as spouse_id,
            _delivered_at,
            _delivery,
            _row_number
        from cpr_relation
    )

select *
from final
