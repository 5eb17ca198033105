"""A small warehouse of sources as they were delivered, sound by every rule, and per rule the SQL that breaks it."""

import duckdb

from orchestration.resources import EXPECTATIONS
from quality.expectation import OverTime, TableExpectations, load_all

CONTACTS = """
create table staging.stg_lpr_a_kontakt as select * from (values
  (10, 1, timestamp '2020-01-01 08:00', timestamp '2020-01-02 12:00', timestamp '2020-01-01 08:30', 'ALCA00', 'ATA1',
   'ALCC01', 'medicin', 'LPR3', 'cpr', date '1950-01-01'),
  (11, 2, '2020-01-03 09:00', '2020-01-04 09:00', null, 'ALCA00', 'ATA3', null, 'kirurgi', 'LPR3', 'cpr', '1990-05-01'),
  (12, 1, '2020-01-20 22:00', '2020-01-23 10:00', null, 'ALCA00', 'ATA11', null, 'Psykiatri', 'LPR3', 'cpr',
   '1950-01-01'),
  (13, 2, '2020-02-03 10:00', '2020-02-03 10:01', null, 'ALCA20', 'ATA3', null, 'kirurgi', 'LPR3', 'cpr', '1990-05-01'),
  (14, 1, '2020-02-20 03:00', '2020-02-20 04:00', null, 'ALCA10', 'ATA1', null, 'akut', 'LPR3', 'cpr', '1950-01-01'),
  (15, 2, '2020-02-25 08:00', null, '2020-02-25 08:00', 'ALCA00', 'ATA3', null, 'medicin', 'MiniPAS', 'cpr', null),
  (16, 1, '2019-01-01 08:00', '2018-01-01 08:00', '2017-01-01', 'ALCA20', 'ATA1', 'ALCC02', 'Psykiatri', 'LPR2',
   'cpr', null),
  (17, 9, '2020-01-03 10:00', '2020-01-03 11:00', null, 'ALCA03', 'ATA3', null, 'medicin', 'LPR3',
   'regional_replacement', '2000-01-01')
) as t(contact_id, person_id, start_at, end_at, treatment_start_at, contact_type_code, priority_code, cause_code,
  main_specialty, reporting_system, number_kind, reported_birth_date);
alter table staging.stg_lpr_a_kontakt add column _delivery varchar default '2020-03-01';
alter table staging.stg_lpr_a_kontakt add column _delivered_at timestamp default timestamp '2020-03-01 06:00';
"""
COURSES = """
alter table staging.stg_lpr_a_kontakt add column course_id integer;
update staging.stg_lpr_a_kontakt set course_id = case contact_id when 10 then 50 when 11 then 51 when 15 then 51 end;
create table staging.stg_lpr_a_forloeb as select * from (values
  (50, null, 1, timestamp '2020-01-01 08:00', timestamp '2020-01-02 12:00', null::timestamp, 'ALAC50', 'LPR3'),
  (51, 52, 2, '2020-01-01 09:00', null, '2019-12-20 09:00', null, 'LPR3'),
  (52, null, 2, '2019-12-01 09:00', null, '2019-12-01 09:00', null, 'LPR3'),
  (53, 51, 2, '2019-02-01 09:00', '2019-01-01 09:00', '2019-12-01 09:00', null, 'LPR2')
) as t(course_id, previous_course_id, person_id, start_at, end_at, referred_at, end_code, reporting_system);
alter table staging.stg_lpr_a_forloeb add column _delivery varchar default '2020-03-01';
"""
DIAGNOSES = """
create table staging.stg_lpr_a_diagnose as select * from (values
  (10, 'DC349', 'A'), (10, 'DC793', 'B'), (10, 'DC991', 'B'), (11, 'DO800', 'A'), (12, 'DF329', 'A'), (12, 'DX60', 'B'),
  (13, 'DE119', 'A'), (14, 'DR979', 'A'), (16, 'DX60', '+'), (16, 'DC787', 'C'), (17, 'DZ389', 'A')
) as t(contact_id, diagnosis_code, diagnosis_type);
alter table staging.stg_lpr_a_diagnose add column _delivery varchar default '2020-03-01';
"""
PROCEDURES = """
create table staging.stg_lpr_a_procedure as select * from (values
  (1, 10, 'KNFB20', 'P', timestamp '2020-01-01 10:00', timestamp '2020-01-01 12:00'),
  (2, 10, 'BAFC', '+', '2020-01-02 12:00', '2020-01-02 12:30'),
  (3, 15, 'BVAA', 'P', '2020-02-25 08:00', null),
  (4, 16, 'BVAA', 'Q', '2022-02-25 08:00', '2021-01-01')
) as t(procedure_id, contact_id, procedure_code, procedure_type, start_at, end_at);
alter table staging.stg_lpr_a_procedure add column _delivery varchar default '2020-03-01';
alter table staging.stg_lpr_a_procedure add column _delivered_at timestamp default timestamp '2020-03-01 06:00';
"""
DEATHS = """
create table staging.stg_dod as
select * from (values (1, date '2020-02-20'), (3, '2017-01-01')) as t(person_id, death_date);
alter table staging.stg_dod add column _delivery varchar default '2020-03-01';
alter table staging.stg_dod add column _delivered_at timestamp default timestamp '2020-03-01 06:00';
create table staging.stg_dodsaasg as from staging.stg_dod;
"""
NOTIFICATIONS = """
create table staging.stg_hospitalnotification as select * from (values
  (1, timestamp '2020-01-02 14:00', 'finished', true), (1, '2020-02-10 10:00', 'finished', false),
  (2, '2020-02-11 10:00', 'cancelled', true), (2, null, 'in_progress', true)
) as t(person_id, ended_at, status, is_admission);
alter table staging.stg_hospitalnotification add column _delivered_at timestamp default timestamp '2020-03-01 06:00';
alter table staging.stg_hospitalnotification add column _delivery varchar default '2020-03-01';
create table marts.hospital_stay as select 1 as person_id, timestamp '2020-01-02 12:00' as end_at;
"""
PEOPLE = """
create table marts.person as select * from (values (1, date '1950-01-01', date '2020-02-20'), (2, '1990-05-01', null))
as t(person_id, birth_date, death_date);
"""


