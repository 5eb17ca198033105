"""Every fault ends in the one state that is right for it; nothing is accepted silently, and nothing left behind."""

import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import quarantine
from ingestion.delivery import Delivery, find, kept_aside
from ingestion.errors import DeliveryRefused
from ingestion.take_in import take_in
from ingestion.zone import Intake, RestrictedZone
from tests.deliveries import CONTRACTS, bef_delivery
from tests.integration import intake_faults_folder, intake_faults_form, intake_faults_values
from tests.integration.intake_faults import SECRETS, Case, Rows, flipped, make, sent, source_of

CASES: list[Case] = [*intake_faults_values.CASES, *intake_faults_form.CASES, *intake_faults_folder.CASES]
KEY = bytes(range(32))
ABSOLUTE = re.compile(r"(^|[\s'\"(])/[a-z]")


def tree(folder: Path, *, without: Path) -> dict[str, tuple[int, int, int]]:
    """Everything below a folder, links not followed, but for what lies below another."""
    told = {}
    for path in folder.rglob("*"):
        if without not in (path, *path.parents):
            stat = path.lstat()
            told[str(path.relative_to(folder))] = (stat.st_mode, 0 if path.is_dir() else stat.st_size, stat.st_ino)
    return told


def lines_of(zone: RestrictedZone, source: str, delivery: str, offsets: dict[str, int]) -> set[tuple[int, str, str]]:
    """What the quarantine tells, with rows numbered over the whole delivery."""
    return {
        (row["_row_number"] + offsets.get(row["file"], 0), row["column_name"], row["rule"])
        for batch in quarantine.read(zone, source, delivery)
        for row in batch.to_pylist()
    }


def offsets_of(intake: Intake) -> dict[str, int]:
    told, passed = {}, 0
    for part in intake.parts:
        told[part.file] = passed
        passed += part.rows_read
    return told


def accepted_rows(zone: RestrictedZone, intake: Intake) -> Rows:
    return [row for batch in zone.batches(intake) for row in batch.to_pylist()]


def assert_no_litter(zone: RestrictedZone) -> None:
    left = [path for path in zone.folder.rglob(".*") if path.name != ".work"]
    assert left == []
    assert [path for path in (zone.folder / ".work").iterdir() if path.suffix != ".lock"] == []
    assert list(zone.folder.rglob("*.tmp")) == []
    for folder in zone.folder.glob("*/delivery=*"):
        assert (folder / "intake.json").is_file()


def assert_line(line: str, home: Path) -> None:
    assert "\n" not in line
    assert not [secret for secret in SECRETS if secret.lower() in line.lower()]
    assert str(home) not in line
    assert not ABSOLUTE.search(line)


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """A pipe or a device must not hold anything up."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it hangs"))
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fault(tmp_path: Path, case: Case) -> None:
    home = tmp_path / "home"
    (tmp_path / "outside").mkdir()
    zone = RestrictedZone(home / "restricted", KEY)
    contract = case.contract(CONTRACTS[source_of(case.base)])
    delivery = make(home / "landing", case.base, contract)
    if case.state == "kept aside":
        first = take_in(delivery, contract, zone)
    case.spoil(delivery.folder)
    before = tree(tmp_path, without=zone.folder)
    if case.state in ("refused", "kept aside"):
        with pytest.raises(DeliveryRefused) as refusal:
            take_in(delivery, contract, zone)
        assert_refused(zone, delivery, refusal.value, case)
        assert_line(str(refusal.value), tmp_path)
    else:
        assert_accepted(zone, take_in(delivery, contract, zone), case)
    if case.state == "kept aside":
        assert zone.intake(delivery.source, delivery.id) == first
        (kept,) = kept_aside(home / "landing")
        assert not delivery.folder.exists()
        kept.rename(delivery.folder)
        shutil.rmtree(home / "landing" / ".kept")
    assert tree(tmp_path, without=zone.folder) == before
    assert_no_litter(zone)


def assert_refused(zone: RestrictedZone, delivery: Delivery, refusal: DeliveryRefused, case: Case) -> None:
    assert case.expected in refusal.expected
    assert case.found in refusal.found
    assert refusal.remedy
    kept = zone.refusal(delivery.source, delivery.id)
    assert kept is not None
    assert (kept.expected, kept.found, kept.remedy) == (refusal.expected, refusal.found, refusal.remedy)
    if case.state == "refused":
        assert zone.intake(delivery.source, delivery.id) is None
        assert not list(zone.folder.glob("*/delivery=*"))
    if case.told:
        assert lines_of(zone, delivery.source, delivery.id, {}) == case.told
        assert sum(count.rows for count in kept.by_rule) == len(case.told)


def assert_accepted(zone: RestrictedZone, intake: Intake, case: Case) -> None:
    assert intake.adds_up
    assert lines_of(zone, intake.source, intake.delivery, offsets_of(intake)) == case.told
    assert sum(count.rows for count in intake.by_rule) == len(case.told)
    refused = {row for row, _, rule in case.told if rule != "modulus_11"}
    assert (intake.rows_refused, intake.rows_accepted) == (len(refused), intake.rows_told - len(refused))
    assert bool(refused) == (case.state == "rows")
    found = accepted_rows(zone, intake)
    assert [row["_row_number"] for row in found] == [n for n in range(1, intake.rows_told + 1) if n not in refused]
    assert case.check(found)
    assert zone.refusal(intake.source, intake.delivery) is None


def test_there_are_many_faults_and_no_two_are_the_same() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 60
    assert {case.state for case in CASES} == {"refused", "rows", "accepted", "kept aside"}


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    found = []
    for number, reverse in enumerate((False, True)):
        zone = RestrictedZone(tmp_path / str(number) / "restricted", KEY)
        delivery = make(tmp_path / str(number) / "landing", "bef twice", CONTRACTS["bef"])
        if reverse:
            next(c for c in CASES if c.name == "file: in another order").spoil(delivery.folder)
        rows = accepted_rows(zone, take_in(delivery, CONTRACTS["bef"], zone))
        found.append(sorted((row["pnr"], row["kom"]) for row in rows))
    assert found[0] == found[1]
    assert len(found[0]) == 4


def test_a_linked_folder_is_told_and_not_taken_for_a_delivery(tmp_path: Path) -> None:
    delivery = bef_delivery(tmp_path / "landing", {})
    delivery.folder.rename(tmp_path / "elsewhere")
    delivery.folder.symlink_to(tmp_path / "elsewhere")
    found, strange = find(tmp_path / "landing", CONTRACTS)
    assert (found, [refusal.found for refusal in strange]) == ([], ["a symbolic link"])


@pytest.mark.parametrize("place", range(0, 1500, 150))
def test_a_parquet_file_with_one_wild_bit_ends_in_order(tmp_path: Path, place: int) -> None:
    """The supplier's own fault, under a hash that fits: refused or accepted, and never anything else."""
    zone = RestrictedZone(tmp_path / "restricted", KEY)
    delivery = make(tmp_path / "landing", "lpr_a_diagnose", CONTRACTS["lpr_a_diagnose"])
    sent(lambda content: flipped(place % len(content), 4)(content))(delivery.folder)
    try:
        assert take_in(delivery, CONTRACTS["lpr_a_diagnose"], zone).adds_up
    except DeliveryRefused as refusal:
        assert_line(str(refusal), tmp_path)
    assert_no_litter(zone)
