"""What is just inside the limit of an expectation: the SQL that brings it into the warehouse of `quality_warehouse.py`.

A name is that of the expectation, with a remark where it has several examples. What holds at its limit in the sound
rows already has none; `quality_mutants.py` says which limit no example shows.
"""

from collections.abc import Iterable, Mapping

from tests.unit.quality_faults import stays_after_visits


def of(name: str, examples: Mapping[str, str]) -> list[str]:
    """The examples of an expectation."""
    return [sql for named, sql in examples.items() if named.split()[0] == name]


def added(table: str, *values: str) -> str:
    """The first row of a mart once more with other values, for each of these."""
    rows = (f"select * replace ({changed}) from marts.{table} where rowid = 0" for changed in values)
    return f"insert into marts.{table} {' union all '.join(rows)}"


def each(table: str, columns: Iterable[str], *values: float) -> str:
    """The first row of a mart once more with the same value in several columns, for each of these values."""
    return added(table, *(", ".join(f"{value} as {column}" for column in columns) for value in values))


def results(npu_code: str, *values: float) -> str:
    """Results of an analysis."""
    return added("lab_result", *(f"'{npu_code}' as npu_code, {value} as result_value" for value in values))


def died(table: str, day: str) -> str:
    """Everybody died 30 days before the last day of a mart."""
    return f"update marts.person set death_date = (select max({day})::date - 30 from marts.{table})"


def only_one(table: str) -> str:
    """A mart with its first row only."""
    return f"delete from marts.{table} where rowid > 0"


def readmitted(number: int) -> str:
    """Of 500 index admissions so many are followed by a readmission."""
    return (
        f"insert into marts.readmission select r.* replace (nr < {number} as is_readmitted_30_days) "
        "from marts.readmission r, range(1, 500) as numbers(nr) where r.is_index"
    )


