"""The tables that a permit may ask for: their time, their keys, and which values their columns take. Closed maps.

What one permit asks for is in `permit.py`; the models themselves are in dbt_project/models/marts.
"""

from collections.abc import Mapping
from datetime import date, datetime

SCHEMA = "marts"
SUBJECT = "subject_id"
PERSON = "person_id"
SUBJECT_KEY = "subject"
DATES_KEY = "dates"

# How many days lie between two of them at least.
QUARTER, HALF_YEAR, YEAR = 90, 181, 365

# The tables that may be asked for, each with the time that `period` limits, as SQL over its columns. Empty: the
# table has no time, every row counts. A home-care visit that nobody planned has only a start.
TIMES: Mapping[str, str] = {
    "person": "",
    "residence": "start_date",
    "cohort_membership": "entry_date",
    "cohort_selection": "",
    "household": "reference_date",
    "socioeconomy": "year_date",
    "death": "death_date",
    "hospital_contact": "start_at",
    "diagnosis": "diagnosis_date",
    "procedure": "start_at",
    "hospital_stay": "start_at",
    "readmission": "discharged_at",
    "emergency_visit": "start_at",
    "preventable_admission": "start_at",
    "stay_reconciliation": "coalesce(start_at, register_start_at)",
    "dispensing": "dispensed_date",
    "medication_exposure": "start_date",
    "polypharmacy": "half_year_start_date",
    "medication_change_at_discharge": "discharged_date",
    "hospital_medication": "administered_at",
    "lab_result": "sampled_at",
    "vital_sign": "measured_at",
    "primary_care_contact": "week_start_date",
    "home_care_need": "month_start_date",
    "home_care_visit": "coalesce(planned_start_at, start_at)",
    "home_nursing": "nursing_date",
    "functional_level": "assessed_date",
    "care_observation": "observed_at",
    "nursing_home_stay": "start_date",
    "rehabilitation": "plan_year_date",
    "training": "month_start_date",
    "home_care_risk_window": "week_start_date",
    "comorbidity": "admitted_date",
    "frailty": "admitted_date",
    "diabetes": "raw_inclusion_date",
    "dementia": "first_date",
    "chronic_condition": "first_date",
    "sector_transition": "passed_at",
    "event": "event_at",
    "note": "written_at",
}

# Rows of these tables are intervals [start, end): they count whole when they overlap the period.
INTERVAL_ENDS: Mapping[str, str] = {
    "residence": "end_date",
    "cohort_membership": "exit_date",
    "nursing_home_stay": "end_date",
    "medication_exposure": "end_date",
}

# Why an interval begins and ends: told with the date, and only with it.
INTERVAL_REASONS: Mapping[str, Mapping[str, str]] = {
    "cohort_membership": {"entry_reason": "entry_date", "exit_reason": "exit_date"}
}

# Days that everybody knows, on which nothing happened to a person: quarter ends on which residents were counted, and
# first days of a year or half-year of which no more is known. Moved by whole weeks, one of them would tell how far.
# In which columns, in which of their rows, and out of how many days a moved one is drawn anew: no more than lie
# between two.
KNOWN_DAYS: Mapping[str, Mapping[str, tuple[str, int]]] = {
    "person": {"first_seen_date": ("true", QUARTER), "last_seen_date": ("true", QUARTER)},
    "residence": {
        "start_date": ("true", QUARTER),
        "end_date": ("source.end_date is distinct from subject.died + 1", QUARTER),
    },
    "cohort_membership": {
        "entry_date": ("source.entry_reason <> 'turned_18'", QUARTER),
        "exit_date": ("source.exit_reason <> 'death'", QUARTER),
    },
    "household": {"reference_date": ("true", QUARTER)},
    "socioeconomy": {"year_date": ("true", YEAR)},
    "polypharmacy": {"half_year_start_date": ("true", HALF_YEAR)},
    "rehabilitation": {"plan_year_date": ("true", YEAR), "approved_year_date": ("true", YEAR)},
}

