with
    people as (select * from {{ ref("person") }}),

    certificates as (select * from {{ ref("stg_dodsaasg") }}),

    final as (
        select
            people.person_id,
            people.death_date,
            certificates.person_id is not null as has_certificate,
            'D' || certificates.underlying_cause_code as underlying_cause_code,
            'D' || certificates.direct_cause_code as direct_cause_code,
            'D' || certificates.second_cause_code as second_cause_code,
            'D' || certificates.third_cause_code as third_cause_code,
            'D' || certificates.fourth_cause_code as fourth_cause_code,
            nullif(
                concat_ws(
                    ' '
                    {%- for number in range(1, 9) %}
                        , 'D' || certificates.contributing_{{ number }}_code
                    {%- endfor %}
                ),
                ''
            ) as contributing_cause_codes
        from people
        left join certificates on certificates.person_id = people.person_id
        where people.death_date is not null
    )

select *
from final