# Who was asked for what, by codes; the unit of contact 17 and of procedure 1 is not told.
CODED = """
alter table staging.stg_lpr_a_kontakt add column responsible_unit_code varchar default '1000016001';
update staging.stg_lpr_a_kontakt set responsible_unit_code =
  case contact_id when 10 then '1000016010' when 15 then '1000016015' when 17 then null else '1000016001' end;
alter table staging.stg_lpr_a_procedure add column performing_unit_code varchar;
update staging.stg_lpr_a_procedure set performing_unit_code =
  case procedure_id when 2 then '1000016012' when 3 then '1000016013' end;
create table staging.stg_lmdb as select * from (values
  (1, 'A10BA02', date '2020-01-05', '2020-03-01'), (2, null, '2020-01-05', '2020-03-01')
) as t(person_id, atc_code, dispensed_date, _delivery);
create table staging.stg_medicinadministration as select * from (values
  (1, 'B05BB01', timestamp '2020-01-01 23:00', '2020-03-01'), (1, null, '2020-01-02 01:00', '2020-03-01')
) as t(person_id, atc_code, administered_at, _delivery);
create table staging.stg_laboratoriesvar as select * from (values
  (1, 'NPU27300', timestamp '2020-01-01 23:00', '2020-03-01'), (2, null, '2020-01-01 23:00', '2020-03-01')
) as t(person_id, npu_code, sampled_at, _delivery);
create table staging.stg_hjemmepleje_besoeg as select * from (values
  (1, 'G1.4', timestamp '2020-01-05 08:00', '2020-03-01', '0615', 'udfoert', 30),
  (1, null, '2020-01-06 08:00', '2020-03-01', '0615', 'udfoert', 30)
) as t(person_id, service_code, planned_start_at, _delivery, municipality_code, status_code, delivered_minutes);
create table staging.stg_fsiii_funktionsniveau as select * from (values
  (1, 'J1.1', date '2020-01-05', '2020-03-01'), (1, null, '2020-01-05', '2020-03-01')
) as t(person_id, condition_code, assessed_date, _delivery);
create table staging.stg_lpr_adm as select 70 as lpr2_contact_id, 1 as person_id, date '2018-01-05' as start_date;
create table staging.stg_lpr_diag as select * from (values (70, 'DK359', '2020-03-01'), (70, null, '2020-03-01'))
as t(lpr2_contact_id, diagnosis_code, _delivery);
"""
# The first word is the system of all codes of its line. What only faults hold is listed too: each breaks one rule.
LISTED = """
SKS DC349 DC793 DC991 DO800 DF329 DX60 DE119 DR979 DZ389 KNFB20 BAFC BVAA DK359
SKS DC779 DC809 DI219 DO850 DR959 DZ390
ATC A10BA02 B05BB01
NPU NPU27300
SOR 1000016001 1000016010 1000016012 1000016013 1000016015
FSIII G1.4 J1.1
"""


