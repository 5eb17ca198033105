{% set days = var("follow_up_days") %}

with
    admissions as (select * from {{ ref("hospital_stay") }} where is_admission),

    people as (select * from {{ ref("person") }}),

    contacts as (select * from {{ ref("int_sector_contacts") }}),

    sectors as (
        select 'municipality' as sector
        union all
        select 'general_practice' as sector
    ),

    before_admission as (
        select
            admissions.stay_id,
            admissions.person_id,
            contacts.sector as from_sector,
            'hospital' as to_sector,
            admissions.start_at as passed_at,
            max(contacts.contact_at) as contact_at
        from admissions
        inner join
            contacts
            on contacts.person_id = admissions.person_id
            and contacts.contact_at >= {{ add_minutes("admissions.start_at", -days * 24 * 60) }}
            and case
                contacts.known_by
                when 'minute'
                then contacts.contact_at < admissions.start_at
                when 'day'
                then contacts.contact_at <= admissions.start_at
                else {{ add_minutes("contacts.contact_at", 7 * 24 * 60) }} <= admissions.start_at
            end
        group by admissions.stay_id, admissions.person_id, contacts.sector, admissions.start_at
    ),

    -- Who died in hospital passed to nobody.
    discharges as (
        select admissions.*
        from admissions
        inner join people on people.person_id = admissions.person_id
        where people.death_date is null or people.death_date > cast(admissions.end_at as date)
    ),

    first_contacts as (
        select discharges.stay_id, contacts.sector, min(contacts.contact_at) as contact_at
        from discharges
        inner join
            contacts
            on contacts.person_id = discharges.person_id
            and contacts.contact_at <= {{ add_minutes("discharges.end_at", days * 24 * 60) }}
            and case
                contacts.known_by
                when 'day'
                then contacts.contact_at >= cast(cast(discharges.end_at as date) as timestamp)
                else contacts.contact_at > discharges.end_at
            end
        group by discharges.stay_id, contacts.sector
    ),

    after_discharge as (
        select
            discharges.stay_id,
            discharges.person_id,
            'hospital' as from_sector,
            sectors.sector as to_sector,
            discharges.end_at as passed_at,
            first_contacts.contact_at
        from discharges
        cross join sectors
        left join
            first_contacts
            on first_contacts.stay_id = discharges.stay_id
            and first_contacts.sector = sectors.sector
    ),

    passages as (
        select *
        from before_admission
        union all
        select *
        from after_discharge
    ),

    final as (
        select
            stay_id,
            person_id,
            from_sector,
            to_sector,
            passed_at,
            contact_at,
            cast(
                case
                    when to_sector = 'hospital'
                    then {{ days_between("cast(contact_at as date)", "cast(passed_at as date)") }}
                    else {{ days_between("cast(passed_at as date)", "cast(contact_at as date)") }}
                end as integer
            ) as days_between
        from passages
    )

select *
from final
