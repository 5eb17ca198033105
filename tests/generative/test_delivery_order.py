"""Deliveries in any order: late, corrected and withdrawn ones end in the same lake, and each day in the same state."""

import hashlib
import itertools
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.delivery import Delivery
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from orchestration.defs.pseudonyms import admission
from orchestration.lake_views import Delivered
from pseudonymisation.history import counting, withdraw
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import Lake, admit
from pseudonymisation.pseudonyms import pseudonym
from tests.deliveries import BEF, CONTRACTS, csv_of, write_delivery
from tests.spec.warehouse import build_warehouse, read_table

DEATH = {"pnr": "0101501234", "doddato": "2024-01-01", "alder_haend": "74"}
DRUG = {"pnr": "0101501234", "eksd": "2024-01-01", "atc": "A10BA02", "apk": "1"}

# Source, day of creation, the item numbers or people that it brings, what it corrects.
DELIVERIES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("dod", "2025-01-20", ("0101501234", "0202501234"), ()),
    ("dod", "2025-02-20", ("0101501234",), ()),
    ("bef", "2025-01-20", ("0101501234", "0202501234"), ()),
    ("bef", "2025-02-20", ("0202501234", "0303501234"), ()),
    ("lmdb", "2025-01-20", ("000001", "000002"), ()),
    ("lmdb", "2025-02-20", ("000003",), ()),
    ("lmdb", "2025-03-20", ("000001", "000004"), ("2025-01-20",)),
    ("lmdb", "2025-04-20", ("000005",), ("2025-03-20",)),
)
WITHDRAWN = ("lmdb", "2025-02-20", datetime(2025, 5, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Home:
    """A home of its own for one order of arrival."""

    folder: Path
    ring: KeyRing

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "lake")

    def take(self, delivery: Delivery) -> None:
        contract = CONTRACTS[delivery.source]
        zone = RestrictedZone(self.folder / "restricted", self.ring.key("restricted"))
        intake = take_in(delivery, contract, zone)
        admit(*admission(intake, contract, zone, self.ring), self.lake)

    def content(self) -> dict[str, str]:
        """Every file of the lake with its hash."""
        files = [path for path in self.lake.folder.rglob("*") if path.is_file() and path.name != ".lock"]
        return {
            str(path.relative_to(self.lake.folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        }


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> list[Delivery]:
    landing = tmp_path_factory.mktemp("order") / "landing"
    return [_delivery(landing, *one) for one in DELIVERIES]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing(tmp_path_factory.mktemp("keys"), demo=True)


@pytest.fixture(scope="module")
def in_order(landed: list[Delivery], keys: KeyRing, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return _home(tmp_path_factory.mktemp("in_order"), keys, landed)


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(DELIVERIES))), again=st.sampled_from(range(len(DELIVERIES))))
def test_any_order_and_a_delivery_that_comes_twice_give_the_same_lake(
    order: list[int], again: int, landed: list[Delivery], keys: KeyRing, in_order: Home, tmp_path: Path
) -> None:
    home = _home(tmp_path / "home", keys, [landed[number] for number in [*order, again]])
    try:
        assert home.content() == in_order.content()
    finally:
        shutil.rmtree(home.folder)


@pytest.mark.parametrize(
    ("day", "dod", "bef", "lmdb"),
    [
        ("2025-01-01", [], [], []),
        ("2025-01-31", ["2025-01-20"], ["2025-01-20"], ["2025-01-20"]),
        ("2025-03-01", ["2025-01-20", "2025-02-20"], ["2025-01-20", "2025-02-20"], ["2025-01-20", "2025-02-20"]),
        ("2025-03-31", ["2025-01-20", "2025-02-20"], ["2025-01-20", "2025-02-20"], ["2025-02-20", "2025-03-20"]),
        ("2025-04-30", ["2025-01-20", "2025-02-20"], ["2025-01-20", "2025-02-20"], ["2025-02-20", "2025-04-20"]),
        ("2025-05-31", ["2025-01-20", "2025-02-20"], ["2025-01-20", "2025-02-20"], ["2025-04-20"]),
    ],
)
def test_which_deliveries_count_on_a_day(
    day: str, dod: list[str], bef: list[str], lmdb: list[str], withdrawn: Home
) -> None:
    counts = counting(withdrawn.lake, datetime.fromisoformat(f"{day}T23:59:59+00:00"))
    found = {source: [d.delivery for d in counts if d.source == source] for source in ("dod", "bef", "lmdb")}
    assert found == {"dod": dod, "bef": bef, "lmdb": lmdb}


@pytest.mark.parametrize(
    ("day", "dead", "homes", "items"),
    [
        # The second person was dead then, and was taken back by the next full delivery.
        ("2025-01-31", {"0101501234", "0202501234"}, {"0101501234": 615, "0202501234": 615}, ["000001", "000002"]),
        (
            "2025-03-31",
            {"0101501234"},
            {"0101501234": 615, "0202501234": 751, "0303501234": 751},
            ["000001", "000003", "000004"],
        ),
    ],
)
def test_the_state_as_of_a_day_in_every_mode(
    day: str, dead: set[str], homes: dict[str, int], items: list[str], withdrawn: Home, tmp_path: Path
) -> None:
    counts = counting(withdrawn.lake, datetime.fromisoformat(f"{day}T23:59:59+00:00"))
    deliveries = [Delivered.of(withdrawn.lake, delivery) for delivery in counts]
    built = build_warehouse(tmp_path, deliveries, command="run", select="+stg_dod +stg_bef +stg_lmdb")
    ids = {pseudonym(cpr, key=withdrawn.ring.key("person")): cpr for cpr in homes}
    assert {ids[row["person_id"]] for row in read_table(built, "staging.stg_dod")} == dead
    found = read_table(built, "staging.stg_bef")
    assert {ids[row["person_id"]]: int(row["municipality_code"]) for row in found} == homes
    assert sorted(row["item_number"] for row in read_table(built, "staging.stg_lmdb")) == items


def test_nothing_is_deleted_by_a_correction_or_a_withdrawal(withdrawn: Home) -> None:
    every = withdrawn.lake.deliveries()
    assert [(d.source, d.delivery) for d in every] == sorted((source, day) for source, day, _, _ in DELIVERIES)
    assert all(pq.read_metadata(path).num_rows == d.rows for d in every for path in withdrawn.lake.files(d))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_withdrawn_correction_gives_back_what_it_corrected(order: Sequence[int], tmp_path: Path) -> None:
    """A chain a <- b <- c of corrections: what counts when each of them is withdrawn in turn, in any order."""
    lake = Lake(tmp_path / "lake")
    for name, corrects in (("a", ()), ("b", ("2025-01-01-a",)), ("c", ("2025-01-01-b",))):
        _bare(lake, f"2025-01-01-{name}", corrects)
    gone: set[str] = set()
    for number in order:
        name = f"2025-01-01-{'abc'[number]}"
        withdraw(lake, "lmdb", name, by="tests", reason="sent by mistake")
        gone.add(name)
        alive = [n for n in ("2025-01-01-c", "2025-01-01-b", "2025-01-01-a") if n not in gone]
        assert [d.delivery for d in counting(lake)] == alive[:1]


@pytest.fixture(scope="module")
def withdrawn(in_order: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("withdrawn") / "home"
    shutil.copytree(in_order.folder, folder)
    home = Home(folder, in_order.ring)
    source, delivery, at = WITHDRAWN
    withdraw(home.lake, source, delivery, by="tests", reason="sent by mistake", at=at)
    yield home


def _home(folder: Path, keys: KeyRing, deliveries: Sequence[Delivery]) -> Home:
    home = Home(folder, keys)
    for delivery in deliveries:
        home.take(delivery)
    return home


def _delivery(landing: Path, source: str, day: str, brings: tuple[str, ...], corrects: tuple[str, ...]) -> Delivery:
    rows = [
        {
            "dod": {**DEATH, "pnr": one},
            "bef": {**BEF, "pnr": one, "kom": "615" if day < "2025-02" else "751"},
            "lmdb": {**DRUG, "vnr": one},
        }[source]
        for one in brings
    ]
    content = csv_of(CONTRACTS[source], rows)
    manifest = {"corrects": list(corrects)} if corrects else {}
    return write_delivery(landing, source, (f"{source}.csv", content, len(rows)), delivery=day, manifest=manifest)


def _bare(lake: Lake, delivery: str, corrects: tuple[str, ...]) -> None:
    """A delivery of the lake without rows."""
    from pseudonymisation.lake import MANIFEST, LakeDelivery

    folder = lake.delivery("lmdb", delivery)
    folder.mkdir(parents=True)
    made = LakeDelivery(
        source="lmdb",
        delivery=delivery,
        digest=delivery,
        created=datetime(2025, 1, 1, ord(delivery[-1]) - ord("a"), tzinfo=UTC),
        synthetic=True,
        corrects=corrects,
        key_versions={},
        treatment="t",
        rows=0,
        files={},
    )
    (folder / MANIFEST).write_text(made.model_dump_json(), encoding="utf-8")