def _lists() -> str:
    """The table of codes: each valid for ever, but where a fault or a limit says otherwise."""
    lines = [line.split() for line in LISTED.strip().splitlines()]
    values = ", ".join(f"('{system}', '{code}')" for system, *codes in lines for code in codes)
    return (
        "create schema intermediate; create table intermediate.int_code_validity as select *, date '1994-01-01' as "
        f"valid_from, date '2500-01-01' as valid_to from (values {values}) as t(code_system, code)"
    )


def valid(code: str, first: str, last: str = "2500-01-01") -> str:
    """A code that is valid from a first to a last day."""
    return (
        f"update intermediate.int_code_validity set valid_from = '{first}', valid_to = '{last}' where code = '{code}'"
    )


# Long before any row here.
ALL_CLOSED = "update intermediate.int_code_validity set valid_from = '1960-01-01', valid_to = '1960-12-31'"
SECOND_PERIOD = (
    "insert into intermediate.int_code_validity "
    "select code_system, code, '1950-01-01', '1950-12-31' from intermediate.int_code_validity"
)


def build() -> duckdb.DuckDBPyConnection:
    """An in-memory warehouse with these rows."""
    connection = duckdb.connect()
    connection.execute("create schema staging; create schema marts")
    for statement in (CONTACTS, COURSES, DIAGNOSES, PROCEDURES, DEATHS, NOTIFICATIONS, PEOPLE, CODED, _lists()):
        connection.execute(statement)
    return connection


def rules() -> dict[str, TableExpectations]:
    """What is expected of single rows of the sources."""
    rules = {}
    for table, of_table in load_all(EXPECTATIONS / "sources").items():
        if kept := tuple(e for e in of_table.expectations if not isinstance(e, OverTime)):
            rules[table] = of_table.model_copy(update={"expectations": kept})
    return rules


def contact(number: int, change: str) -> str:
    """A contact with another value."""
    return f"update staging.stg_lpr_a_kontakt set {change} where contact_id = {number}"


def course(number: int, change: str) -> str:
    """A course with another value."""
    return f"update staging.stg_lpr_a_forloeb set {change} where course_id = {number}"


def diagnosis(code: str, change: str) -> str:
    """A diagnosis with another value."""
    return f"update staging.stg_lpr_a_diagnose set {change} where diagnosis_code = '{code}' and contact_id <> 16"


def procedure(number: int, change: str) -> str:
    """A procedure with another value."""
    return f"update staging.stg_lpr_a_procedure set {change} where procedure_id = {number}"


