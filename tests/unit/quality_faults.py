"""Planted faults: for an expectation the SQL that breaks it in the warehouse of `quality_warehouse.py`, and the count.

What follows from the kind of an expectation alone (an empty key, a repeated row) is planted by the test itself.
"""


def stays_after_visits(*times: tuple[str, str, str], person: int = 1) -> str:
    """A person's only admissions, each by start and end, and the person's only home care visits, each by its start."""
    stays = (
        f"select * replace ({900 + n} as stay_id, {person} as person_id, timestamp '{start}' as start_at, "
        f"timestamp '{end}' as end_at) from one"
        for n, (start, end, _) in enumerate(times)
    )
    visits = (
        f"select * replace ({900 + n} as visit_id, {person} as person_id, timestamp '{visit}' as start_at) "
        "from marts.home_care_visit where visit_id = 1"
        for n, (_, _, visit) in enumerate(times)
    )
    return (
        "create temp table one as from marts.hospital_stay where stay_id = 10; delete from marts.hospital_stay; "
        f"insert into marts.hospital_stay {' union all '.join(stays)}; drop table one; "
        f"insert into marts.home_care_visit {' union all '.join(visits)}"
    )


FAULTS: dict[str, tuple[str, int]] = {
    "cohort_membership/enters_before_exit": ("update marts.cohort_membership set exit_date = entry_date", 2),
    "cohort_membership/adult_at_entry": (
        "update marts.cohort_membership set age_at_entry_years = 17 where person_id = 1",
        1,
    ),
    "cohort_membership/age_at_entry_plausible": (
        "update marts.cohort_membership set age_at_entry_years = 121 where person_id = 1",
        1,
    ),
    "cohort_membership/region_only": (
        "update marts.cohort_membership set entry_municipality_code = '0101' where person_id = 2",
        1,
    ),
    "cohort_membership/no_overlap": (
        "insert into marts.cohort_membership select * replace (2 as period_number, date '2019-02-01' as entry_date, "
        "date '2019-03-01' as exit_date) from marts.cohort_membership where person_id = 1; "
        "insert into marts.cohort_membership select * replace (3 as period_number, date '2020-02-01' as entry_date, "
        "date '2020-03-01' as exit_date) from marts.cohort_membership where person_id = 1 and period_number = 1",
        2,
    ),
    "cohort_membership/alive_in_cohort": (
        "update marts.person set death_date = date '2020-12-30' where person_id = 2",
        1,
    ),
    "cohort_membership/age_from_birth_date": (
        "update marts.cohort_membership set entry_date = date '2019-03-01' where person_id = 2",
        1,
    ),
    "diagnosis/sks_form": ("update marts.diagnosis set diagnosis_code = 'J18.9' where diagnosis_code = 'DJ189'", 1),
    "diagnosis/person_of_contact": ("update marts.diagnosis set person_id = 2", 2),
    "dispensing/atc_form": ("update marts.dispensing set atc_code = 'a10ba02'", 2),
    "dispensing/return_is_negative": ("update marts.dispensing set ddd = 50", 1),
    "dispensing/ddd_plausible": ("update marts.dispensing set ddd = -3001 where dispensing_id = 2", 1),
    "dispensing/ddd_present": ("update marts.dispensing set ddd = null where dispensing_id = 1", 1),
    "diagnosis/contact_present": ("update marts.diagnosis set contact_id = null", 3),
    "diagnosis/not_twice": (
        "insert into marts.diagnosis select * replace ('lpr2' as register, 9 as diagnosis_number) from marts.diagnosis "
        "where diagnosis_code = 'DJ189'",
        1,
    ),
    "cohort_selection/included_are_the_cohort": ("update marts.cohort_selection set outcome = 'never_in_region'", 2),
    "cohort_selection/everybody_once": ("delete from marts.cohort_selection where person_id = 2", 1),
    "household/family_size_plausible": ("update marts.household set family_size = 21", 2),
    "household/alone_means_one": ("update marts.household set lives_alone = false", 1),
    "socioeconomy/first_of_year": ("update marts.socioeconomy set year_date = '2020-12-31'", 2),
    "socioeconomy/quintile_of_income": ("update marts.socioeconomy set income_quintile = 6", 2),
    "socioeconomy/socio13_form": ("update marts.socioeconomy set socio13_code = '0'", 2),
    "socioeconomy/education_form": ("update marts.socioeconomy set education_code = '12'", 2),
    "socioeconomy/quintiles_even": (  # A hundred who turn 19 in the year.
        "update marts.person set birth_date = '2001-12-31' where person_id = 1; "
        "insert into marts.socioeconomy select s.* from marts.socioeconomy s, range(99) where s.person_id = 1",
        1,
    ),
    "emergency_visit/shorter_than_12_hours": ("update marts.emergency_visit set duration_minutes = 720", 1),
    "emergency_visit/every_short_acute_stay": ("delete from marts.emergency_visit", 1),
    "preventable_admission/from_65_years": ("update marts.person set birth_date = '1955-01-21' where person_id = 1", 1),
    "preventable_admission/acute_admission": ("update marts.hospital_stay set is_acute = false", 1),
    "stay_reconciliation/mostly_the_same": ("update marts.stay_reconciliation set outcome = 'other_times'", 3),
    "stay_reconciliation/every_stay_once": ("delete from marts.stay_reconciliation where stay_id = 12", 1),
    "medication_exposure/ends_after_start": ("update marts.medication_exposure set end_date = start_date", 2),
    "medication_exposure/no_overlap": (
        "update marts.medication_exposure set start_date = '2020-02-23' where ddd = 10",
        1,
    ),
    "medication_exposure/atc_form": ("update marts.medication_exposure set atc_code = 'a10ba02'", 2),
    "medication_exposure/period_plausible": ("update marts.medication_exposure set end_date = start_date + 3653", 2),
    "polypharmacy/first_of_half_year": ("update marts.polypharmacy set half_year_start_date = '2020-02-01'", 2),
    "polypharmacy/drug_count_plausible": ("update marts.polypharmacy set drug_count = 101", 2),
    "medication_change_at_discharge/of_an_admission": ("update marts.hospital_stay set is_admission = false", 1),
    "comorbidity/score_in_range": ("update marts.comorbidity set charlson_score = 38", 4),
    "comorbidity/groups_with_score": ("update marts.comorbidity set charlson_groups = null", 2),
    "comorbidity/every_admission_twice": ("delete from marts.comorbidity where charlson_method = 'quan_2005'", 2),
    "frailty/risk_of_score": ("update marts.frailty set frailty_risk = 'high'", 1),
    "frailty/score_in_range": ("update marts.frailty set hfrs_score = 162.1, frailty_risk = 'high'", 1),
    "frailty/old_enough": ("update marts.person set birth_date = '1950-06-02' where person_id = 1", 1),
    "diabetes/type_is_1_or_2": ("update marts.diabetes set diabetes_type = 3", 1),
    "diabetes/two_events": ("update marts.diabetes set event_count = 1", 1),
    "diabetes/stable_from_1998": ("update marts.diabetes set stable_inclusion_date = null", 1),
    "diabetes/type_1_is_the_lesser": (
        "insert into marts.diabetes select d.* replace (1 as diabetes_type) from marts.diabetes d, range(99)",
        1,
    ),
    "dementia/first_of_both": ("update marts.dementia set first_date = '2020-04-01'", 1),
    "chronic_condition/first_of_both": ("update marts.chronic_condition set first_date = '2020-01-19'", 2),
    "sector_transition/one_side_is_hospital": ("update marts.sector_transition set from_sector = 'hospital'", 1),
    "sector_transition/days_in_window": ("update marts.sector_transition set days_between = 31", 2),
    "event/code_form": ("update marts.event set code = 'lab/NPU19748'", 3),
    "event/every_death": ("delete from marts.event where code = 'MEDS_DEATH'", 1),
    "home_care_risk_window/starts_on_monday": (
        "update marts.home_care_risk_window set week_start_date = week_start_date + 1",
        2,
    ),
    "home_care_risk_window/recipient": ("update marts.home_care_risk_window set visits_28_days = 0", 2),
    "home_care_risk_window/adult": ("update marts.person set birth_date = '2002-01-07' where person_id = 1", 1),
    "home_care_risk_window/outcome_in_window": (
        "update marts.home_care_risk_window set next_acute_admission_at = '2020-02-05 00:00' where is_admitted_30_days",
        1,
    ),
    "home_care_risk_window/outcome_is_an_admission": (
        "update marts.hospital_stay set is_acute = false where stay_id = 12",
        1,
    ),
    "home_care_risk_window/alive": ("update marts.person set death_date = '2020-01-01' where person_id = 1", 2),
    "procedure/starts_before_end": ("update marts.procedure set end_at = start_at", 2),
    "procedure/code_form": ("update marts.procedure set procedure_code = 'K-NFB'", 2),
    "death/code_form": ("update marts.death set direct_cause_code = 'I509'", 1),
    "death/cause_known": ("update marts.death set underlying_cause_code = null", 1),
    "death/same_day_as_person": ("update marts.death set death_date = '2022-06-02'", 1),
    "death/everybody_dead_is_here": ("delete from marts.death", 1),
    "vital_sign/saturation_plausible": ("update marts.vital_sign set value = 101", 1),
    "vital_sign/temperature_plausible": ("update marts.vital_sign set value = 46", 1),
    "vital_sign/not_negative": ("update marts.vital_sign set value = -1 where vital_sign_id = 1", 1),
    "hospital_medication/atc_form": ("update marts.hospital_medication set atc_code = 'DN02'", 2),
    "hospital_medication/dose_positive": ("update marts.hospital_medication set dose = 0", 2),
    "hospital_medication/after_prescription": (
        "update marts.hospital_medication set prescribed_at = '2020-01-01 09:01'",
        1,
    ),
    "home_care_need/first_of_month": ("update marts.home_care_need set month_start_date = month_start_date + 1", 2),
    "home_care_need/minutes_of_a_week": ("update marts.home_care_need set practical_help_minutes_week = 10081", 2),
    "home_care_need/both_kinds_added": ("update marts.home_care_need set granted_minutes_week = 166", 2),
    "home_care_need/something_granted": (
        "update marts.home_care_need set granted_minutes_week = 0 where granted_minutes_week = 60",
        1,
    ),
    "home_nursing/mostly_reported": ("update marts.home_nursing set is_imputed = true", 2),
    "training/first_of_month": ("update marts.training set month_start_date = month_start_date + 1", 2),
    "rehabilitation/first_of_year": (
        "update marts.rehabilitation set approved_year_date = '2019-01-02' where approved_year_date is not null",
        1,
    ),
    "rehabilitation/code_form": ("update marts.rehabilitation set municipality_code = '751'", 2),
    "nursing_home_stay/starts_before_end": ("update marts.nursing_home_stay set start_date = end_date", 2),
    "nursing_home_stay/no_overlap": ("update marts.nursing_home_stay set end_date = null", 1),
    "nursing_home_stay/code_form": ("update marts.nursing_home_stay set municipality_code = '751'", 2),
    "nursing_home_stay/ends_with_life": ("update marts.nursing_home_stay set end_date = null", 2),
    "functional_level/code_form": ("update marts.functional_level set condition_code = 'I1'", 2),
    "functional_level/level_known": ("update marts.functional_level set functional_level = 5 where is_relevant", 1),
    "functional_level/relevant_has_level": ("update marts.functional_level set functional_level = 1", 1),
    "care_observation/scores_in_range": ("update marts.care_observation set clearness_score = 6", 2),
    "care_observation/pain_in_range": ("update marts.care_observation set pain_score = 11", 2),
    "care_observation/weight_plausible": ("update marts.care_observation set weight_kg = 705", 2),
    "care_observation/something_observed": ("update marts.care_observation set sleep_score = null", 1),
    "home_care_visit/starts_before_end": ("update marts.home_care_visit set end_at = start_at", 1),
    "home_care_visit/minutes_of_a_day": ("update marts.home_care_visit set delivered_minutes = 1441", 2),
    "home_care_visit/completed_has_times": ("update marts.home_care_visit set end_at = null", 1),
    "home_care_visit/level_known": ("update marts.home_care_visit set functional_level = 6 where visit_id = 1", 1),
    "home_care_visit/code_form": ("update marts.home_care_visit set service_code = 'J1.1' where visit_id = 1", 1),
    "home_care_visit/completed_has_minutes": (
        "update marts.home_care_visit set delivered_minutes = null where visit_id = 1",
        1,
    ),
    "home_care_visit/minutes_are_span": ("update marts.home_care_visit set delivered_minutes = 36", 1),
    "home_care_visit/not_delivered_has_no_minutes": ("update marts.home_care_visit set delivered_minutes = 1", 1),
    "hospital_contact/ends_after_start": (
        "update marts.hospital_contact set end_at = start_at where contact_id < 12",
        2,
    ),
    "hospital_contact/acute_from_priority": ("update marts.hospital_contact set priority_code = 'ATA3'", 4),
    "hospital_contact/physical_from_type": ("update marts.hospital_contact set is_physical = true", 2),
    "hospital_contact/length_is_span": ("update marts.hospital_contact set duration_minutes = null", 6),
    "hospital_stay/starts_before_end": ("update marts.hospital_stay set end_at = start_at where stay_id = 10", 1),
    "hospital_stay/twelve_hours": ("update marts.hospital_stay set duration_minutes = 719 where stay_id = 12", 1),
    "hospital_stay/length_is_span": ("update marts.hospital_stay set duration_minutes = 720", 3),
    "hospital_stay/four_hours_apart": (
        "update marts.hospital_stay set start_at = timestamp '2020-01-02 16:00' where stay_id = 12",
        1,
    ),
    "hospital_stay/has_contact": ("update marts.hospital_stay set contact_count = 0", 3),
    "hospital_stay/id_of_first_contact": ("update marts.hospital_stay set stay_id = 11 where stay_id = 10", 1),
    "hospital_stay/discharge_told_to_municipality": (
        stays_after_visits(
            # Whose message is missing, after a visit two weeks before; of the first minute that was told of, with
            # another's message, and a visit at the same minute; whose message was cancelled, or is of no admission;
            # whose message is of another day.
            ("2020-01-20 08:00", "2020-01-21 08:00", "2020-01-06 08:00"),
            ("2019-12-01 08:00", "2019-12-01 20:00", "2019-12-01 08:00"),
            ("2020-04-01 08:00", "2020-04-02 08:00", "2020-03-31 08:00"),
            ("2020-05-01 08:00", "2020-05-02 08:00", "2020-04-30 08:00"),
        )
        + "; delete from staging.stg_hospitalnotification where person_id = 1; "
        "insert into staging.stg_hospitalnotification values (1, '2020-04-01', '2020-04-02 08:00', 'cancelled', true), "
        "(1, '2020-04-01', '2020-04-02 08:00', 'finished', false), "
        "(1, '2020-05-01', '2020-05-03 08:01', 'finished', true)",
        4,
    ),
    "hospital_stay/physical_contacts_in_stays": ("delete from marts.hospital_stay where stay_id = 12", 1),
    "lab_result/cancelled_has_no_value": ("update marts.lab_result set result_value = 5 where is_cancelled", 1),
    "lab_result/answered_after_sampling": (
        "update marts.lab_result set answered_at = sampled_at - interval 1 minute where lab_result_id = 1",
        1,
    ),
    "lab_result/crp_plausible": (
        "update marts.lab_result set result_value = 1000 where npu_code = 'NPU19748' and not is_cancelled",
        2,
    ),
    "lab_result/not_negative": ("update marts.lab_result set result_value = -1 where lab_result_id < 3", 2),
    "lab_result/unread_answers": ("update marts.lab_result set result_value = null where lab_result_id < 4", 3),
    "lab_result/no_cpr_number": (
        # As short as one can be.
        "update marts.lab_result set result_text = '0101501234' where lab_result_id = 1",
        1,
    ),
    "lab_result/operator_has_value": ("update marts.lab_result set result_value = null", 1),
    "lab_result/reference_in_order": ("update marts.lab_result set reference_lower = 3 where lab_result_id = 1", 1),
    "note/no_cpr_number": ("update marts.note set note_text = 'CPR 010150-1234, vågen'", 2),
    "note/no_mail_address": ("update marts.note set note_text = 'skriv til a@b.dk' where note_id = 1", 1),
    "note/text_left": ("update marts.note set note_text = '<PERSON 1> <ADDRESS 1> <PHONE 1> ok'", 2),
    "note/person_of_contact": ("update marts.note set person_id = 2", 1),
    "person/death_after_birth": ("update marts.person set death_date = birth_date - 1", 2),
    "person/born_in_living_memory": ("update marts.person set birth_date = date '1880-01-01' where person_id = 1", 1),
    "person/age_plausible": ("update marts.person set birth_date = date '1901-01-01'", 2),
    "person/seen_in_order": ("update marts.person set first_seen_date = last_seen_date + 1", 2),
    "person/has_residence": ("insert into marts.person select * replace (3 as person_id) from marts.person limit 1", 1),
    "person/not_seen_after_death": ("update marts.person set death_date = last_seen_date - 1", 2),
    "person/no_own_relative": ("update marts.person set spouse_id = person_id", 2),
    "primary_care_contact/week_starts_on_monday": (
        "update marts.primary_care_contact set week_start_date = week_start_date + 6",
        2,
    ),
    "primary_care_contact/specialty_form": ("update marts.primary_care_contact set specialty_code = '80'", 2),
    "primary_care_contact/gp_from_specialty": ("update marts.primary_care_contact set is_general_practice = true", 1),
    "primary_care_contact/week_known": ("update marts.primary_care_contact set week_start_date = null", 2),
    "primary_care_contact/services_plausible": ("update marts.primary_care_contact set service_count = 100", 2),
    "readmission/after_discharge": ("update marts.readmission set readmitted_at = discharged_at", 2),
    "readmission/within_30_days": (
        "update marts.readmission set hours_to_readmission = 720.1 where stay_id = 10; "
        "insert into marts.readmission select * replace (0 as hours_to_readmission) from marts.readmission limit 1",
        2,
    ),
    "readmission/index_only": ("update marts.readmission set is_index = false", 1),
    "readmission/reason_when_excluded": ("update marts.readmission set exclusion_reason = null", 1),
    "readmission/every_admission": ("update marts.hospital_stay set is_admission = true where stay_id = 17", 1),
    "readmission/plausible_share": (
        "insert into marts.readmission select m.* from marts.readmission m, range(499) where m.is_index",
        1,
    ),
    "readmission/readmitted_has_stay": ("update marts.readmission set readmission_stay_id = null", 1),
    "readmission/discharge_is_end": (
        "update marts.readmission set discharged_at = discharged_at - interval 1 minute where stay_id = 12",
        1,
    ),
    "readmission/readmission_is_acute": ("update marts.hospital_stay set is_acute = false", 1),
    "residence/starts_before_end": ("update marts.residence set end_date = start_date where person_id = 1", 2),
    "residence/no_overlap": ("update marts.residence set end_date = date '2021-01-02' where person_id = 1", 1),
    "residence/code_form": ("update marts.residence set municipality_code = '751' where municipality_code = '0751'", 2),
    "residence/region_from_code": ("update marts.residence set in_region = true", 1),
}
