with
    akm as ({{ current_rows("akm") }}),

    final as (select person_id, referencetid as reference_date, socio13 as socio13_code from akm)

select *
from final
