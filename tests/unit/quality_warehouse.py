"""A tiny warehouse with the columns of the marts, in which every expectation holds: the ground for planted faults.

The faults are in `quality_faults.py`.
"""

from pathlib import Path

import duckdb
import yaml

MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
# Columns with their types, as the contract of each mart has them.
COLUMNS = {
    model["name"]: ", ".join(f"{column['name']} {column['data_type']}" for column in model["columns"])
    for path in sorted(MARTS.glob("*.yml"))
    for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
}

ANSWERS = {
    "NPU19748": "12", "NPU03230": "4", "NPU27300": "48", "NPU03835": "6.5", "NPU02319": "8.5",
    "NPU03429": "140", "NPU18016": "80", "DNK35302": "90", "NPU01568": "2.5", "NPU19673": "40", "NPU19651": "25",
}  # fmt: skip

_LAB = ", ".join(
    f"({number}, 1, 500, '2020-01-03 08:00', '2020-01-03 10:00', '{code}', '{value}', null, {value}, 'u', 1, 2, false)"
    for number, (code, value) in enumerate(ANSWERS.items(), start=1)
)

ROWS = {
    "person": "(1, 'female', '1950-05-01', null, '5100', 'danish', '2019-03-31', '2025-12-31', 70, 8, null, 2), "
    "(2, 'male', '1940-02-29', '2022-06-01', '5100', 'danish', '2019-03-31', '2022-03-31', 70, null, null, 1)",
    "residence": "(1, '0751', 'Aarhus', true, '2019-01-01', '2021-01-01'), "
    "(1, '0615', 'Horsens', true, '2021-01-01', '2026-01-01'), "
    "(2, '0751', 'Aarhus', true, '2019-02-28', '2021-01-01'), (2, '0101', null, false, '2021-01-01', '2022-06-02')",
    "cohort_membership": "(1, 1, '2019-01-01', '2026-01-01', 'start_of_data', 'end_of_data', 68, '0751'), "
    "(2, 1, '2019-02-28', '2021-01-01', 'moved_in', 'moved_out', 78, '0751')",
    "hospital_contact": "(10, 1, '2020-01-01 08:00', '2020-01-02 08:00', 1440, 'ALCA00', true, 'ATA1', true, "
    "'ALCC01', 'DJ189', '1', 'intern medicin'), "
    "(11, 1, '2020-01-02 10:00', '2020-01-02 12:00', 120, 'ALCA00', true, 'ATA3', false, null, 'DJ189', '1', 'm'), "
    "(12, 1, '2020-01-20 08:00', '2020-01-21 08:00', 1440, 'ALCA00', true, 'ATA1', true, 'ALCC01', 'DJ440', '1', 'm'), "
    "(17, 1, '2020-03-01 08:00', '2020-03-01 10:00', 120, 'ALCA00', true, 'ATA1', true, 'ALCC02', 'DS720', '1', 'm'), "
    "(13, 2, '2020-02-01 08:00', '2020-02-01 08:01', 1, 'ALCA20', false, 'ATA3', false, null, 'DI109', '1', 'm'), "
    "(14, 2, '2022-06-01 08:00', '2022-06-01 09:00', 60, 'ALCA10', false, 'ATA1', true, null, 'DR991', '1', 'm')",
    "cohort_selection": "(1, 'included'), (2, 'included')",
    "household": "(1, '2020-03-31', 70, 2, false, 'married'), (1, '2020-06-30', 70, 1, true, 'widowed')",
    "socioeconomy": "(1, '2020-01-01', 250000, 3, '5166', '1990-06-30', '322', 'pensioner'), "
    "(2, '2020-01-01', null, null, '1021', null, '000', 'unknown')",
    "diagnosis": "(1, '2020-01-01', 1, 10, 'DJ189', 'A', false, null, 'other_medical', 'lpr_a'), "
    "(1, '2020-01-01', 2, 10, 'DE119', 'B', true, null, 'endocrinology', 'lpr_a'), "
    "(2, '2020-02-01', 1, 13, 'DI109', 'A', false, null, 'other', 'lpr_a'), "
    "(2, '2018-02-01', 1, null, '25009', 'A', false, null, 'other', 'lpr2')",
    "hospital_stay": "(10, 1, '2020-01-01 08:00', '2020-01-02 12:00', 1680, true, true, 2, 'DJ189', 10, 11), "
    "(12, 1, '2020-01-20 08:00', '2020-01-21 08:00', 1440, true, true, 1, 'DJ440', 12, 12), "
    "(17, 1, '2020-03-01 08:00', '2020-03-01 10:00', 120, false, true, 1, 'DS720', 17, 17)",
    "readmission": "(10, 1, '2020-01-02 12:00', true, null, 12, '2020-01-20 08:00', 428, true), "
    "(12, 1, '2020-01-21 08:00', false, 'cancer', null, null, null, false)",
    "emergency_visit": "(17, 1, '2020-03-01 08:00', '2020-03-01 10:00', 120, 'DS720', 'ALCC02', true, 'm')",
    "preventable_admission": "(12, 1, '2020-01-20 08:00', '2020-01-21 08:00', 'lower_respiratory_disease', 'DJ440')",
    "stay_reconciliation": "(1, 10, 10, 90, '2020-01-01 08:00', '2020-01-01 08:00', '2020-01-02 12:00', "
    "'2020-01-02 12:00', 'same'), (1, 12, 12, 91, '2020-01-20 08:00', '2020-01-20 08:00', '2020-01-21 08:00', "
    "null, 'open_in_register'), (1, 17, 17, 92, '2020-03-01 08:00', '2020-03-01 08:00', '2020-03-01 10:00', "
    "'2020-03-01 10:00', 'same')",
    "medication_exposure": "(1, 'A10BA02', '2020-01-05', '2020-02-24', 2, 50), "
    "(1, 'A10BA02', '2020-06-01', '2020-06-11', 1, 10)",
    "polypharmacy": "(1, '2020-01-01', 6, true), (1, '2020-07-01', 1, false)",
    "medication_change_at_discharge": "(12, 1, '2020-01-21', 'A10BA02', 'stopped', false)",
    "comorbidity": "(10, 1, 'thygesen_2011', '2020-01-01', 0, null), (10, 1, 'quan_2005', '2020-01-01', 0, null), "
    "(12, 1, 'thygesen_2011', '2020-01-20', 1, 'diabetes'), (12, 1, 'quan_2005', '2020-01-20', 1, 'diabetes')",
    "frailty": "(12, 1, '2025-06-01', 1, 7.1, 'intermediate')",
    "diabetes": "(1, '2020-01-05', '2020-01-05', 2, 3, false, false, false, false, false)",
    "dementia": "(2, '2020-03-01', '2020-03-01', '2020-04-01')",
    "chronic_condition": "(1, 'copd', '2020-01-20', '2020-01-20', null), "
    "(1, 'stroke', '2020-01-20', '2020-01-20', null)",
    "sector_transition": "(12, 1, 'municipality', 'hospital', '2020-01-20 08:00', '2020-01-19 08:00', 1), "
    "(12, 1, 'hospital', 'general_practice', '2020-01-21 08:00', null, null)",
    "event": "(1, '2020-01-03 08:00', 'LAB//NPU19748', 1, 5, '<5'), (1, '2020-02-01 00:00', 'HOME_NURSING', 1, null, "
    "null), (2, '2022-06-01 00:00', 'MEDS_DEATH', 1, null, null)",
    "home_care_risk_window": "(1, '2020-01-06', 1, 3, 0, 60, 120, 2, 3, 4, 2, 2, 2, 2, 0, 1, 1440, 4, 2, true, "
    "'2020-01-20 08:00', true), (1, '2020-02-03', 1, 1, 0, 30, null, 0, null, 0, null, null, null, null, null, 0, 0, "
    "null, 0, false, null, true)",
    "dispensing": "(1, 1, '2020-01-05', 'A10BA02', '123456', 2, 100, null, 'Metformin'), "
    "(2, 1, '2020-01-06', 'A10BA02', '123456', -1, -50, null, 'Metformin')",
    "lab_result": _LAB + ", (90, 1, 501, '2020-01-04 08:00', null, 'NPU19748', 'Aflyst', null, null, 'mg/L', null, "
    "10, true), (91, 1, 502, '2020-01-05 08:00', '2020-01-05 08:00', 'NPU19748', '<5', '<', 5, 'u', null, 10, false)",
    "primary_care_contact": "(1, 1, '2020-01-06', 99, '800001', true, false, false, 1, 150.5), "
    "(2, 1, '2020-01-13', 98, '530101', false, false, false, 2, 250)",
    "home_care_visit": "(1, 1, '0751', 'H1.1', 2, 'completed', '2020-02-01 08:00', '2020-02-01 08:05', "
    "'2020-02-01 08:35', 30, 7), (2, 1, '0751', 'G1.2', 9, 'cancelled', '2020-02-02 08:00', null, null, 0, null)",
    "procedure": "(1, 10, 1, '2020-01-01 09:00', '2020-01-01 10:00', 'KNFB20', 'P', '1'), "
    "(2, 10, 1, '2020-01-02 08:00', null, 'TUL1', '+', '1')",
    "death": "(2, '2022-06-01', true, 'DI219', 'DI509', null, null, null, 'DE119 DN183')",
    "vital_sign": "(1, 1, 10, '2020-01-01 09:00', 'Vitale værdier', 'SFI10012', 'Saturation', 97, '%'), "
    "(2, 1, 10, '2020-01-01 09:00', 'Vitale værdier', 'SFI10013', 'Temperatur', 37.2, 'C')",
    "hospital_medication": "(1, 1, 10, 5, '2020-01-01 09:00', '2020-01-01 08:30', 'N02BE01', 'Pinex', 1000, 'mg', "
    "'p.o.', 'Fast'), (2, 1, 10, 5, '2020-01-01 15:00', null, 'N02BE01', null, 1, 'g', null, 'PN')",
    "home_care_need": "(1, '2020-02-01', 120, 45, 165), (1, '2020-03-01', 0, 60, 60)",
    "home_nursing": "(1, '2020-02-01', false), (1, '2020-02-02', false)",
    "training": "(1, '2020-02-01', 'regain'), (1, '2020-02-01', 'maintain')",
    "rehabilitation": "(1, '0751', '2020-01-01', '2019-01-01'), (1, '0751', '2021-01-01', null)",
    "nursing_home_stay": "(2, '2021-01-01', '2021-06-01', 5, '0751'), (2, '2021-06-01', '2022-06-02', 6, '0751')",
    "functional_level": "(1, 1, '0751', '2020-02-01', 'J1.1', 'B1', 0, true), "
    "(2, 1, '0751', '2020-02-01', 'J2', '9', null, false)",
    "care_observation": "(1, 1, '0751', '2020-02-01 08:30', 3, 4, 2, 5, 70.5, 0, 7, 'Har det godt i dag.'), "
    "(2, 1, '0751', '2020-02-02 08:30', 3, null, null, null, null, null, null, null)",
    "note": "(1, 1, 10, '2020-01-01 09:00', 'epikrise', '<PERSON 1> har det godt, behandlet for lungebetændelse.'), "
    "(2, 2, null, '2020-02-01 09:00', 'sygeplejenotat', 'Set i dag, tlf. <PHONE 1>, BT 120/80 og puls 72.')",
}


# What the municipality was told of stays 10 and 12, and of other stays of another before and after them.
NOTIFICATIONS = """
create schema staging;
create table staging.stg_hospitalnotification (
  person_id bigint, arrived_at timestamp, ended_at timestamp, status varchar, is_admission boolean
);
insert into staging.stg_hospitalnotification values
  (2, '2019-12-01 08:00', '2019-12-01 20:00', 'finished', true),
  (1, '2020-01-01 08:00', '2020-01-02 12:00', 'finished', true),
  (1, '2020-01-20 08:00', '2020-01-21 08:00', 'finished', true),
  (2, '2020-06-01 08:00', '2020-06-02 12:00', 'finished', true);
"""


def build(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    """The warehouse, in memory or as a file."""
    connection = duckdb.connect(str(path) if path else ":memory:")
    connection.execute("create schema marts; create schema seeds; create table seeds.municipality (code varchar)")
    connection.execute("insert into seeds.municipality values ('0751'), ('0615')")
    connection.execute(NOTIFICATIONS)
    for table, columns in COLUMNS.items():
        connection.execute(f"create table marts.{table} ({columns}); insert into marts.{table} values {ROWS[table]}")
    return connection
