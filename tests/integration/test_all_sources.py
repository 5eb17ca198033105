"""Every source of the region, through ingestion into the lake: what is refused is what was planted, and no more."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion import quarantine
from ingestion.contract import load_all
from ingestion.delivery import find
from ingestion.take_in import take_in
from ingestion.zone import Intake, RestrictedZone
from orchestration.dbt_sources import CONTRACTS, render_sources
from orchestration.defs.pseudonyms import admission
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import Lake, LakeDelivery, admit
from pseudonymisation.pseudonyms import pseudonym
from synthetic.generator import synthesise
from synthetic.suppliers import SOURCES
from tests.spec.oracle import present_numbers

ALL = load_all()


@dataclass(frozen=True)
class Region:
    """A small region in the lake."""

    zone: RestrictedZone
    lake: Lake
    intakes: list[Intake]
    admitted: list[LakeDelivery]
    planted: list[dict[str, object]]


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    home = tmp_path_factory.mktemp("region")
    synthesise(
        adults=60, first_year=2017, last_year=2020, seed=5, landing=home / "landing", truth=home / "truth", sources=ALL
    )
    ring = KeyRing(home / "keys", demo=True)
    zone, lake = RestrictedZone(home / "restricted", ring.key("restricted")), Lake(home / "lake")
    intakes, admitted = [], []
    for delivery in find(home / "landing", ALL)[0]:
        contract = ALL[delivery.source]
        intake = take_in(delivery, contract, zone)
        intakes.append(intake)
        admitted.append(admit(*admission(intake, contract, zone, ring), lake))
    yield Region(zone, lake, intakes, admitted, pq.read_table(home / "truth" / "faults").to_pylist())


def test_every_source_has_rows_and_every_row_is_accounted_for(region: Region) -> None:
    rows = Counter[str]()
    for intake, admitted in zip(region.intakes, region.admitted, strict=True):
        assert intake.adds_up, intake.source
        assert admitted.rows == intake.rows_accepted, intake.source
        rows[intake.source] += intake.rows_accepted
    assert set(rows) == set(SOURCES)
    # Few people: none of them need drink from a private well, or have every kind of care.
    assert len([source for source, count in rows.items() if count]) > 30


def test_exactly_the_planted_faults_are_refused(region: Region) -> None:
    refused = {
        (row["source"], row["delivery"], row["file"], row["_row_number"])
        for intake in region.intakes
        for batch in quarantine.read(region.zone, intake.source, intake.delivery)
        for row in batch.to_pylist()
        if row["severity"] == "error"
    }
    assert len(region.planted) > 40
    assert refused == {(f["source"], f["delivery"], f["file"], f["row_number"]) for f in region.planted}


def test_the_lake_holds_the_columns_that_dbt_was_told(region: Region) -> None:
    import yaml

    told = {t["name"]: t["columns"] for t in yaml.safe_load(render_sources(CONTRACTS))["sources"][0]["tables"]}
    for admitted in region.admitted:
        for path in region.lake.files(admitted):
            names = [column["name"] for column in told[admitted.source]]
            assert sorted([*pq.read_schema(path).names, "_row_key", "_delivery", "_delivered_at"]) == sorted(names)


def test_a_person_before_and_after_a_change_of_number_is_one(tmp_path: Path) -> None:
    """The numbers of everybody who changed theirs, as the lake tells it, against who they are in truth."""
    synthesise(
        adults=3000,
        first_year=2021,
        last_year=2024,
        seed=5,
        landing=tmp_path / "landing",
        truth=tmp_path / "truth",
        sources=["cpr_skift", "sssy"],
    )
    ring = KeyRing(tmp_path / "keys", demo=True)
    zone, lake = RestrictedZone(tmp_path / "restricted", ring.key("restricted")), Lake(tmp_path / "lake")
    rows: dict[str, list[dict[str, object]]] = {}
    for delivery in find(tmp_path / "landing", ALL)[0]:
        contract = ALL[delivery.source]
        intake = take_in(delivery, contract, zone)
        (path,) = lake.files(admit(*admission(intake, contract, zone, ring), lake))
        rows.setdefault(delivery.source, []).extend(pq.read_table(path).to_pylist())
    key = ring.key("person")
    changes = [{**row, "_delivered_at": 0, "_delivery": ""} for row in rows["cpr_skift"]]
    numbers = present_numbers(changes)
    truly = {
        pseudonym(person["pnr_before"], key=key): pseudonym(person["pnr"], key=key)
        for person in pq.read_table(tmp_path / "truth" / "people").to_pylist()
        if person["pnr_before"] and person["pnr_changed"]
    }
    assert len(numbers) >= 5
    assert numbers.items() <= truly.items()
    assert {row["person_id"] for row in rows["sssy"]} & set(numbers), "some services were told under the old number"
    kinds = {row["_number_kind"] for row in changes}
    assert kinds & {"regional_replacement", "national_replacement"}, "replacement numbers are told apart"