# Rows that break every rule that they could, if their contact were there.
WITHOUT_CONTACT = {
    "diagnosis": "insert into staging.stg_lpr_a_diagnose (contact_id, diagnosis_code, diagnosis_type) "
    "values (99, 'DO800', 'C')",
    "procedure": "insert into staging.stg_lpr_a_procedure (procedure_id, contact_id, procedure_type, start_at, end_at) "
    "values (99, 99, 'Q', '2022-02-25 08:00', '2021-01-01')",
    "referral": "insert into staging.stg_lpr_diag values (99, 'BAFC', '2020-03-01')",
}

# Per rule what breaks it, and whatever else it breaks by the same deed; each breaks every rule in one row.
FAULTS: dict[str, tuple[str, set[str]]] = {
    "lpr_a_kontakt/00.01": (contact(15, "treatment_start_at = '2020-03-01 08:01'"), set()),
    "lpr_a_kontakt/01.01": (contact(10, "reported_birth_date = '2020-01-02'"), set()),
    "lpr_a_kontakt/01.02": (contact(17, "reported_birth_date = '2020-01-04'"), set()),
    "lpr_a_kontakt/05.11": (contact(11, "end_at = start_at"), set()),
    "lpr_a_kontakt/05.12": (contact(10, "treatment_start_at = '2020-01-01 07:59'"), set()),
    "lpr_a_kontakt/05.13": (contact(10, "treatment_start_at = end_at"), set()),
    "lpr_a_kontakt/05.14": (diagnosis("DC793", "diagnosis_type = 'A'"), set()),
    "lpr_a_kontakt/05.15": (contact(15, "start_at = '2020-01-31 05:59', treatment_start_at = null"), set()),
    "lpr_a_kontakt/05.21": (course(50, "start_at = '2020-01-01 08:01'"), set()),
    "lpr_a_kontakt/05.22": (
        course(50, "start_at = '2020-01-01 07:00', end_at = '2020-01-01 08:00'"),
        {"lpr_a_kontakt/05.24"},
    ),
    "lpr_a_kontakt/05.23": (
        course(50, "start_at = '2020-01-02 12:00', end_at = '2020-01-03'"),
        {"lpr_a_kontakt/05.21"},
    ),
    "lpr_a_kontakt/05.24": (course(50, "end_at = '2020-01-02 11:59'"), set()),
    "lpr_a_kontakt/05.31": (course(51, "end_at = '2020-02-26', end_code = 'ALAC50'"), set()),
    "lpr_a_kontakt/06.02": (
        "update staging.stg_lpr_a_kontakt set course_id = 53 where contact_id = 10; "
        + course(53, "start_at = '2019-01-01', end_at = null, referred_at = '2020-01-01 08:00'"),
        set(),
    ),
    "lpr_a_forloeb/02.01": (course(50, "end_at = start_at"), {"lpr_a_kontakt/05.22", "lpr_a_kontakt/05.24"}),
    "lpr_a_forloeb/02.02": (course(50, "end_code = null"), set()),
    "lpr_a_forloeb/02.03": (course(51, "start_at = '2019-12-01 09:00'"), {"lpr_a_forloeb/06.01"}),
    "lpr_a_forloeb/06.01": (course(52, "referred_at = '2019-12-01 09:01'"), set()),
    "lpr_a_kontakt/05.5x.kontakttype": (contact(11, "contact_type_code = 'ALCA02'"), set()),
    "lpr_a_kontakt/05.5x.prioritet": (contact(12, "priority_code = 'ATA2'"), set()),
    "lpr_a_kontakt/05.5x.kontaktaarsag": (contact(10, "cause_code = 'ALCC06'"), set()),
    "lpr_a_kontakt/specialty_filled": (contact(10, "main_specialty = null"), set()),
    "lpr_a_kontakt/05.102": (contact(10, "cause_code = null"), set()),
    "lpr_a_kontakt/05.103": (contact(12, "cause_code = 'ALCC04'"), set()),
    "lpr_a_kontakt/05.104": (contact(11, "cause_code = 'ALCC01'"), set()),
    "lpr_a_kontakt/05.107": (contact(13, "end_at = '2020-02-03 10:02'"), set()),
    "lpr_a_kontakt/05.108": (diagnosis("DR979", "diagnosis_code = 'DI219'"), set()),
    "lpr_a_kontakt/death_contact_of_a_dead_person": (
        "update marts.person set death_date = null where person_id = 1",
        set(),
    ),
    "dod/same_day_in_certificate": (
        "update staging.stg_dodsaasg set death_date = '2020-02-21' where person_id = 1",
        set(),
    ),
    "dod/has_certificate": ("delete from staging.stg_dodsaasg where person_id = 3", set()),
    "dod/after_birth": ("update marts.person set birth_date = '2020-02-21' where person_id = 1", set()),
    "dodsaasg/dead_in_cpr": ("delete from staging.stg_dod where person_id = 3", set()),
    "hospitalnotification/discharge_in_hospital_data": (
        "update marts.hospital_stay set end_at = '2020-01-03 14:01'",
        set(),
    ),
    "lpr_a_diagnose/has_contact": (WITHOUT_CONTACT["diagnosis"], set()),
    "lpr_a_diagnose/12.5x.diagnoseart": (diagnosis("DC991", "diagnosis_type = 'C'"), set()),
    "lpr_a_diagnose/12.104": (
        diagnosis("DO800", "diagnosis_type = 'B'"),
        {"lpr_a_kontakt/05.14", "lpr_a_kontakt/05.15"},
    ),
    "lpr_a_diagnose/12.105": (
        diagnosis("DZ389", "diagnosis_type = 'B'"),
        {"lpr_a_kontakt/05.14", "lpr_a_kontakt/05.15"},
    ),
    "lpr_a_diagnose/12.107": (diagnosis("DX60", "diagnosis_type = '+'"), set()),
    "lpr_a_diagnose/12.109": (diagnosis("DF329", "diagnosis_code = 'DC779'"), set()),
    "lpr_a_diagnose/12.110": (diagnosis("DF329", "diagnosis_code = 'DC991'"), set()),
    "lpr_a_diagnose/12.03.109": (diagnosis("DE119", "diagnosis_code = 'DR959'"), set()),
    "lpr_a_procedure/has_contact": (WITHOUT_CONTACT["procedure"], set()),
    "lpr_a_procedure/00.01": (procedure(3, "start_at = '2020-03-01 08:01'"), set()),
    "lpr_a_procedure/11.01": (procedure(1, "end_at = start_at"), set()),
    "lpr_a_procedure/11.22": (procedure(1, "start_at = '2020-01-01 07:59'"), set()),
    "lpr_a_procedure/11.23": (procedure(2, "start_at = '2020-01-02 12:01'"), {"lpr_a_procedure/11.25"}),
    "lpr_a_procedure/11.24": (
        procedure(1, "start_at = '2020-01-01 07:00', end_at = '2020-01-01 08:00'"),
        {"lpr_a_procedure/11.22"},
    ),
    "lpr_a_procedure/11.25": (procedure(1, "end_at = '2020-01-02 12:01'"), set()),
    "lpr_a_procedure/11.5x.procedureart": (procedure(1, "procedure_type = 'Q'"), set()),
    "lpr_a_diagnose/12.5x.diagnosekode": (valid("DO800", "2020-01-04"), set()),
    "lpr_a_procedure/11.5x.procedurekode": (valid("BAFC", "1994-01-01", "2020-01-01"), set()),
    "lpr_a_procedure/11.4x.proc_ans": (valid("1000016013", "2020-02-26"), set()),
    "lpr_a_kontakt/05.4x.kont_ans": (valid("1000016010", "2020-01-01", "2020-01-01"), set()),
    "lpr_diag/diagnosis_code_valid": (valid("DK359", "1994-01-01", "2018-01-04"), set()),
    "lpr_diag/has_contact": (WITHOUT_CONTACT["referral"], set()),
    "lmdb/drug_code_valid": (valid("A10BA02", "1994-01-01", "2020-01-04"), set()),
    "medicinadministration/drug_code_valid": (valid("B05BB01", "2020-01-02"), set()),
    "laboratoriesvar/analysis_code_valid": (
        "delete from intermediate.int_code_validity where code = 'NPU27300'; "
        "insert into intermediate.int_code_validity values ('NPU', 'NPU03835', '1994-01-01', '2500-01-01')",
        set(),
    ),
    "hjemmepleje_besoeg/service_code_valid": (valid("G1.4", "2020-01-06"), set()),
    "fsiii_funktionsniveau/condition_code_valid": (valid("J1.1", "2020-01-06"), set()),
}

