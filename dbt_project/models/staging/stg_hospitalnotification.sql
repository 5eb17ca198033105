-- depends_on: {{ source("lake", "hospitalnotification") }}
-- The line above is for the unit tests, whose select over their rows stands in for current_rows.
-- Messages are put in the order in which the hospital recorded them: a message that was held up is
-- sent, and may be delivered, after the one that follows it. UTC, since the local clock repeats an
-- hour in October.
with
    hospitalnotification as ({{ current_rows("hospitalnotification") }}),

    -- A message that was delivered more than once is one message.
    delivered_once as (
        select
            *,
            row_number() over (
                partition by message_id
                order by _delivered_at desc, _delivery desc, _row_number desc
            ) as newest_first
        from hospitalnotification
    ),

    messages as (
        select
            *,
            case
                when substr(kind, 1, 3) in ('RE_', 'AN_') then substr(kind, 4) else kind
            end as event,
            substr(kind, 1, 3) = 'AN_' as is_cancelling,
            row_number() over (
                partition by stay_id order by recorded_utc, sent, message_id
            ) as message_number,
            -- A stay may have several leaves: each starts with a STOR, and what follows is about
            -- that one.
            sum(case when kind = 'STOR' then 1 else 0 end) over (
                partition by stay_id
                order by recorded_utc, sent, message_id
                rows between unbounded preceding and current row
            ) as leave_number,
            row_number() over (
                partition by stay_id order by _delivered_at desc, _delivery desc, _row_number desc
            ) as last_delivered_first
        from delivered_once
        where newest_first = 1
    ),

    -- Of each event, and of each leave, the last word: the message itself, its correction or its
    -- cancellation.
    last_words as (
        select
            *,
            row_number() over (
                partition by
                    stay_id, event, case when event in ('STOR', 'SLOR') then leave_number else 0 end
                order by message_number desc
            ) as last_first
        from messages
    ),

    standing as (select * from last_words where last_first = 1 and not is_cancelling),

    -- The start in a message is that of the whole stay. When an arrival turned into an admission,
    -- that is told by when the message says it happened; a correction happens later.
    admissions as (
        select
            stay_id,
            occurred,
            row_number() over (partition by stay_id order by message_number desc) as last_first
        from messages
        where kind = 'STIN'
    ),

    starts as (
        select
            stay_id,
            stay_start,
            row_number() over (partition by stay_id order by message_number desc) as last_first
        from standing
        where event in ('STAA', 'STIN')
    ),

    leaves as (
        select
            stay_id,
            coalesce(
                max(case when event = 'STOR' then leave_start end),
                max(case when event = 'SLOR' then leave_start end)
            ) as leave_start_at,
            max(case when event = 'SLOR' then leave_end end) as leave_end_at,
            row_number() over (partition by stay_id order by leave_number desc) as last_first,
            count(*) over (partition by stay_id) as leave_count
        from standing
        where event in ('STOR', 'SLOR')
        group by stay_id, leave_number
        -- Without its start a leave was cancelled; the start of number 0 was never delivered.
        having leave_number = 0 or max(case when event = 'STOR' then 1 else 0 end) = 1
    ),

    events as (
        select
            stay_id,
            max(case when event = 'STAA' then 1 else 0 end) = 1 as has_arrival,
            max(case when event = 'STIN' then 1 else 0 end) = 1 as has_admission,
            max(case when event = 'SLHJ' then 1 else 0 end) = 1 as has_end,
            max(case when event = 'MORS' then 1 else 0 end) = 1 as has_death,
            max(case when event = 'STIN' then stay_start end) as admission_stay_start,
            max(case when event = 'SLHJ' then stay_end end) as discharged_at,
            max(case when event = 'MORS' then stay_end end) as died_at
        from standing
        group by stay_id
    ),

    stays as (
        select
            stay_id,
            count(*) as message_count,
            max(message_number) as last_message_number,
            max(case when event in ('STAA', 'STIN') then 1 else 0 end) = 1 as start_was_told,
            max(_delivered_at) as _delivered_at,
            max(case when last_delivered_first = 1 then _delivery end) as _delivery
        from messages
        group by stay_id
    ),

    final as (
        select
            stays.stay_id,
            last_message.person_id,
            case
                when stays.start_was_told then starts.stay_start else last_message.stay_start
            end as arrived_at,
            case
                when events.has_admission and events.has_arrival
                then coalesce(admissions.occurred, events.admission_stay_start)
                when events.has_admission
                then events.admission_stay_start
            end as admitted_at,
            coalesce(events.died_at, events.discharged_at) as ended_at,
            coalesce(leaves.leave_count, 0) as leave_count,
            leaves.leave_start_at as last_leave_start_at,
            leaves.leave_end_at as last_leave_end_at,
            coalesce(events.has_admission, false) as is_admission,
            coalesce(events.has_death, false) as is_dead,
            case
                when
                    stays.start_was_told
                    and starts.stay_start is null
                    and not coalesce(events.has_death, false)
                then 'cancelled'
                when events.has_death or events.has_end
                then 'finished'
                when leaves.leave_start_at is not null and leaves.leave_end_at is null
                then 'on_leave'
                else 'in_progress'
            end as status,
            stays.message_count,
            last_message.kind as last_message_kind,
            last_message.sent as last_message_sent_at,
            stays._delivered_at,
            stays._delivery
        from stays
        inner join
            messages as last_message
            on stays.stay_id = last_message.stay_id
            and stays.last_message_number = last_message.message_number
        left join events on stays.stay_id = events.stay_id
        left join starts on stays.stay_id = starts.stay_id and starts.last_first = 1
        left join admissions on stays.stay_id = admissions.stay_id and admissions.last_first = 1
        left join leaves on stays.stay_id = leaves.stay_id and leaves.last_first = 1
    )

select *
from final
