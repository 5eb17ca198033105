with
    people as (select * from {{ ref("person") }}),

    dispensings as (select * from {{ ref("dispensing") }} where {{ lowers_glucose("atc_code") }}),

    pregnancies as (select * from {{ ref("int_pregnancy_ends") }}),

    without_ovaries as (
        select dispensings.*
        from dispensings
        inner join people on people.person_id = dispensings.person_id
        where
            not (
                people.sex = 'female'
                and dispensings.atc_code = 'A10BA02'
                and (
                    dispensings.dispensed_date < {{ birthday("people.birth_date", 40) }}
                    or coalesce(
                        dispensings.indication_code in ('0000092', '0000276', '0000781'), false
                    )
                )
            )
    ),

    final as (
        select
            person_id,
            dispensed_date,
            {{ is_insulin("atc_code") }} as is_insulin,
            pack_count > 0 as is_purchase,
            ddd is not null as has_ddd,
            cast(coalesce(ddd, 0) as decimal(18, 4)) as ddd
        from without_ovaries
        where
            not exists (
                select 1
                from pregnancies
                where
                    pregnancies.person_id = without_ovaries.person_id
                    and without_ovaries.dispensed_date
                    between pregnancies.from_date and pregnancies.to_date
            )
    )

select *
from final
