with
    sks as ({{ current_rows("sks", people=false) }}),

    final as (
        select
            register as register_code,
            kode as code,
            gyldig_fra as valid_from,
            gyldig_til as valid_to
        from sks
    )

select *
from final
