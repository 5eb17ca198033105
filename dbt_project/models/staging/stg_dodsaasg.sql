with
    dodsaasg as ({{ current_rows("dodsaasg") }}),

    final as (
        select
            person_id,
            d_dodsdato as death_date,
            c_dod_1a as direct_cause_code,
            c_dod_1b as second_cause_code,
            c_dod_1c as third_cause_code,
            c_dod_1d as fourth_cause_code,
            c_dod_21 as contributing_1_code,
            c_dod_22 as contributing_2_code,
            c_dod_23 as contributing_3_code,
            c_dod_24 as contributing_4_code,
            c_dod_25 as contributing_5_code,
            c_dod_26 as contributing_6_code,
            c_dod_27 as contributing_7_code,
            c_dod_28 as contributing_8_code,
            c_dodtilgrundl_acme as underlying_cause_code,
            _delivered_at,
            _delivery,
            _row_number
        from dodsaasg
    )

select *
from final