# Columns that would tell how far a person's days are moved, by a change that comes on a day that everybody knows: a
# grant begins with a month, half-years with January and July, educations end in June, LPR2 ended in February 2019, the
# classifier of diabetes trusts days from 1998 on, and nobody is followed beyond the last snapshot.
TELLS_MOVE: Mapping[str, tuple[str, ...]] = {
    "home_care_risk_window": ("granted_minutes_week", "is_followed_30_days"),
    "polypharmacy": ("drug_count", "is_polypharmacy"),
    "socioeconomy": ("education_completed_date",),
    "diagnosis": ("register",),
    "diabetes": ("stable_inclusion_date",),
}

# Dates beside the time of a row that may lie far from it: not shown outside the days that its time may show.
FAR_DATES: Mapping[str, tuple[str, ...]] = {
    "chronic_condition": ("first_diagnosis_date", "first_medicine_date"),
    "dementia": ("first_diagnosis_date", "first_medicine_date"),
    "diabetes": ("stable_inclusion_date",),
    "socioeconomy": ("education_completed_date",),
}

# Tables of months, each by its first day: a row of months in which each is drawn anew would still tell where months
# begin, so they are moved by whole months.
MONTHS: Mapping[str, str] = {"home_care_need": "month_start_date", "training": "month_start_date"}

# Free text: its column, and when it was written.
TEXTS: Mapping[str, tuple[str, str]] = {
    "note": ("note_text", "written_at"),
    "care_observation": ("remark_text", "observed_at"),
}

# Every column that ends in _id gets new keys in each project. Columns of one domain can be joined in a sandbox; those
# of `subject` with subject_id.
KEY_DOMAINS: Mapping[str, str] = {
    "mother_id": SUBJECT_KEY,
    "father_id": SUBJECT_KEY,
    "spouse_id": SUBJECT_KEY,
    "family_id": "family",
    "contact_id": "contact",
    "stay_id": "contact",
    "first_contact_id": "contact",
    "last_contact_id": "contact",
    "readmission_stay_id": "contact",
    "register_stay_id": "register_stay",
    "visit_id": "visit",
    "note_id": "note",
    "provider_id": "provider",
    "care_worker_id": "care_worker",
    "assessment_id": "assessment",
    "observation_id": "observation",
    "nursing_home_id": "nursing_home",
    "requisition_id": "requisition",
    "procedure_id": "procedure",
    "vital_sign_id": "vital_sign",
    "hospital_medication_id": "hospital_medication",
    "prescription_id": "hospital_prescription",
    "dispensing_id": "dispensing",
    "lab_result_id": "lab_result",
    "primary_care_contact_id": "primary_care_contact",
}
# Of these columns those that name people, and those that name records, each with its domain.
RELATIVES = frozenset(column for column, domain in KEY_DOMAINS.items() if domain == SUBJECT_KEY)
RECORDS = {column: domain for column, domain in KEY_DOMAINS.items() if column not in RELATIVES}


REMEDIES = {
    "VARCHAR": "write the value as text in quotes",
    "BOOLEAN": "write true or false",
    "INTEGER": "write a whole number without quotes",
    "BIGINT": "write a whole number without quotes",
    "DOUBLE": "write a number without quotes",
    "DATE": "write a day as 2026-01-31",
    "TIMESTAMP": "write a day or a time as 2026-01-31 07:30:00",
}


def suits(value: object, data_type: str) -> bool:
    """Whether a value of the YAML file can be compared with a column of this type, without guessing."""
    if data_type in {"VARCHAR", "BOOLEAN"}:
        return isinstance(value, str if data_type == "VARCHAR" else bool)
    if data_type in {"INTEGER", "BIGINT", "DOUBLE"}:
        return isinstance(value, int | float if data_type == "DOUBLE" else int) and not isinstance(value, bool)
    if data_type not in {"DATE", "TIMESTAMP"}:
        return False
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if data_type == "TIMESTAMP" else date.fromisoformat(value)
        except ValueError:
            return False
    if isinstance(value, datetime):
        return data_type == "TIMESTAMP" and value.tzinfo is None
    return isinstance(value, date)
