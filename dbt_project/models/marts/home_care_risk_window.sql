{% set scores = ["sleep", "appetite", "mobility", "clearness"] %}

with
    people as (select * from {{ ref("person") }}),

    visits as (
        select
            person_id,
            cast(coalesce(start_at, planned_start_at) as date) as visit_date,
            status = 'completed' as is_completed,
            delivered_minutes
        from {{ ref("home_care_visit") }}
        where coalesce(start_at, planned_start_at) is not null
    ),

    -- What happens in a week is known on the Mondays after it.
    weeks_ago as (
        select 0 as weeks
        {%- for weeks in range(1, 26) %}
            union all
            select {{ weeks }} as weeks
        {%- endfor %}
    ),

    visits_by_week as (
        select
            visits.person_id,
            {{ add_days(monday_of("visits.visit_date"), "7 + 7 * weeks_ago.weeks") }}
            as week_start_date,
            weeks_ago.weeks,
            visits.is_completed,
            visits.delivered_minutes
        from visits
        inner join weeks_ago on weeks_ago.weeks < 4
    ),

    care as (
        select
            person_id,
            week_start_date,
            sum(case when is_completed and weeks = 0 then 1 else 0 end) as visits_7_days,
            sum(case when is_completed then 1 else 0 end) as visits_28_days,
            sum(case when not is_completed then 1 else 0 end) as missed_visits_28_days,
            sum(
                case when is_completed then coalesce(delivered_minutes, 0) else 0 end
            ) as visit_minutes_28_days
        from visits_by_week
        group by person_id, week_start_date
        having sum(case when is_completed then 1 else 0 end) > 0
    ),

    contacts as (select * from {{ ref("hospital_contact") }} where is_physical),

    recipients as (
        select
            care.*,
            cast(care.week_start_date as timestamp) as week_start_at,
            make_date(
                cast(extract(year from care.week_start_date) as integer),
                cast(extract(month from care.week_start_date) as integer),
                1
            ) as month_start_date,
            {{ birthday("people.birth_date", 18) }} as adult_from_date
        from care
        inner join people on people.person_id = care.person_id
        where people.death_date is null or people.death_date >= care.week_start_date
    ),

    -- Who is in hospital on that Monday is not at risk of coming there.
    -- A contact open for 60 days is taken for one whose end was forgotten.
    in_hospital as (
        select distinct recipients.person_id, recipients.week_start_date
        from recipients
        inner join
            contacts
            on contacts.person_id = recipients.person_id
            and contacts.start_at < recipients.week_start_at
            and contacts.start_at >= {{ add_minutes("recipients.week_start_at", -60 * 24 * 60) }}
            and (contacts.end_at is null or contacts.end_at >= recipients.week_start_at)
    ),

    at_risk as (
        select recipients.*
        from recipients
        left join
            in_hospital
            on in_hospital.person_id = recipients.person_id
            and in_hospital.week_start_date = recipients.week_start_date
        where
            recipients.adult_from_date <= recipients.week_start_date
            and in_hospital.person_id is null
    ),

    grants as (
        select
            at_risk.person_id,
            at_risk.week_start_date,
            needs.granted_minutes_week,
            row_number() over (
                partition by at_risk.person_id, at_risk.week_start_date
                order by needs.month_start_date desc
            ) as newness
        from at_risk
        inner join
            {{ ref("home_care_need") }} as needs
            on needs.person_id = at_risk.person_id
            and needs.month_start_date < at_risk.month_start_date
            and needs.month_start_date >= {{ add_days("at_risk.month_start_date", -92) }}
    ),

    nursing_by_week as (
        select
            nursed.person_id,
            {{ add_days(monday_of("nursed.nursing_date"), "7 + 7 * weeks_ago.weeks") }}
            as week_start_date
        from {{ ref("home_nursing") }} as nursed
        inner join weeks_ago on weeks_ago.weeks < 4
    ),

    nursing as (
        select person_id, week_start_date, count(*) as days
        from nursing_by_week
        group by person_id, week_start_date
    ),

    levels as (
        select
            at_risk.person_id,
            at_risk.week_start_date,
            max(levels.functional_level) as highest_level
        from at_risk
        inner join
            {{ ref("functional_level") }} as levels
            on levels.person_id = at_risk.person_id
            and levels.assessed_date < at_risk.week_start_date
            and levels.assessed_date >= {{ add_days("at_risk.week_start_date", -365) }}
        group by at_risk.person_id, at_risk.week_start_date
    ),

    observations_by_week as (
        select
            observed.*,
            {{ add_days(monday_of("cast(observed.observed_at as date)"), 7) }} as week_start_date
        from {{ ref("care_observation") }} as observed
    ),

    observations as (
        select
            person_id,
            week_start_date,
            count(*) as observations,
            {%- for score in scores %}
                min({{ score }}_score) as lowest_{{ score }}_score,
            {%- endfor %}
            max(pain_score) as highest_pain_score
        from observations_by_week
        group by person_id, week_start_date
    ),

    hospital as (
        select
            at_risk.person_id,
            at_risk.week_start_date,
            sum(case when contacts.is_acute then 1 else 0 end) as acute_contacts,
            sum(contacts.duration_minutes) as minutes,
            max(contacts.end_at) as last_end_at
        from at_risk
        inner join
            contacts
            on contacts.person_id = at_risk.person_id
            and contacts.end_at < at_risk.week_start_at
            and contacts.end_at >= {{ add_minutes("at_risk.week_start_at", -365 * 24 * 60) }}
        group by at_risk.person_id, at_risk.week_start_date
    ),

    -- Until the drug is dispensed again, which then counts in its place.
    supplies as (
        select
            person_id,
            dispensed_date,
            lead(dispensed_date) over (
                partition by person_id, atc_code order by dispensed_date
            ) as next_date
        from
            (
                select distinct
                    dispensings.person_id, dispensings.atc_code, dispensings.dispensed_date
                from {{ ref("dispensing") }} as dispensings
                inner join
                    (select distinct person_id from at_risk) as people
                    on people.person_id = dispensings.person_id
                where dispensings.pack_count > 0 and dispensings.atc_code is not null
            ) as dispensed
    ),

    supplies_by_week as (
        select
            supplies.*,
            {{ add_days(monday_of("supplies.dispensed_date"), "7 + 7 * weeks_ago.weeks") }}
            as week_start_date
        from supplies
        cross join weeks_ago
    ),

    medicine as (
        select person_id, week_start_date, count(*) as drugs
        from supplies_by_week
        where
            dispensed_date >= {{ add_days("week_start_date", -180) }}
            and coalesce(next_date, week_start_date) >= week_start_date
        group by person_id, week_start_date
    ),

    -- The stay may have begun before midnight with a visit that ended: the contact after counts.
    outcomes as (
        select
            at_risk.person_id,
            at_risk.week_start_date,
            min(contacts.start_at) as next_acute_admission_at
        from at_risk
        inner join
            {{ ref("hospital_stay") }} as admissions
            on admissions.person_id = at_risk.person_id
            and admissions.is_admission
            and admissions.is_acute
            and admissions.end_at > at_risk.week_start_at
            and admissions.start_at < {{ add_minutes("at_risk.week_start_at", 30 * 24 * 60) }}
        inner join
            contacts
            on contacts.person_id = admissions.person_id
            and contacts.is_acute
            and contacts.end_at <= admissions.end_at
            and contacts.start_at >= admissions.start_at
            and contacts.start_at >= at_risk.week_start_at
            and contacts.start_at < {{ add_minutes("at_risk.week_start_at", 30 * 24 * 60) }}
        group by at_risk.person_id, at_risk.week_start_date
    ),

    followed as (
        select distinct at_risk.person_id, at_risk.week_start_date
        from at_risk
        inner join
            {{ ref("cohort_membership") }} as periods
            on periods.person_id = at_risk.person_id
            and periods.entry_date <= at_risk.week_start_date
            and periods.exit_date >= {{ add_days("at_risk.week_start_date", 30) }}
    ),

    final as (
        select
            at_risk.person_id,
            at_risk.week_start_date,
            cast(at_risk.visits_7_days as integer) as visits_7_days,
            cast(at_risk.visits_28_days as integer) as visits_28_days,
            cast(at_risk.missed_visits_28_days as integer) as missed_visits_28_days,
            cast(at_risk.visit_minutes_28_days as bigint) as visit_minutes_28_days,
            grants.granted_minutes_week,
            cast(coalesce(nursing.days, 0) as integer) as nursing_days_28_days,
            levels.highest_level as highest_functional_level_365_days,
            cast(coalesce(observations.observations, 0) as integer) as observations_7_days,
            {%- for score in scores %}
                observations.lowest_{{ score }}_score as lowest_{{ score }}_score_7_days,
            {%- endfor %}
            observations.highest_pain_score as highest_pain_score_7_days,
            cast(coalesce(hospital.acute_contacts, 0) as integer) as acute_contacts_365_days,
            cast(coalesce(hospital.minutes, 0) as bigint) as hospital_minutes_365_days,
            cast(
                {{ days_between("cast(hospital.last_end_at as date)", "at_risk.week_start_date") }}
                as integer
            ) as days_since_hospital,
            cast(coalesce(medicine.drugs, 0) as integer) as drugs_180_days,
            outcomes.next_acute_admission_at is not null as is_admitted_30_days,
            outcomes.next_acute_admission_at,
            followed.person_id is not null as is_followed_30_days
        from at_risk
        left join
            grants
            on grants.person_id = at_risk.person_id
            and grants.week_start_date = at_risk.week_start_date
            and grants.newness = 1
        {%- for table in [
                "nursing",
                "levels",
                "observations",
                "hospital",
                "medicine",
                "outcomes",
                "followed",
            ] %}
            left join
                {{ table }}
                on {{ table }}.person_id = at_risk.person_id
                and {{ table }}.week_start_date = at_risk.week_start_date
        {%- endfor %}
    )

select *
from final
