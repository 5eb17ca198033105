"""No identifier of a person outside landing/ and restricted/: not in data, not in logs, not in metadata."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from oeverum.settings import Settings
from orchestration.road import travel
from tests.commands import Type
from tests.homes import Road
from tests.integration.truth import WORD, Truth, texts_of_parquet, texts_of_releases, texts_of_warehouse

# Wherever it stands, also inside of other digits.
VERBATIM_STREET = re.compile(r"(?:[^\W\d_]+ ){1,5}\d+(?: ?[a-z]\b)?")
VERBATIM_PHONE = re.compile(r"(?<![0-9a-f])([0-9]{8})(?![0-9a-f])")
VERBATIM_CPR = re.compile(r"(?=([0-9]{6})-?([0-9][0-9A-Z]{3}))")


@pytest.fixture(scope="module")
def truth(road: Road) -> Truth:
    return Truth(road.settings)


def test_the_search_finds_what_it_is_for(truth: Truth) -> None:
    cpr, name = sorted(truth.cprs)[0], sorted(truth.names)[0]
    phone, address = sorted(truth.phones)[0], sorted(truth.addresses)[0]
    assert truth.found_in(f"pt. {cpr[:6]}-{cpr[6:]}, set i dag") == {"cpr"}
    assert truth.found_in(f"Vi har talt med {name.title()}.") == {"name"}
    assert truth.found_in(f"tlf. {phone[:2]} {phone[2:4]} {phone[4:6]} {phone[6:]}") == {"phone"}
    assert truth.found_in(f"bor {address.title()}, 2. tv") == {"address"}
    assert truth.found_in("RR 120/80, tablet Pinex 500 mg x 4, CRP <5") == set()


def test_the_source_texts_are_full_of_them(truth: Truth) -> None:
    found = [truth.found_in(text) for _, _, text in texts_of_parquet(truth.settings.landing / "journalnotat")]
    for kind in ("cpr", "name", "phone", "address", "email"):
        assert sum(kind in kinds for kinds in found) > 20, kind


@pytest.mark.parametrize("zone", ["lake", "releases"])
def test_none_in_parquet(truth: Truth, zone: str) -> None:
    seen = 0
    texts = texts_of_releases if zone == "releases" else texts_of_parquet
    for path, column, text in texts(truth.settings.home / zone):
        seen += 1
        assert not truth.found_in(text), f"{path.parent.name}/{path.name}, column {column}"
    assert seen > 1000


def test_none_in_the_warehouse(truth: Truth) -> None:
    seen = 0
    for table, column, text in texts_of_warehouse(truth.settings.warehouse):
        seen += 1
        assert not truth.found_in(text), f"{table}.{column}"
    assert seen > 1000


def test_none_in_any_other_file_or_name(truth: Truth) -> None:
    """Manifests, codebooks, Dagster's records and logs, dbt's logs, the audit log; and names of all files."""
    home = truth.settings.home
    seen = 0
    for path in sorted(home.rglob("*")):
        zone = path.relative_to(home).parts[0]
        assert not truth.found_in(path.name), zone
        if path.is_file() and zone in ("state", "releases", "warehouse", "lake") and path.suffix != ".parquet":
            raw = path.read_bytes()
            text = raw.decode("latin-1") if path.suffix in (".db", ".duckdb", "") else raw.decode("utf-8", "replace")
            assert not _kinds_verbatim(truth, text, binary=path.suffix in (".db", ".duckdb", "")), f"{zone}/{path.name}"
            seen += 1
    assert seen > 20


@pytest.mark.long  # Great Expectations is asked of every mart.
def test_none_in_what_the_commands_of_quality_write_and_print(
    truth: Truth, copy_of_road: Settings, type_in: Type, tmp_path: Path
) -> None:
    settings, out = copy_of_road, ["--out", str(tmp_path / "q.html")]
    told = []

    def add(*typed: str, file: str | None = None) -> None:
        done = type_in(settings, "quality", *typed)
        assert done.exit_code == 0, typed
        told.append((typed, done.shown))
        if file:
            told.append((typed, (tmp_path / file).read_text(encoding="utf-8")))

    add("run")
    add("report", *out, file="q.html")
    add("report", "--json")
    for folder in sorted(settings.lake.glob("*/*/delivery=*")):
        delivery = f"{folder.parents[1].name}/{folder.name.partition('=')[2]}"
        add("report", "--delivery", delivery, *out, file="q.html")
        add("report", "--delivery", delivery, "--json")
    for rule in ("lpr_a_kontakt/05.15", "hospital_stay/discharge_told_to_municipality", "lmdb/no_thin_month"):
        add("explain", rule)
    add("compare", "--keep", str(tmp_path / "second.json"), file="second.json")
    assert len(told) > 40
    assert sum(len(text) for _, text in told) > 500_000
    for typed, text in told:
        assert not _kinds_verbatim(truth, text, binary=False), typed


def _kinds_verbatim(truth: Truth, text: str, *, binary: bool) -> set[str]:
    """Kinds found verbatim; telephone numbers in texts alone, since bytes form eight digits by chance."""
    lower = text.lower()
    kinds = set()
    if any(match[1] + match[2] in truth.cprs for match in VERBATIM_CPR.finditer(text)):
        kinds.add("cpr")
    words = WORD.findall(lower)
    if any(" ".join(words[i : i + n]) in truth.names for n in (2, 3, 4) for i in range(len(words) - n + 1)):
        kinds.add("name")
    if any(truth.ends_in_address(match[0]) for match in VERBATIM_STREET.finditer(lower)):
        kinds.add("address")
    if not binary and any(match[1] in truth.phones for match in VERBATIM_PHONE.finditer(text)):
        kinds.add("phone")
    return kinds


@pytest.mark.long
def test_a_planted_leak_stops_the_delivery(road: Road, tmp_path: Path) -> None:
    """A CPR number in a column that the contract calls plain never reaches the lake; the rest of the road goes on."""
    shutil.copytree(road.settings.home, tmp_path / "home")
    settings = Settings(home=tmp_path / "home")
    cpr = sorted(Truth(settings).cprs)[0]
    source = settings.landing / "lmdb"
    (before,) = source.iterdir()
    _redeliver_with(before, source / "2026-02-20", f"20 tabl. til {cpr[:6]}-{cpr[6:]}")
    steps = travel(settings)
    (step,) = [step for step in steps if step.subject == "lmdb/2026-02-20"]
    assert (step.outcome, step.exit_code) == ("refused", 19)
    assert "packtext: cpr, rows 1" in step.detail
    assert cpr not in step.detail
    assert not (settings.lake / "lmdb" / "lmdb" / "delivery=2026-02-20").exists()
    assert [s.outcome for s in steps if s.zone == "warehouse"] == ["already there"]
    for path in settings.state.rglob("*"):
        if path.is_file():
            assert cpr[:6] + "-" + cpr[6:] not in path.read_bytes().decode("latin-1"), path.name


def _redeliver_with(before: Path, after: Path, packtext: str) -> None:
    """A delivery of one row of another, with its packtext changed."""
    import hashlib

    after.mkdir()
    lines = (before / "lmdb.csv").read_text(encoding="latin-1").splitlines()
    header, row = lines[0].split(";"), lines[5].split(";")
    row[header.index("packtext")] = packtext
    content = (lines[0] + "\n" + ";".join(row) + "\n").encode("latin-1")
    (after / "lmdb.csv").write_bytes(content)
    manifest = yaml.safe_load((before / "delivery.yaml").read_text(encoding="utf-8"))
    manifest["delivery"] = after.name
    manifest["created"] = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    manifest["files"] = [{"name": "lmdb.csv", "sha256": hashlib.sha256(content).hexdigest(), "rows": 1}]
    (after / "delivery.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