HELD: dict[str, str] = {
    # The same register tells of it twice.
    "diagnosis/not_twice": "insert into marts.diagnosis from marts.diagnosis where rowid = 0",
    "care_observation/scores_in_range": each(
        "care_observation", ["clearness_score", "mobility_score", "sleep_score", "appetite_score"], 1, 5
    ),
    "care_observation/pain_in_range": each("care_observation", ["pain_score"], 0, 10),
    "care_observation/weight_plausible": each("care_observation", ["weight_kg"], 25, 300),
    "care_observation/not_after_death": died("care_observation", "observed_at"),
    "cohort_membership/has_rows": only_one("cohort_membership"),
    "cohort_membership/adult_at_entry": each("cohort_membership", ["age_at_entry_years"], 18),
    "cohort_membership/age_at_entry_plausible": each("cohort_membership", ["age_at_entry_years"], 120),
    "cohort_membership/no_overlap": added(
        "cohort_membership", "exit_date as entry_date, exit_date + 1 as exit_date, 2 as period_number"
    ),
    "cohort_membership/alive_in_cohort": "update marts.person set death_date = '2020-12-31' where person_id = 2",
    "cohort_membership/age_from_birth_date on the birthday": "update marts.person set birth_date = '1951-01-01' "
    "where person_id = 1",
    "cohort_membership/age_from_birth_date on 28 February, born on the 29th": "update marts.person "
    "set birth_date = '2004-02-29' where person_id = 2; update marts.cohort_membership "
    "set entry_date = '2022-02-28', age_at_entry_years = 17 where person_id = 2",
    "comorbidity/score_in_range": added(
        "comorbidity",
        "'thygesen_2011' as charlson_method, 37 as charlson_score",
        "'quan_2005' as charlson_method, 29 as charlson_score",
    ),
    "diabetes/two_events": each("diabetes", ["event_count"], 2),
    "diabetes/stable_from_1998": "update marts.diabetes set raw_inclusion_date = '1998-01-01', "
    "stable_inclusion_date = '1998-01-01'",
    "diabetes/type_1_is_the_lesser": "insert into marts.diabetes select d.* replace (1 + (nr >= 34)::int "
    "as diabetes_type) from marts.diabetes d, range(101) as numbers(nr)",
    "dispensing/return_is_negative": added(
        "dispensing", "0 as pack_count, 50 as ddd", "-1 as pack_count, 0 as ddd", "-1 as pack_count, -50 as ddd"
    ),
    "dispensing/ddd_plausible": each("dispensing", ["ddd"], -3000, 3000),
    "dispensing/not_after_death": died("dispensing", "dispensed_date"),
    "emergency_visit/shorter_than_12_hours": each("emergency_visit", ["duration_minutes"], 0, 719),
    "frailty/risk_of_score": added(
        "frailty", "5 as hfrs_score, 'intermediate' as frailty_risk", "15 as hfrs_score, 'intermediate' as frailty_risk"
    ),
    "frailty/score_in_range": each("frailty", ["hfrs_score"], 0, 162),
    "frailty/old_enough": "update marts.person set birth_date = '1950-06-01' where person_id = 1",
    "functional_level/level_known": each("functional_level", ["functional_level"], 0, 4),
    "functional_level/not_after_death": died("functional_level", "assessed_date"),
    "home_care_need/minutes_of_a_week": each(
        "home_care_need", ["personal_care_minutes_week", "practical_help_minutes_week"], 0, 10080
    ),
    "home_care_need/not_after_death": died("home_care_need", "month_start_date"),
    "home_care_risk_window/adult": "update marts.person set birth_date = '2002-01-06' where person_id = 1",
    "home_care_risk_window/outcome_in_window": added(
        "home_care_risk_window",
        "week_start_date as next_acute_admission_at",
        "week_start_date + interval 719 hours as next_acute_admission_at",
    ),
    "home_care_risk_window/alive": "update marts.person set death_date = '2020-02-03' where person_id = 1; "
    "update marts.home_care_risk_window set week_start_date = '2020-02-03'",
    "home_care_visit/minutes_of_a_day": each("home_care_visit", ["delivered_minutes"], 0, 1440),
    "home_care_visit/minutes_are_span": each("home_care_visit", ["delivered_minutes"], 25, 35),
    "home_care_visit/not_after_death": died("home_care_visit", "start_at"),
    "home_nursing/not_after_death": died("home_nursing", "nursing_date"),
    "hospital_contact/not_after_death": died("hospital_contact", "start_at"),
    "hospital_contact/not_before_birth": "update marts.hospital_contact set start_at = '1950-05-01' "
    "where contact_id = 10",
    "hospital_medication/after_prescription": added("hospital_medication", "administered_at as prescribed_at"),
    "hospital_medication/not_after_death": died("hospital_medication", "administered_at"),
    "hospital_stay/twelve_hours": added(
        "hospital_stay",
        "720 as duration_minutes, true as is_admission",
        "719 as duration_minutes, false as is_admission",
    ),
    "hospital_stay/four_hours_apart": "update marts.hospital_stay set start_at = '2020-01-02 16:00:01' "
    "where stay_id = 12",
    # Which began a minute before the first that was told of, or ended with the last; whose message is of just a day
    # before; after a visit that was earlier than two weeks before, or at once after its start.
    "hospital_stay/discharge_told_to_municipality": stays_after_visits(
        ("2019-12-01 07:59", "2019-12-01 20:00", "2019-11-30 08:00"),
        ("2020-06-01 08:00", "2020-06-02 12:00", "2020-05-31 08:00"),
        ("2020-01-21 20:00", "2020-01-22 08:00", "2020-01-21 08:00"),
        ("2020-03-01 08:00", "2020-03-02 08:00", "2020-02-16 07:59"),
        ("2020-03-01 08:00", "2020-03-02 08:00", "2020-03-01 08:01"),
    ),
    "hospital_stay/discharge_told_to_municipality after another's visit": (
        stays_after_visits(("2020-03-01 08:00", "2020-03-02 08:00", "2020-02-29 08:00"))
        + "; update marts.home_care_visit set person_id = 2"
    ),
    "hospital_stay/length_is_span in full minutes": "update marts.hospital_stay set start_at = '2020-01-01 08:00:50', "
    "end_at = '2020-01-02 12:01:10', duration_minutes = 1680 where stay_id = 10",
    "household/family_size_plausible": each("household", ["family_size"], 1, 20),
    "lab_result/not_negative": results("NPU19748", 0),
    "lab_result/crp_plausible": results("NPU19748", 999.9),
    "lab_result/potassium_plausible": results("NPU03230", 1, 10),
    "lab_result/hba1c_plausible": results("NPU27300", 10, 200),
    "lab_result/hba1c_percent_plausible": results("NPU03835", 3, 20),
    "lab_result/haemoglobin_plausible": results("NPU02319", 1, 16),
    "lab_result/sodium_plausible": results("NPU03429", 90, 190),
    "lab_result/creatinine_plausible": results("NPU18016", 5, 3000),
    "lab_result/egfr_plausible": results("DNK35302", 0, 200),
    "lab_result/ldl_plausible": results("NPU01568", 0, 20),
    "lab_result/albumin_plausible": results("NPU19673", 5, 70),
    "lab_result/alat_plausible": results("NPU19651", 0, 30000),
    "lab_result/reference_in_order": added("lab_result", "2 as reference_lower, 2 as reference_upper"),
    "lab_result/not_after_death": died("lab_result", "sampled_at"),
    "medication_exposure/no_overlap": "update marts.medication_exposure set start_date = '2020-02-24' where ddd = 10",
    "medication_exposure/period_plausible": added("medication_exposure", "start_date + 3652 as end_date"),
    "note/no_cpr_number of nine digits": "update marts.note set note_text = 'rekvisition 123456789'",
    "note/text_left": "update marts.note set note_text = '<PERSON 1> har det godt nu her'",
    "note/not_after_death": died("note", "written_at"),
    "person/has_rows": only_one("person"),
    "person/death_after_birth": "update marts.person set death_date = birth_date",
    "person/born_in_living_memory": "update marts.person set birth_date = '1880-01-02'",
    "person/seen_in_order": "update marts.person set first_seen_date = last_seen_date",
    "person/age_plausible": "update marts.person set birth_date = '1905-12-31' where person_id = 1",
    "person/not_seen_after_death": "update marts.person set last_seen_date = death_date where person_id = 2",
    "polypharmacy/drug_count_plausible": each("polypharmacy", ["drug_count"], 1, 100),
    "preventable_admission/from_65_years": "update marts.person set birth_date = '1955-01-20' where person_id = 1",
    "primary_care_contact/services_plausible": each("primary_care_contact", ["service_count"], 0, 99),
    "primary_care_contact/not_after_death": died("primary_care_contact", "week_start_date"),
    "readmission/within_30_days": "update marts.readmission set hours_to_readmission = 720 where stay_id = 10",
    "readmission/plausible_share of 3 %": readmitted(15),
    "readmission/plausible_share of 35 %": readmitted(175),
    "residence/has_rows": only_one("residence"),
    "residence/no_overlap": "update marts.residence set start_date = '2020-06-01' where person_id = 1 "
    "and start_date > '2020-01-01'; update marts.residence set end_date = '2020-06-01' where person_id = 1 "
    "and start_date < '2020-01-01'",
    "sector_transition/days_in_window": each("sector_transition", ["days_between"], 0, 30),
    "socioeconomy/quintile_of_income": each("socioeconomy", ["income_quintile"], 1, 5),
    "socioeconomy/quintiles_even": "update marts.socioeconomy set income_quintile = 1 where person_id = 1; "
    "insert into marts.socioeconomy select s.* replace (1 + nr // 30 as income_quintile) "
    "from marts.socioeconomy s, range(1, 100) as numbers(nr) where s.person_id = 1",
    "training/not_after_death": died("training", "month_start_date"),
    "vital_sign/saturation_plausible": added(
        "vital_sign", "'SFI10012' as element_code, 40 as value", "'SFI10012' as element_code, 100 as value"
    ),
    "vital_sign/temperature_plausible": added(
        "vital_sign", "'SFI10013' as element_code, 25 as value", "'SFI10013' as element_code, 45 as value"
    ),
    "vital_sign/not_negative": each("vital_sign", ["value"], 0),
    "vital_sign/not_after_death": died("vital_sign", "measured_at"),
}
