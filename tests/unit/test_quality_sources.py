"""The rules of the sources: each holds on sound rows and just inside its limit, and finds its fault."""

from collections.abc import Iterator

import duckdb
import pytest

from quality.measure import NO_TIME, Measure, Month, measure, measure_all
from tests.unit.source_warehouse import FAULTS, HELD, WITHOUT_CONTACT, build, contact, rules, valid

EXPECTED = rules()
RULES = {f"{table}/{e.id}": e for table, of_table in EXPECTED.items() for e in of_table.expectations}


@pytest.fixture(scope="module")
def sound() -> Iterator[duckdb.DuckDBPyConnection]:
    with build() as connection:
        yield connection


def failing(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Per rule that fails, how many rows."""
    return {f"{m.table}/{m.expectation}": m.failing for m in measure_all(connection, EXPECTED) if m.failing}


def test_at_least_thirty_official_rules_are_counted() -> None:
    """Each by its id in the official list, with what it asks in our own words and why."""
    official = [rule for rule in RULES.values() if rule.source == "LPR3 reporting rules, Bilag 1 v1.3"]
    assert len({rule.id for rule in official}) >= 39
    assert all(rule.why and rule.title for rule in RULES.values())
    assert FAULTS.keys() == HELD.keys() == RULES.keys()


def test_sound_rows_fail_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert failing(warehouse) == {}


@pytest.mark.parametrize("name", RULES)
def test_each_rule_finds_its_fault_alone(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    fault, also = FAULTS[name]
    warehouse.execute(fault)
    assert failing(warehouse) == {name: 1, **dict.fromkeys(also, 1)}


@pytest.mark.parametrize("name", RULES)
def test_what_is_just_inside_the_limit_holds(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    warehouse.execute(HELD[name])
    assert name not in failing(warehouse)


def test_rows_of_the_time_before_lpr3_are_not_its_matter(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Contact 16 breaks many rules, and was reported to LPR2; reported to LPR3 it is found."""
    warehouse.execute(contact(16, "reporting_system = 'LPR3'"))
    assert len(failing(warehouse)) >= 10


def test_violations_are_counted_by_delivery_and_month(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("update staging.stg_lpr_a_kontakt set cause_code = null")
    (counted,) = [m for m in measure(warehouse, EXPECTED["lpr_a_kontakt"]) if m.expectation == "05.102"]
    assert isinstance(counted, Measure)
    assert (counted.rows, counted.failing) == (7, 1)
    told = [(month.delivery, month.month, month.rows, month.failing) for month in counted.months]
    assert told == [("2020-03-01", "2020-01", 4, 1), ("2020-03-01", "2020-02", 3, 0)]


@pytest.mark.parametrize("what", ["diagnosis", "procedure", "referral"])
def test_what_has_no_contact_breaks_that_rule_alone_and_is_counted(
    warehouse: duckdb.DuckDBPyConnection, what: str
) -> None:
    """It has no time by which to count it; it would break other rules, if they were asked of it."""
    table = {"diagnosis": "lpr_a_diagnose", "procedure": "lpr_a_procedure", "referral": "lpr_diag"}[what]
    before = {m.expectation: m.rows for m in measure(warehouse, EXPECTED[table])}
    warehouse.execute(WITHOUT_CONTACT[what])
    counted = {m.expectation: m for m in measure(warehouse, EXPECTED[table])}
    assert {id_ for id_, m in counted.items() if m.failing} == {"has_contact"}
    assert {m.rows - before[id_] for id_, m in counted.items()} == {1}
    assert counted["has_contact"].months[-1] == Month("2020-03-01", NO_TIME, 1, 1)


def test_an_unknown_specialty_is_counted_once_for_all_rules_that_let_it_pass(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Nobody knows whether an acute contact without one needs a cause: contact 10 is not told to lack it."""
    warehouse.execute(contact(10, "main_specialty = null, cause_code = null"))
    assert failing(warehouse) == {"lpr_a_kontakt/specialty_filled": 1}


def test_a_delivery_without_rows_fails_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    for table in EXPECTED:
        warehouse.execute(f"delete from staging.stg_{table}")
    assert failing(warehouse) == {}
    assert {m.rows for m in measure_all(warehouse, EXPECTED)} == {0}


def test_every_rule_can_warn_or_block(warehouse: duckdb.DuckDBPyConnection) -> None:
    """What the intake refuses, row by row, must not be there at all; what it cannot see is told."""
    severities: dict[str, set[str]] = {}
    for rule in RULES.values():
        severities.setdefault(rule.severity, set()).add(rule.id)
    assert {"05.11", "05.12", "01.01", "11.01"} <= severities["error"]
    assert {"05.14", "05.15", "12.109"} <= severities["warning"]


def test_without_a_list_nothing_is_told_of_its_codes(warehouse: duckdb.DuckDBPyConnection) -> None:
    """It is neither held nor broken; lists of other systems are asked all the same."""
    warehouse.execute("delete from intermediate.int_code_validity where code_system = 'SOR'")
    warehouse.execute(FAULTS["lpr_a_diagnose/12.5x.diagnosekode"][0])
    counted = {f"{m.table}/{m.expectation}": m for m in measure_all(warehouse, EXPECTED)}
    unseen = {name for name, m in counted.items() if not m.seen}
    assert unseen == {"lpr_a_kontakt/05.4x.kont_ans", "lpr_a_procedure/11.4x.proc_ans"}
    assert all(counted[name].months and counted[name].failing == 0 for name in unseen)
    assert {month.failing for name in unseen for month in counted[name].months} == {0}
    assert counted["lpr_a_diagnose/12.5x.diagnosekode"].failing == 1


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("lpr_a_diagnose/12.5x.diagnosekode", "stg_lpr_a_diagnose set diagnosis_code", "BAFC"),
        ("lpr_a_procedure/11.5x.procedurekode", "stg_lpr_a_procedure set procedure_code", "DE119"),
        ("lpr_diag/diagnosis_code_valid", "stg_lpr_diag set diagnosis_code", "BAFC"),
    ],
)
def test_a_valid_code_of_another_main_group_is_found(
    warehouse: duckdb.DuckDBPyConnection, name: str, change: str, code: str
) -> None:
    """SKS is one list of all groups: a procedure is no diagnosis, however valid."""
    warehouse.execute(f"update staging.{change} = '{code}' where rowid = 0")
    assert failing(warehouse)[name] == 1


def test_a_code_may_be_closed_and_opened_again(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Valid in two periods; a time that lies in neither, or begins in one and ends in the other, is not valid."""
    name = "lpr_a_kontakt/05.4x.kont_ans"
    again = "insert into intermediate.int_code_validity values ('SOR', '1000016010', '{}', '2500-01-01')"
    warehouse.execute(valid("1000016010", "1994-01-01", "2000-01-01"))
    warehouse.execute(again.format("2020-01-01"))
    assert name not in failing(warehouse)
    warehouse.execute(
        "update intermediate.int_code_validity set valid_to = '2020-01-01' where valid_from = '2020-01-01'"
    )
    warehouse.execute(again.format("2020-01-02"))
    assert failing(warehouse)[name] == 1


def test_a_code_without_a_day_is_not_judged_and_an_end_before_it_does_not_help(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """A visit without a planned start has no day; a unit that was closed by the start is found whatever the end."""
    warehouse.execute("update staging.stg_hjemmepleje_besoeg set planned_start_at = null")
    assert "hjemmepleje_besoeg/service_code_valid" not in failing(warehouse)
    warehouse.execute(valid("1000016010", "1994-01-01", "2019-12-31"))
    warehouse.execute(contact(10, "end_at = '2019-06-01'"))
    assert failing(warehouse)["lpr_a_kontakt/05.4x.kont_ans"] == 1