# What is just inside the limit of its rule.
HELD: dict[str, str] = {
    "lpr_a_kontakt/00.01": contact(15, "treatment_start_at = '2020-03-01 08:00'"),
    "lpr_a_kontakt/01.01": contact(10, "start_at = '2020-01-01', reported_birth_date = '2020-01-01'"),
    "lpr_a_kontakt/01.02": contact(17, "start_at = '2020-01-03', reported_birth_date = '2020-01-03'"),
    "lpr_a_kontakt/05.11": contact(11, "end_at = start_at + interval 1 minute"),
    "lpr_a_kontakt/05.12": contact(10, "treatment_start_at = start_at"),
    "lpr_a_kontakt/05.13": contact(10, "treatment_start_at = end_at - interval 1 minute"),
    "lpr_a_kontakt/05.14": contact(14, "end_at = null"),
    "lpr_a_kontakt/05.15": contact(15, "start_at = '2020-01-31 06:00', treatment_start_at = null"),
    "lpr_a_kontakt/05.21": course(50, "start_at = '2020-01-01 08:00'"),
    "lpr_a_kontakt/05.22": course(50, "end_at = '2020-01-01 08:01'"),
    "lpr_a_kontakt/05.23": course(50, "start_at = '2020-01-02 11:59'"),
    "lpr_a_kontakt/05.24": course(50, "end_at = '2020-01-02 12:00'"),
    "lpr_a_kontakt/05.31": course(50, "end_at = '2020-01-01 08:01'"),
    "lpr_a_kontakt/06.02": "update staging.stg_lpr_a_kontakt set course_id = 53 where contact_id = 10; "
    + course(53, "start_at = '2019-01-01', end_at = null, referred_at = '2020-01-01 07:59'"),
    "lpr_a_forloeb/02.01": course(50, "end_at = start_at + interval 1 minute"),
    "lpr_a_forloeb/02.02": course(50, "end_at = null, end_code = null"),
    "lpr_a_forloeb/02.03": course(51, "start_at = '2019-12-01 09:01', referred_at = null"),
    "lpr_a_forloeb/06.01": course(52, "referred_at = start_at"),
    "lpr_a_kontakt/05.5x.kontakttype": contact(11, "start_at = '2019-01-01', contact_type_code = 'ALCA01'"),
    "lpr_a_kontakt/05.5x.prioritet": contact(12, "priority_code = 'ATA11B'"),
    "lpr_a_kontakt/05.5x.kontaktaarsag": contact(10, "cause_code = 'ALCC90'"),
    "lpr_a_kontakt/specialty_filled": contact(10, "main_specialty = ''"),
    "lpr_a_kontakt/05.102": contact(10, "cause_code = null, contact_type_code = 'ALCA01'"),
    "lpr_a_kontakt/05.103": contact(12, "cause_code = 'ALCC04', main_specialty = 'medicin'"),
    "lpr_a_kontakt/05.104": contact(11, "cause_code = 'ALCC01', priority_code = 'ATA12'"),
    "lpr_a_kontakt/05.107": contact(13, "start_at = '2020-02-03 23:59', end_at = '2020-02-04 00:00'"),
    "lpr_a_kontakt/05.108": contact(14, "priority_code = 'ATA12'"),
    "lpr_a_kontakt/death_contact_of_a_dead_person": "update marts.person set death_date = '2020-02-21' "
    "where person_id = 1",
    "dod/same_day_in_certificate": "delete from staging.stg_dodsaasg where person_id = 1",
    "dod/has_certificate": "delete from staging.stg_dodsaasg where person_id = 3; update staging.stg_dod "
    "set death_date = '2018-03-01', _delivered_at = '2020-03-01' where person_id = 3",
    "dod/after_birth": "update marts.person set birth_date = '2020-02-20' where person_id = 1",
    "dodsaasg/dead_in_cpr": "update staging.stg_dod set death_date = '2016-01-01' where person_id = 3",
    "hospitalnotification/discharge_in_hospital_data": "update marts.hospital_stay set end_at = '2020-01-03 14:00'; "
    "insert into staging.stg_hospitalnotification select * replace (timestamp '2020-01-04 14:00' as ended_at) "
    "from staging.stg_hospitalnotification limit 1",
    # What was reported to LPR2 is not looked at, and is not without its contact.
    "lpr_a_diagnose/has_contact": contact(14, "reporting_system = 'LPR2'"),
    "lpr_a_diagnose/12.5x.diagnoseart": diagnosis("DC991", "diagnosis_type = '+'"),
    "lpr_a_diagnose/12.104": diagnosis("DO800", "diagnosis_type = 'B', diagnosis_code = 'DO850'"),
    "lpr_a_diagnose/12.105": diagnosis("DZ389", "diagnosis_type = 'B', diagnosis_code = 'DZ390'"),
    "lpr_a_diagnose/12.107": contact(12, "main_specialty = 'medicin'")
    + "; "
    + diagnosis("DX60", "diagnosis_type = 'A'"),
    "lpr_a_diagnose/12.109": diagnosis("DC349", "diagnosis_code = 'DC809'"),
    "lpr_a_diagnose/12.110": diagnosis("DC349", "diagnosis_code = 'DC809'"),
    "lpr_a_diagnose/12.03.109": diagnosis("DF329", "diagnosis_code = 'DR979'"),
    "lpr_a_procedure/has_contact": contact(15, "reporting_system = 'LPR2'"),
    "lpr_a_procedure/00.01": procedure(3, "start_at = '2020-03-01 08:00'"),
    "lpr_a_procedure/11.01": procedure(1, "end_at = start_at + interval 1 minute"),
    "lpr_a_procedure/11.22": procedure(1, "start_at = '2020-01-01 08:00'"),
    "lpr_a_procedure/11.23": procedure(2, "start_at = '2020-01-02 12:00'"),
    "lpr_a_procedure/11.24": procedure(1, "start_at = '2020-01-01 07:00', end_at = '2020-01-01 08:01'"),
    "lpr_a_procedure/11.25": procedure(1, "end_at = '2020-01-02 12:00'"),
    "lpr_a_procedure/11.5x.procedureart": procedure(1, "procedure_type = 'I'"),
    "lpr_a_diagnose/12.5x.diagnosekode": valid("DO800", "2020-01-03", "2020-01-03"),
    "lpr_a_procedure/11.5x.procedurekode": valid("BAFC", "2020-01-02", "2020-01-02"),
    "lpr_a_procedure/11.4x.proc_ans": valid("1000016012", "2020-01-02", "2020-01-02"),
    "lpr_a_kontakt/05.4x.kont_ans": valid("1000016010", "2020-01-01", "2020-01-02"),
    "lpr_diag/diagnosis_code_valid": valid("DK359", "2018-01-05", "2018-01-05"),
    "lpr_diag/has_contact": "update staging.stg_lpr_adm set start_date = null",
    "lmdb/drug_code_valid": valid("A10BA02", "2020-01-05", "2020-01-05"),
    "medicinadministration/drug_code_valid": valid("B05BB01", "2020-01-01", "2020-01-01"),
    "laboratoriesvar/analysis_code_valid": valid("NPU27300", "2020-01-01", "2020-01-01"),
    "hjemmepleje_besoeg/service_code_valid": valid("G1.4", "2020-01-05", "2020-01-05"),
    "fsiii_funktionsniveau/condition_code_valid": valid("J1.1", "2020-01-05", "2020-01-05"),
}
