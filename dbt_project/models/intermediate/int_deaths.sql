with
    deaths as (select * from {{ ref("stg_dod") }}),

    certificates as (select * from {{ ref("stg_dodsaasg") }}),

    final as (
        select
            coalesce(deaths.person_id, certificates.person_id) as person_id,
            coalesce(deaths.death_date, certificates.death_date) as death_date
        from deaths
        full outer join certificates on certificates.person_id = deaths.person_id
        where coalesce(deaths.death_date, certificates.death_date) is not null
    )

select *
from final
