"""The cohort of a synthetic region against its truth: what was planted is found, and nothing is invented.

Illnesses and stays are told by the generator. Readmissions and preventable admissions are made of the extracts as they
were delivered, by the plain Python of `tests/spec/oracle_hospital.py`, under the numbers of the truth.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from ingestion.contract import load_all
from ingestion.delivery import find
from pseudonymisation.pseudonyms import pseudonym
from synthetic.generator import synthesise
from tests.integration.following import WITHOUT, Region
from tests.spec import oracle_hospital as hospital

FIRST, LAST = 2021, 2022
Row = dict[str, Any]


@dataclass(frozen=True)
class Truth:
    """The truth of a region, and the warehouse that was built of its extracts."""

    folder: Path
    region: Region

    def told(self, table: str) -> list[Row]:
        """Rows of a table of the truth."""
        return list(pq.read_table(self.folder / table).to_pylist())

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """A query on the warehouse."""
        with duckdb.connect(str(self.region.warehouse.path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def person(self, number: str) -> int:
        """The pseudonym of a CPR number."""
        return pseudonym(number, key=self.region.ring.key("person"))

    def lake_rows(self, source: str) -> list[Row]:
        """The rows of the only delivery of a source, as the lake holds them."""
        (delivery,) = [d for d in self.region.lake.deliveries() if d.source == source]
        return [row for path in self.region.lake.files(delivery) for row in pq.read_table(path).to_pylist()]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    """Fifteen hundred adults over two years, with few faults and many hard cases."""
    tmp = tmp_path_factory.mktemp("truth")
    synthesise(
        adults=1500,
        first_year=FIRST,
        last_year=LAST,
        seed=9,
        sources=sorted(load_all().keys() - WITHOUT - {"vitale_vaerdier", "medicinadministration"}),
        landing=tmp / "landing",
        truth=tmp / "truth",
        workers=1,
    )
    region = Region.empty(tmp)
    region.take_in(find(tmp / "landing", load_all())[0])
    region.follow()
    yield Truth(tmp / "truth", region)


def test_every_planted_stay_is_found_and_none_invented(truth: Truth) -> None:
    """The register's stays are those of the generator, but where it planted a difference or a contact was refused."""
    stays = {row["_row_number"]: row for row in truth.lake_rows("lpr_a_sghophold")}
    hard = [row for row in truth.told("hard_cases") if row["source"] == "lpr_a_sghophold"]
    marked = {stays[row["row_number"]]["person_id"] for row in hard if row["row_number"] in stays}
    contacts = len(truth.lake_rows("lpr_a_kontakt"))
    refused = sum(row["source"] in ("lpr_a_kontakt", "lpr_a_sghophold") for row in truth.told("faults"))
    found = truth.sql("select outcome, person_id from marts.stay_reconciliation")
    outcomes = Counter(outcome for outcome, _ in found)
    assert outcomes["same"] > 0.99 * len(found) > 1000
    unexplained = [outcome for outcome, person in found if outcome != "same" and person not in marked]
    assert len(unexplained) <= 2 * refused < 0.01 * contacts
    assert sum(outcome != "same" for outcome, _ in found) >= len(hard) > 0, "what was planted is seen"


def test_readmissions_and_preventable_admissions_are_those_of_the_extracts(truth: Truth) -> None:
    """The rows of the lake once more, by loops over them."""
    people = {
        person: {"birth_date": born, "death_date": died}
        for person, born, died in truth.sql("select person_id, birth_date, death_date from marts.person")
    }
    numbers = dict(truth.sql("select number_id, person_id from staging.stg_person_number"))
    rows = [{**r, "person_id": numbers.get(r["person_id"], r["person_id"])} for r in truth.lake_rows("lpr_a_kontakt")]
    stays = hospital.hospital_stay(hospital.hospital_contact(rows, people))
    expected = {
        (row["stay_id"], row["readmission_stay_id"], row["exclusion_reason"])
        for row in hospital.readmission(stays, people)
    }
    found = set(truth.sql("select stay_id, readmission_stay_id, exclusion_reason from marts.readmission"))
    assert found == expected
    assert sum(again is not None for _, again, _ in found) > 50
    preventable = {(row["stay_id"], row["category"]) for row in hospital.preventable_admission(stays, people)}
    assert set(truth.sql("select stay_id, category from marts.preventable_admission")) == preventable
    assert len(preventable) > 50


def test_every_planted_diabetes_is_found_with_its_type_and_none_invented(truth: Truth) -> None:
    """Who has it for a year and lives. Whom nobody treats or tests cannot be found; a type 1 whose insulin falls into a
    pregnancy is taken for a type 2.
    """
    planted = {
        truth.person(row["pnr"]): (int(row["condition"][-1]), row["onset"])
        for row in truth.told("conditions")
        if row["condition"].startswith("diabetes_")
    }
    found = dict(truth.sql("select person_id, diabetes_type from marts.diabetes"))
    assert found.keys() <= planted.keys(), "none is invented"
    there = {
        person
        for person, first, died in truth.sql("select person_id, first_seen_date, death_date from marts.person")
        if first == date(FIRST, 3, 31) and died is None
    }
    ill = {p for p, (_, onset) in planted.items() if p in there and onset < date(LAST, 1, 1) - timedelta(365)}
    assert len(ill) > 50
    treated: dict[int, set[date]] = defaultdict(set)
    for row in truth.lake_rows("lmdb"):
        if row["atc"].startswith(("A10A", "A10BA", "A10BB", "A10BH")) and row["apk"] > 0:
            treated[row["person_id"]].add(row["eksd"])
    often = {person for person in ill if len(treated[person]) >= 2}
    assert len(often) > 20
    assert often <= found.keys()
    assert len(ill - found.keys()) <= 0.1 * len(ill), "some are neither treated nor tested"
    types = Counter((planted[person][0], found[person]) for person in ill & found.keys())
    assert types[2, 1] == 0
    assert types[1, 1] >= 0.8 * (types[1, 1] + types[1, 2]) > 0
