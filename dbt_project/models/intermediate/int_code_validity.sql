with
    -- In SKS the codes of ATC stand behind the letter of their main group, M; not so in the
    -- extracts.
    sks as (
        select
            case when code like 'M%' then 'ATC' else 'SKS' end as code_system,
            case when code like 'M%' then substr(code, 2) else code end as code,
            valid_from,
            valid_to
        from {{ ref("stg_sks") }}
    ),

    listed as (
        select code_system, code, valid_from, valid_to
        from sks
        union all
        select code_system, code, valid_from, valid_to
        from {{ ref("stg_kodeliste") }}
    ),

    -- A period that begins by the day after all before it have ended continues them.
    beside as (
        select
            *,
            max(valid_to) over (
                partition by code_system, code
                order by valid_from, valid_to
                rows between unbounded preceding and 1 preceding
            ) as valid_before
        from listed
    ),

    numbered as (
        select
            *,
            sum(case when valid_from <= {{ add_days("valid_before", 1) }} then 0 else 1 end) over (
                partition by code_system, code
                order by valid_from, valid_to
                rows between unbounded preceding and current row
            ) as period
        from beside
    ),

    final as (
        select code_system, code, min(valid_from) as valid_from, max(valid_to) as valid_to
        from numbered
        group by code_system, code, period
    )

select *
from final
