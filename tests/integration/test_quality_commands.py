"""The commands about quality, and how a decision of the gate reaches a release, its manifest and the audit log."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from oeverum.settings import Settings
from quality.record import Records
from sandbox.audit import AuditLog
from sandbox.manifest import MANIFEST, latest
from sandbox.permits.model import DENMARK
from tests.commands import Type
from tests.homes import Road

BROKEN = "person/sex_in_list"
PROJECT = "readmissions-elderly"


@pytest.fixture
def broken(copy_of_road: Settings) -> Settings:
    """A home in which a mart was spoilt after it was built: the sex of all is a word that BEF does not know."""
    with duckdb.connect(str(copy_of_road.warehouse)) as connection:
        connection.execute("update marts.person set sex = 'other_word'")
    return copy_of_road


def override(home: Settings, *, days: int) -> None:
    """Two people let it through until so many days from now."""
    home.overrides.mkdir(exist_ok=True)
    told = {
        "expectation": BROKEN,
        "reason": "Mended with the next delivery.",
        "by": ["Anne Holm", "Peter Friis"],
        "until": datetime.now(DENMARK).date() + timedelta(days=days),
    }
    (home.overrides / "one.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")


def test_the_road_measured_what_it_built(road: Road) -> None:
    record = Records(road.settings.measures).newest()
    assert record is not None
    kept = sorted(path.name for path in road.settings.measures.iterdir())
    assert [name.partition(".")[2] for name in kept] == ["great_expectations.json", "json"]
    assert len(record.measures) > 400


def test_measuring_again_keeps_a_second_record(copy_of_road: Settings, type_in: Type) -> None:
    done = type_in(copy_of_road, "quality", "run")
    assert (done.exit_code, done.error) == (0, None)
    assert "the gate is open" in done.shown
    assert len([path for path in copy_of_road.measures.iterdir() if path.name.count(".") == 1]) == 2


def test_what_does_not_hold_closes_the_gate_until_two_people_let_it_through(broken: Settings, type_in: Type) -> None:
    done = type_in(broken, "quality", "run")
    assert done.exit_code == 11
    assert BROKEN in done.shown
    assert "other_word" not in done.shown
    override(broken, days=-1)
    assert type_in(broken, "quality", "run").exit_code == 11
    override(broken, days=0)
    done = type_in(broken, "quality", "run")
    assert done.exit_code == 0
    assert f"by Anne Holm and Peter Friis: {BROKEN}" in done.shown


@pytest.mark.long
def test_a_release_asks_the_newest_record(broken: Settings, type_in: Type) -> None:
    """The one of the build passed; measured again it does not, and with an override it is told who stands for it."""
    type_in(broken, "quality", "run")
    done = type_in(broken, "sandbox", "release", PROJECT)
    assert done.exit_code == 11
    override(broken, days=1)
    type_in(broken, "quality", "run")
    done = type_in(broken, "sandbox", "release", PROJECT)
    assert done.exit_code == 0
    release = latest(broken.releases, PROJECT)
    assert release is not None
    manifest = json.loads((release.folder / MANIFEST).read_text(encoding="utf-8"))
    (told,) = manifest["quality"]["overridden"]
    assert (told["expectation"], told["by"]) == (BROKEN, ["Anne Holm", "Peter Friis"])
    (entry,) = [entry for entry in AuditLog(broken.audit).read() if entry.facts.get("overridden")]
    assert (entry.kind, entry.facts["release"]) == ("release", release.release)
    assert entry.facts["overridden"][0]["until"] == told["until"]


def test_without_a_record_nothing_is_released(copy_of_road: Settings, tmp_path: Path, type_in: Type) -> None:
    for path in copy_of_road.measures.iterdir():
        path.unlink()
    assert type_in(copy_of_road, "sandbox", "release", PROJECT).exit_code == 11
    done = type_in(copy_of_road, "quality", "report", "--out", str(tmp_path / "q.html"))
    assert done.exit_code == 11


def test_a_page_of_its_own_is_written(copy_of_road: Settings, tmp_path: Path, type_in: Type) -> None:
    done = type_in(copy_of_road, "quality", "report", "--out", str(tmp_path / "q.html"))
    assert done.exit_code == 0
    page = (tmp_path / "q.html").read_text(encoding="utf-8")
    assert "The gate is open." in page
    assert 'class="months"' in page
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(", page)
    told = json.loads(type_in(copy_of_road, "quality", "report", "--json").shown)
    assert told["passed"] is True
    assert len(told["label"]) == 12


def test_a_delivery_has_a_page_of_its_own(copy_of_road: Settings, tmp_path: Path, type_in: Type) -> None:
    (delivery,) = (path.name for path in (copy_of_road.landing / "lpr_a_kontakt").iterdir())
    out = ["--out", str(tmp_path / "q.html")]
    done = type_in(copy_of_road, "quality", "report", "--delivery", f"lpr_a_kontakt/{delivery}", *out)
    assert (done.exit_code, done.error) == (0, None)
    page = (tmp_path / "q.html").read_text(encoding="utf-8")
    for told in (f"lpr_a_kontakt, delivery {delivery}", "<code>05.15</code>", 'class="months"', "<code>05.11</code>"):
        assert told in page
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(", page)
    as_data = json.loads(
        type_in(copy_of_road, "quality", "report", "--delivery", f"lpr_a_kontakt/{delivery}", "--json").shown
    )
    assert (as_data["source"], as_data["delivery"]) == ("lpr_a_kontakt", delivery)
    assert {rule["expectation"] for rule in as_data["rules"]} >= {"05.11", "05.15"}
    assert sum(as_data["rows_by_month"].values()) > 0
    # A source without rules tells of its intake and its limits.
    (other,) = (path.name for path in (copy_of_road.landing / "journalnotat").iterdir())
    as_data = json.loads(
        type_in(copy_of_road, "quality", "report", "--delivery", f"journalnotat/{other}", "--json").shown
    )
    assert (as_data["source"], as_data["rules"], as_data["measured_at"]) == ("journalnotat", [], None)
    assert as_data["flow"][1]["rows"] > 0
    for strange in ("lpr_a_kontakt/1999-01-01", "nobody/1", "lmdb"):
        assert type_in(copy_of_road, "quality", "report", "--delivery", strange, *out).exit_code == 2


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            "05.15",
            [
                "lpr_a_kontakt/05.15: A contact that started more than 30 days",
                "By delivery",
                "By month",
                "where (t.start_at",
            ],
        ),
        ("person/sex_in_list", ["blocks a release", "Measured", "from marts.person as t"]),
        ("lmdb/usual_volume", ["is a warning", "How it is seen:", "row_number() over"]),
        ("socioeconomy/quintiles_even", ["How it is counted:"]),
        ("person_id_unique", ["qualify count(*) over"]),
    ],
)
def test_a_rule_is_explained(rule: str, told: list[str], copy_of_road: Settings, type_in: Type) -> None:
    done = type_in(copy_of_road, "quality", "explain", rule)
    assert (done.exit_code, done.error) == (0, None)
    for text in told:
        assert text in done.shown


def test_a_rule_that_is_not_there_is_told(copy_of_road: Settings, type_in: Type) -> None:
    done = type_in(copy_of_road, "quality", "explain", "99.99")
    assert done.exit_code == 2


def test_the_rows_of_an_explained_rule_can_be_read(broken: Settings, type_in: Type) -> None:
    shown = type_in(broken, "quality", "explain", BROKEN).shown
    sql = shown.partition("warehouse/cohort.duckdb:\n")[2]
    with duckdb.connect(str(broken.warehouse), read_only=True) as connection:
        assert len(connection.execute(sql).fetchall()) > 100


@pytest.mark.parametrize("command", [("run",), ("report",), ("compare",), ("explain", "05.15")])
def test_before_the_first_build_it_is_told(tmp_path: Path, command: tuple[str, ...], type_in: Type) -> None:
    done = type_in(Settings(home=tmp_path / "empty"), "quality", *command)
    if command[0] == "explain":
        assert done.exit_code == 0
    else:
        assert "there is no warehouse yet" in str(done.error)


def test_a_second_opinion_counts_alike(broken: Settings, tmp_path: Path, type_in: Type) -> None:
    done = type_in(broken, "quality", "compare", "person", "--keep", str(tmp_path / "gx.json"))
    assert (done.exit_code, done.error) == (0, None)
    (line,) = [line for line in done.shown.splitlines() if BROKEN in line]
    rows, ours, second = re.findall(r"\d+", line.replace(",", ""))
    assert rows == ours == second
    assert "are counted alike" in done.shown
    kept = (tmp_path / "gx.json").read_text(encoding="utf-8")
    assert json.loads(kept)
    assert "other_word" not in done.shown + kept


def test_a_second_opinion_that_differs_ends_with_a_code(copy_of_road: Settings, type_in: Type) -> None:
    """Here because the rows are others at each look."""
    with duckdb.connect(str(copy_of_road.warehouse)) as connection:
        connection.execute("alter table marts.person rename to person_at_rest")
        connection.execute(
            "create view marts.person as select p.* replace (if(random() < 0.5, 'other_word', sex) as sex, "
            "if(random() < 0.5, null, birth_date) as birth_date) from marts.person_at_rest as p, range(100)"
        )
    done = type_in(copy_of_road, "quality", "compare", "person")
    assert done.exit_code == 1
    assert "differs" in done.shown
    assert "other_word" not in done.shown


def test_a_second_opinion_on_an_unknown_mart_is_told(copy_of_road: Settings, tmp_path: Path, type_in: Type) -> None:
    for strange in ("nobody", "lmdb"):
        done = type_in(copy_of_road, "quality", "compare", strange)
        assert done.exit_code == 1
        assert f"there is no mart {strange}; docs/reference/marts/" in str(done.error)
    done = type_in(copy_of_road, "quality", "compare", "person", "--keep", str(tmp_path / "gone" / "gx.json"))
    assert done.exit_code == 2
