with
    kodeliste as ({{ current_rows("kodeliste", people=false) }}),

    final as (
        select
            kodesystem as code_system,
            kode as code,
            gyldig_fra as valid_from,
            coalesce(gyldig_til, date '2500-01-01') as valid_to
        from kodeliste
    )

select *
from final
