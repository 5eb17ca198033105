with
    contacts as (select * from {{ ref("int_stay_contacts") }}),

    main_diagnoses as (select * from {{ ref("int_stay_main_diagnosis") }}),

    ordered as (
        select
            *,
            row_number() over (
                partition by person_id, stay_number order by start_at, contact_id
            ) as from_first,
            row_number() over (
                partition by person_id, stay_number
                order by end_at desc, start_at desc, contact_id desc
            ) as from_last
        from contacts
    ),

    stays as (
        select
            person_id,
            stay_number,
            min(start_at) as start_at,
            max(end_at) as end_at,
            max(case when from_first = 1 and is_acute then 1 else 0 end) = 1 as is_acute,
            count(*) as contact_count,
            max(case when from_first = 1 then contact_id end) as first_contact_id,
            max(case when from_last = 1 then contact_id end) as last_contact_id
        from ordered
        group by person_id, stay_number
    ),

    final as (
        select
            stays.first_contact_id as stay_id,
            stays.person_id,
            stays.start_at,
            stays.end_at,
            {{ minutes_between("stays.start_at", "stays.end_at") }} as duration_minutes,
            stays.end_at >= {{ add_minutes("stays.start_at", 720) }} as is_admission,
            stays.is_acute,
            stays.contact_count,
            main_diagnoses.main_diagnosis_code,
            stays.first_contact_id,
            stays.last_contact_id
        from stays
        left join
            main_diagnoses
            on main_diagnoses.person_id = stays.person_id
            and main_diagnoses.stay_number = stays.stay_number
    )

select *
from final
