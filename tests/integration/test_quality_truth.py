"""Quality against the truth of a synthetic region: what was planted is counted, and a clean world raises nothing."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.contract import load_all
from ingestion.delivery import find
from orchestration.measuring import edition_of
from orchestration.resources import EXPECTATIONS
from quality import expectation
from quality.gate import GateResult, decide
from quality.record import Record, measured
from synthetic.breaches.planting import BREACHES
from synthetic.faults import Spoilt
from synthetic.generator import synthesise
from tests.integration.following import WITHOUT, Region
from tests.unit.extracts_warehouse import long_open
from tests.unit.test_quality_gate import TODAY

FIRST, LAST = 2018, 2020  # In the first, LPR2 is reported to yet.
MERGED = "hospitalnotification/discharge_in_hospital_data"
SOURCES = load_all().keys() - (WITHOUT - {"hospitalnotification"})


def region(tmp: Path, *, faults: float, adults: int = 600, sources: Iterable[str] = ()) -> Region:
    """A warehouse of some adults over three years."""
    synthesise(
        adults=adults,
        first_year=FIRST,
        last_year=LAST,
        seed=5,
        sources=sorted(sources or SOURCES),
        landing=tmp / "landing",
        truth=tmp / "truth",
        faults=faults,
        workers=1,
    )
    built = Region.empty(tmp)
    built.take_in(find(tmp / "landing", load_all())[0])
    built.follow()
    return built


def found_in(built: Region) -> tuple[Record, GateResult]:
    """What is measured in a warehouse, and decided on it."""
    known, edition = expectation.load_all(EXPECTATIONS), edition_of(built.warehouse, built.warehouse.built())
    record = measured(built.warehouse.path, known, edition, measured_by=edition.code_version)
    return record, decide(known, record, edition, code_version=edition.code_version, today=TODAY)


@pytest.mark.long
def test_a_clean_world_breaks_no_reporting_rule_and_raises_no_error(tmp_path: Path) -> None:
    """One warning is known: the first and last purchases of three years make exposures of decades.

    And one message: of two stays with less than four hours between them, which are one in the cohort.
    """
    record, result = found_in(region(tmp_path, faults=0, adults=6000))
    rules = [m for m in record.measures if m.months]
    assert len(rules) >= 30
    assert all(m.rows > 0 for m in rules)
    assert {"hospitalnotification", "lpr_diag"} <= {m.table for m in rules}
    failing = {f"{m.table}/{m.expectation}": m.failing for m in rules if m.failing}
    assert failing == {MERGED: 1}
    seen = {f"{m.table}/{m.expectation}" for m in record.measures if m.value is not None}
    assert seen >= {"lmdb/no_thin_month", "hjemmepleje_besoeg/no_month_missing", "laboratoriesvar/usual_volume"}
    assert seen >= {"lpr_a_kontakt/priority_steady", "lmdb/drug_group_steady", "lpr_a_diagnose/chapter_steady"}
    assert result.failures == ()
    assert result.warnings == ("medication_exposure/period_plausible",)


@pytest.mark.long
def test_every_planted_breach_is_counted_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the faults that the intake refuses, so that every row is there; by rule."""
    monkeypatch.setattr("synthetic.faults.FAULTS", {})
    monkeypatch.setattr("synthetic.faults.HEADER", Spoilt("no source", "columns"))
    monkeypatch.setattr("synthetic.faults.ENCODING", Spoilt("no source", "encoding"))
    record, _ = found_in(region(tmp_path, faults=1.0))
    told = pq.read_table(tmp_path / "truth" / "breaches").to_pylist()
    planted = Counter(row["rule"] for row in told)
    rules = {rule for kinds in BREACHES.values() for kind in kinds for rule in kind.rules}
    assert rules == planted.keys()
    # A contact that runs for a month without a diagnosis is a hard case of its own.
    planted["lpr_a_kontakt/05.15"] += long_open(tmp_path)
    # As in a clean world: two stays of which a message each was sent are one.
    planted[MERGED] += 1
    assert {f"{m.table}/{m.expectation}": m.failing for m in record.measures if m.months and m.failing} == planted
    for measure in record.measures:
        if measure.months:
            assert sum(month.failing for month in measure.months) == measure.failing
            assert sum(month.rows for month in measure.months) == measure.rows


@pytest.mark.long
def test_a_municipality_that_sent_nothing_for_a_month_is_found(tmp_path: Path) -> None:
    """The whole table does not show it: one municipality has a twentieth of the visits."""
    record, result = found_in(region(tmp_path, faults=0.5, adults=6000, sources=["bef", "hjemmepleje_besoeg"]))
    missing = record.of("hjemmepleje_besoeg", "no_month_missing")
    assert missing is not None
    assert (missing.failing, missing.value) == (1, 0.0)
    assert "hjemmepleje_besoeg/no_month_missing" in result.warnings
    whole = record.of("hjemmepleje_besoeg", "no_thin_month")
    assert whole is not None
    assert whole.failing == 0
