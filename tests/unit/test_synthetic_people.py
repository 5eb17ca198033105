"""The people behind the extracts: the same in every world, references between sources, no life after death."""

import datetime as dt
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from synthetic import suppliers
from synthetic.cases import CASES
from synthetic.columns import Period, iso_week
from synthetic.delivery import SyntheticError
from synthetic.generator import synthesise
from synthetic.people import cpr
from synthetic.people.people import OF_A_DAY, same_day
from synthetic.people.pyramid import PLACES, born, permuted
from synthetic.suppliers import SOURCES
from synthetic.world import Block, World
from synthetic.world import Rows as SourceRows

ADULTS = 200
YEARS = {"first_year": 2018, "last_year": 2020}
REGION = {615, 657, 661, 665, 671, 706, 707, 710, 727, 730, 740, 741, 746, 751, 756, 760, 766, 779, 791}
# The day on which something happens to a person, by source.
HAPPENS = {
    "lpr_a_kontakt": "kont_starttidspunkt",
    "lmdb": "eksd",
    "laboratoriesvar": "datotid_proevetagning",
    "hjemmepleje_besoeg": "planlagt_start",
    "journalnotat": "notat_tidspunkt",
    "bef": "referencetid",
}
CONTRACTED = ("dod", "lpr_a_diagnose", "sssy", *HAPPENS)
PERSON = {"hjemmepleje_besoeg": "cpr", "journalnotat": "cpr", "laboratoriesvar": "patient_cpr"}
NAMES_OF_PERSON = ("pnr", "cpr", "patient_cpr", "PNR")

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    synthesise(adults=ADULTS, **YEARS, seed=5, landing=folder / "landing", truth=folder / "truth", sources=CONTRACTED)
    return folder


def _rows(home: Path, source: str, *, faulty: bool = False) -> Rows:
    """All delivered rows of a source, without those that hold a planted fault or breach."""
    faults = [row for kind in ("faults", "breaches") for row in pq.read_table(home / "truth" / kind).to_pylist()]
    found: Rows = []
    for folder in sorted((home / "landing" / source).iterdir()):
        path = next(path for path in folder.iterdir() if path.name != "delivery.yaml")
        if path.suffix == ".parquet":
            rows = pq.read_table(path).to_pylist()
        else:
            with path.open(encoding="latin-1") as file:
                names = file.readline().strip().split(";")
            rows = pc.read_csv(
                path,
                read_options=pc.ReadOptions(encoding="latin-1"),
                parse_options=pc.ParseOptions(delimiter=";"),
                convert_options=pc.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
                ),
            ).to_pylist()
        bad = {f["row_number"] for f in faults if f["source"] == source and f["delivery"] == folder.name}
        rows = [{name.lower(): value for name, value in row.items()} for row in rows]
        found += [row for number, row in enumerate(rows, start=1) if faulty or number not in bad]
    return found


def _people(home: Path) -> dict[str, dict[str, Any]]:
    """The people by every CPR number that they have or had."""
    people = pq.read_table(home / "truth" / "people").to_pylist()
    return {row[name]: row for row in people for name in ("pnr", "pnr_before") if row[name]}


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


FAST = ("bef", "dod", "lpr_a_kontakt", "lmdb")


def _written(folder: Path, adults: int = 40, **other: Any) -> Any:
    arguments: dict[str, Any] = {"adults": adults, **YEARS, "seed": 5, "sources": FAST, **other}
    return synthesise(**arguments, landing=folder / "landing", truth=folder / "truth")


def test_the_same_arguments_give_the_same_bytes(home: Path, tmp_path: Path) -> None:
    _written(tmp_path, ADULTS, sources=CONTRACTED)
    assert _files(tmp_path) == _files(home)


def test_another_machine_gives_the_same_bytes(tmp_path: Path) -> None:
    """numpy computes with the instructions that the processor has; without the newest ones, as on an older machine."""
    _written(tmp_path / "here")
    code = (
        "from pathlib import Path; from synthetic.generator import synthesise; p = Path(__import__('sys').argv[1]);"
        f"synthesise(adults=40, first_year=2018, last_year=2020, seed=5, sources={FAST!r},"
        " landing=p / 'landing', truth=p / 'truth')"
    )
    features = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])  # type: ignore[index, call-overload]
    old = {"NPY_DISABLE_CPU_FEATURES": " ".join(features), "PYTHONPATH": str(Path(suppliers.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True, env=old, timeout=120)
    assert _files(tmp_path / "there") == _files(tmp_path / "here")


def test_a_person_is_the_same_in_a_small_world_and_in_a_large_one(tmp_path: Path) -> None:
    _written(tmp_path / "small", 40, faults=0.0)
    _written(tmp_path / "large", 1200, faults=0.0)
    few, many = _people(tmp_path / "small"), _people(tmp_path / "large")
    assert few.items() <= many.items()
    for source in FAST:
        small = {tuple(row.values()) for row in _rows(tmp_path / "small", source)}
        large = {tuple(row.values()) for row in _rows(tmp_path / "large", source) if row["pnr"] in few}
        assert small == large, source


def test_parts_made_by_processes_hold_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _written(tmp_path / "one", 2100, sources=("dod",), workers=1)
    monkeypatch.setattr("synthetic.generator.BLOCKS", 1)
    monkeypatch.setattr("synthetic.parts.BLOCKS", 1)
    _written(tmp_path / "three", 2100, sources=("dod",), workers=1)
    folder = next((tmp_path / "three" / "landing" / "dod").iterdir())
    assert sorted(path.name for path in folder.glob("*.csv")) == ["dod-001.csv", "dod-002.csv", "dod-003.csv"]
    parts = b"".join(path.read_bytes().split(b"\n", 1)[1] for path in sorted(folder.glob("*.csv")))
    (whole,) = (tmp_path / "one" / "landing" / "dod").glob("*/dod.csv")
    assert whole.read_bytes().split(b"\n", 1)[1] == parts


def test_another_seed_gives_other_people(home: Path, tmp_path: Path) -> None:
    _written(tmp_path, ADULTS, seed=6)
    assert len(_people(tmp_path).keys() & _people(home).keys()) < ADULTS / 10


def test_more_draws_in_one_source_leave_the_others_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _written(tmp_path / "before")
    lmdb = SOURCES["lmdb"]

    def thirstier(block: Block) -> SourceRows:
        draws = block.rng
        monkeypatch.setattr(block, "rng", lambda stream: draws(f"other {stream}"))
        try:
            return lmdb.rows(block)
        finally:
            monkeypatch.setattr(block, "rng", draws)

    monkeypatch.setitem(SOURCES, "lmdb", replace(lmdb, rows=thirstier))
    _written(tmp_path / "after")
    before, after = _files(tmp_path / "before" / "landing"), _files(tmp_path / "after" / "landing")
    assert {name.split("/")[0] for name in before if before[name] != after[name]} == {"lmdb"}


def test_a_second_call_leaves_what_lies_there(tmp_path: Path) -> None:
    first = _written(tmp_path)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "landing").rglob("*") if p.is_file()}
    again = _written(tmp_path)
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "landing").rglob("*") if p.is_file()} == before
    assert sum(one.existing for one in first.sources) == 0
    assert all(one.existing == one.deliveries for one in again.sources)
    assert again.rows == first.rows


@pytest.mark.parametrize("source", FAST)
def test_another_delivery_of_the_same_name_stops_all_of_them(source: str, tmp_path: Path) -> None:
    _written(tmp_path / "other", seed=2, sources=(source,))
    shutil.copytree(tmp_path / "other" / "landing", tmp_path / "landing")
    before = _files(tmp_path / "landing")
    with pytest.raises(SyntheticError, match=f"{source}/202[01]-01-20"):
        _written(tmp_path)
    assert _files(tmp_path / "landing") == before
    assert not list((tmp_path / "landing").glob(".*"))
    assert _files(tmp_path / "truth") == {}


@pytest.mark.parametrize("other", [{"seed": 6}, {"deliveries": "daily"}, {"faults": 0.2}, {"adults": 50}], ids=str)
def test_two_worlds_do_not_mix(other: dict[str, Any], tmp_path: Path) -> None:
    _written(tmp_path)
    before = _files(tmp_path)
    with pytest.raises(SyntheticError, match="found that of another"):
        _written(tmp_path, **other)
    assert _files(tmp_path) == before


def test_fewer_sources_leave_the_truth_more_renew_it_and_others_are_refused(tmp_path: Path) -> None:
    _written(tmp_path)
    before = _files(tmp_path)
    _written(tmp_path, sources=("bef",))
    assert _files(tmp_path) == before
    _written(tmp_path, sources=(*FAST, "sssy"))
    after = _files(tmp_path)
    assert {name: text for name, text in before.items() if name.startswith("landing")}.items() <= after.items()
    told = set(pq.read_table(tmp_path / "truth" / "faults").column("source").to_pylist())
    assert told == {*FAST, "sssy"}
    with pytest.raises(SyntheticError, match="knows of other sources"):
        _written(tmp_path, sources=("bef", "plh"))


def test_a_folder_that_is_no_truth_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "truth" / "people").mkdir(parents=True)
    (tmp_path / "truth" / "people" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SyntheticError, match="found other files"):
        _written(tmp_path)
    assert (tmp_path / "truth" / "people" / "thesis.txt").read_text(encoding="utf-8") == "mine"
    assert not list((tmp_path / "landing").glob("*"))


def test_a_truth_that_cannot_be_written_is_named_before_anything_is_delivered(tmp_path: Path) -> None:
    (tmp_path / "truth").write_text("", encoding="utf-8")
    with pytest.raises(SyntheticError, match=r"cannot write the truth to .*/truth"):
        _written(tmp_path)
    assert not list((tmp_path / "landing").glob("*"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"adults": 3},
        {"adults": -1},
        {"adults": 2_000_000},
        {"first_year": 2021},
        {"last_year": 2080},
        {"seed": -1},
        {"faults": 1.5},
        {"deliveries": "hourly"},
        {"first_year": 2012, "last_year": 2029},
        {"sources": ("bef", "lpr4")},
        {"sources": ()},
    ],
    ids=str,
)
def test_arguments_out_of_range_are_refused_before_anything_is_written(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(SyntheticError, match="expected"):
        _written(tmp_path, **wrong)
    assert not list(tmp_path.iterdir())


def test_progress_tells_how_far_it_is_and_names_no_person(tmp_path: Path) -> None:
    lines: list[str] = []
    _written(tmp_path, 1500, sources=("dod",), progress=lines.append)
    told = re.compile(r"(1,[05]00) of 1,500 adults: [0-9]+ rows, [0-9,]+ a second")
    assert [match[1] for line in lines if (match := told.fullmatch(line))] == ["1,000", "1,500"]
    assert len(lines) == 2


def test_one_year_gives_one_delivery_of_each_source(tmp_path: Path) -> None:
    summary = _written(tmp_path, 60, first_year=2020, last_year=2020, sources=CONTRACTED)
    assert {one.deliveries for one in summary.sources} == {1}


def test_cpr_numbers_tell_birth_and_sex() -> None:
    rng = np.random.default_rng(3)
    birth = np.datetime64("1915-01-01", "D") + rng.integers(0, 96 * 365, 5000).astype("timedelta64[D]")
    sex, nth = rng.integers(1, 3, 5000), rng.integers(0, 400, 5000)
    numbers = cpr.numbers(birth, sex, nth)
    for number, day, kind in zip(numbers, birth.tolist(), sex, strict=True):
        assert _birth(str(number)) == day
        assert int(number[9]) % 2 == (1 if kind == 1 else 0)
    held = cpr.satisfies_modulus_11(numbers.astype(np.int64))
    old = birth < cpr.MODULUS_11_ENDS
    assert held[old & (nth < 150)].all()
    assert not held[old & (nth > 320)].any()
    assert held[~old].mean() < 0.2


def test_processes_side_by_side_give_the_same_bytes(tmp_path: Path) -> None:
    for workers in (1, 2):
        _written(tmp_path / str(workers), 10_100, sources=("dod", "plh"), workers=workers)
    assert _files(tmp_path / "1") == _files(tmp_path / "2")
    assert len(list((tmp_path / "2" / "truth" / "people").iterdir())) == 2


def test_no_more_than_two_children_of_a_sex_are_born_on_a_day_in_a_block() -> None:
    day = np.array(["2020-01-01", "2020-01-02", "2020-01-01", "2020-01-01", "2020-01-01"], dtype="datetime64[D]")
    assert same_day(day, np.array([1, 1, 1, 2, 1])).tolist() == [0, 0, 1, 0, 2]
    for number in range(12):
        people = Block(World(7, Period(2019, 2025), 10**6, 0.1), number).people
        children = np.flatnonzero(people.mother >= 0)
        assert (same_day(people.birth[children], people.sex[children]) < OF_A_DAY).all()
        assert len(np.unique(people.cpr)) == len(people)


def test_nobody_shares_a_number_in_the_largest_world() -> None:
    assert len(np.unique(permuted(np.arange(PLACES), 7))) == PLACES
    everyone = born(np.arange(0, PLACES, 11), seed=7, period=Period(2019, 2025))
    numbers = cpr.numbers(everyone.birth, everyone.sex, everyone.nth)
    assert len(np.unique(numbers)) == len(numbers)
    assert np.sum(everyone.unknown_day & (everyone.nth > 180)) > 20  # Their modulus 11 had run out.


def test_known_cpr_numbers_satisfy_or_fail_modulus_11() -> None:
    # 7*3 + 7*7 + 6*6 + 1*5 + 4*4 + 2*3 + 8*2 + 5*1 = 154 = 14 * 11; one more is not.
    assert cpr.satisfies_modulus_11(np.array([707614285, 707614286])).tolist() == [True, False]


def _birth(number: str) -> dt.date:
    """The date in a CPR number, by the century rule of the CPR office."""
    year, seventh = int(number[4:6]), int(number[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    return dt.date(century + year, int(number[2:4]), int(number[:2]))


def test_people_match_their_numbers_and_some_hold_letters(home: Path) -> None:
    people = _people(home)
    letters = [number for number in people if not number.isdigit()]
    assert letters
    assert all(not people[number]["in_register"] for number in letters)
    for number, person in people.items():
        if number.isdigit():
            assert _birth(number) == person["birth_date"]
        assert int(number[9]) % 2 == person["sex"] % 2


def test_iso_weeks_agree_with_the_calendar() -> None:
    days = np.arange(np.datetime64("2014-12-20"), np.datetime64("2027-01-10"))
    year, week = iso_week(days)
    for day, y, w in zip(days.tolist(), year.tolist(), week.tolist(), strict=True):
        assert day.isocalendar()[:2] == (y, w)


def test_as_many_adults_of_the_region_as_asked_for_are_seen(home: Path) -> None:
    adults, people = set(), _people(home)
    for row in _rows(home, "bef", faulty=True):
        born, day = people[row["pnr"]]["birth_date"], dt.date.fromisoformat(row["referencetid"])
        if (
            row["kom"]
            and int(row["kom"]) in REGION
            and (day.year - 18, day.month, day.day)
            >= (
                born.year,
                born.month,
                born.day,
            )
        ):
            adults.add(row["pnr"])
    assert len(adults) == ADULTS
    assert len(people) > ADULTS


@pytest.mark.parametrize("source", sorted(set(CONTRACTED) - {"lpr_a_diagnose"}))
def test_rows_are_about_the_people(source: str, home: Path) -> None:
    rows = _rows(home, source)
    assert {row[PERSON.get(source, "pnr")] for row in rows} <= _people(home).keys()
    assert rows


@pytest.mark.parametrize("source", sorted(HAPPENS))
def test_nothing_happens_after_death_or_before_birth(source: str, home: Path) -> None:
    people = _people(home)
    assert any(person["death_date"] for person in people.values())
    for row in _rows(home, source):
        person, day = people[row[PERSON.get(source, "pnr")]], str(row[HAPPENS[source]])[:10]
        assert str(person["birth_date"]) <= day
        if person["death_date"]:
            assert day <= str(person["death_date"])


def test_deaths_are_those_of_the_people(home: Path) -> None:
    people = _people(home)
    for row in _rows(home, "dod"):
        assert str(people[row["pnr"]]["death_date"]) == row["doddato"]


def test_diagnoses_belong_to_contacts_and_every_closed_one_has_its_action_diagnosis(home: Path) -> None:
    contacts = {row["dw_ek_kontakt"]: row for row in _rows(home, "lpr_a_kontakt", faulty=True)}
    action: dict[str, str] = {}
    secondary: dict[str, int] = {}
    for row in _rows(home, "lpr_a_diagnose"):
        assert row["dw_ek_kontakt"] in contacts
        if row["diag_kode_type"] == "A":
            assert row["dw_ek_kontakt"] not in action
            action[row["dw_ek_kontakt"]] = row["diag_kode"]
        if row["diag_kode_type"] == "B":
            secondary[row["dw_ek_kontakt"]] = secondary.get(row["dw_ek_kontakt"], 0) + 1
        assert (row["diag_parent_kode"] is not None) == (row["diag_kode_type"] == "+")
    clean = {row["dw_ek_kontakt"] for row in _rows(home, "lpr_a_kontakt")}
    for key, code in action.items():
        assert key not in clean or contacts[key]["adiag"] == code
    closed = {key for key in clean if contacts[key]["kont_sluttidspunkt"] is not None}
    delivered = Counter(row["dw_ek_kontakt"] for row in _rows(home, "lpr_a_diagnose", faulty=True))
    spoilt = delivered - Counter(row["dw_ek_kontakt"] for row in _rows(home, "lpr_a_diagnose"))
    assert closed - action.keys() <= spoilt.keys()  # Their diagnosis holds a planted fault or breach.
    assert max(secondary.values()) <= 5


def test_contacts_keep_the_rules_about_priority_and_cause(home: Path) -> None:
    for row in _rows(home, "lpr_a_kontakt"):
        acute = row["prioritet"] != "ATA3"
        somatic = row["kont_ans_hovedspec"].lower() != "psykiatri"
        must = acute and row["kont_type"] == "ALCA00" and somatic
        assert (row["kont_aarsag"] is not None) == must, "05.102-104"
        if row["kont_type"] == "ALCA20":
            assert not acute
            assert row["kont_sluttidspunkt"] - row["kont_starttidspunkt"] == dt.timedelta(minutes=1), "05.107"
        if row["beh_starttidspunkt"] and row["kont_sluttidspunkt"]:
            assert row["beh_starttidspunkt"] < row["kont_sluttidspunkt"], "05.13"


def test_notes_hold_every_recorded_span(home: Path) -> None:
    people = _people(home)
    notes = {row["notat_id"]: row for row in _rows(home, "journalnotat")}
    spans = pq.read_table(home / "truth" / "note_spans").to_pylist()
    assert {one["kind"] for one in spans} >= {"name", "cpr", "address", "phone", "email", "initials", "date"}
    for one in spans:
        if one["notat_id"] in notes:
            assert notes[one["notat_id"]]["notat_tekst"][one["start"] : one["end"]] == one["text"]
    told = {(one["notat_id"], one["text"].lower()) for one in spans}
    for key, row in notes.items():
        person, text = people[row["cpr"]], row["notat_tekst"].lower()
        # What is in the text of the patient's own identifiers is in the truth.
        for form in (person["pnr"], person["address"], person["name"], f"{person['pnr'][:6]}-{person['pnr'][6:]}"):
            if form.lower() in text:
                assert any(form.lower() in spoken for note, spoken in told if note == key)


def test_the_patient_of_a_note_is_the_person_of_the_structured_columns(home: Path) -> None:
    people = _people(home)
    staff = {row["name"] for row in pq.read_table(home / "truth" / "staff").to_pylist()}
    for row in _rows(home, "journalnotat"):
        person = people[row["cpr"]]
        assert row["patient_navn"] == person["name"]
        assert row["patient_adresse"] == f"{person['address']}, {person['town']}"
        assert row["patient_telefon"] == person["phone"]
        assert row["forfatter_navn"] in staff


@pytest.fixture(scope="module")
def block() -> Block:
    """A block of a world in which all is as hard as it gets."""
    cutoffs = (np.datetime64("2020-01-01"), np.datetime64("2021-01-20"))
    return Block(World(5, Period(2018, 2020), 1000, 1.0, cutoffs=cutoffs), 0)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_is_about_people_while_they_live(source: str, block: Block) -> None:
    rows = SOURCES[source].rows(block)
    assert len(rows.who) == rows.table.num_rows == len(rows.known)
    assert len(rows.who) > 0 or source in ("lpr_adm", "lpr_diag")
    assert set(rows.marks) <= set(CASES)
    people = block.people
    if rows.until is not None:
        assert (rows.until >= rows.known).all()
    for name in NAMES_OF_PERSON:
        if name in rows.table.column_names:
            numbers = set(people.cpr.tolist()) | set(people.cpr_before.tolist())
            assert set(rows.table.column(name).to_pylist()) <= numbers
    for name in rows.table.column_names:
        column = rows.table.column(name)
        if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
            when = column.to_numpy().astype("datetime64[D]")
            there = ~np.isnat(when)
            birth, death = people.birth[rows.who], people.death[rows.who]
            assert (when[there] >= birth[there]).all(), name
            dead = there & ~np.isnat(death)
            late = when[dead] > death[dead]
            assert not late.any() or name in AFTER_DEATH, name


# Answers come after the sample; a plan or a code may begin before and last beyond.
AFTER_DEATH = {"datotid_sidstesvar", "referencetid", "slut", "til", "fra"}


def test_a_clean_world_has_no_sown_cases(tmp_path: Path) -> None:
    summary = _written(tmp_path, 1000, faults=0.0, sources=CONTRACTED)
    assert summary.faults == 0
    kinds = set(pq.read_table(tmp_path / "truth" / "hard_cases").column("kind").to_pylist())
    natural = {"open_contact", "return", "answer_with_operator", "answer_in_words", "lpr2_row_in_lpr3"}
    assert kinds <= natural


def test_the_dial_decides_how_many(tmp_path: Path) -> None:
    little, much = (_written(tmp_path / str(d), 1000, faults=d, sources=("lmdb", "lpr_a_kontakt")) for d in (0.1, 0.9))
    assert 0 < little.faults < much.faults
    kinds = set(pq.read_table(tmp_path / "0.9" / "truth" / "hard_cases").column("kind").to_pylist())
    assert kinds >= {"nested_contact", "four_hours_apart", "stay_of_twelve_hours", "time_0100", "late_row"}


def test_from_one_half_on_whole_deliveries_are_spoilt_and_told(tmp_path: Path) -> None:
    sources = ("bef", "laboratoriesvar", "hjemmepleje_besoeg")
    for dial in (0.4, 1.0):
        _written(tmp_path / str(dial), 1000, faults=dial, sources=sources)
    told = {
        (one["source"], one["delivery"], one["rule"])
        for one in pq.read_table(tmp_path / "1.0" / "truth" / "faults").to_pylist()
        if one["row_number"] == 0
    }
    assert told == {
        ("bef", "2020-01-20", "columns"),
        ("laboratoriesvar", "2020-01-20", "encoding"),
        ("hjemmepleje_besoeg", "2021-01-20", "completeness"),
    }
    landing = tmp_path / "1.0" / "landing"
    heads = [(landing / "bef" / day / "bef.csv").read_bytes()[:8] for day in ("2020-01-20", "2021-01-20")]
    assert heads == [b"PNR;KOEN", b"pnr;koen"]
    answers = [
        (landing / "laboratoriesvar" / day / "laboratoriesvar.csv").read_bytes() for day in ("2020-01-20", "2021-01-20")
    ]
    assert ["æ".encode() in text for text in answers] == [True, False]
    assert "æ".encode("latin-1") in answers[1]
    for dial, there in ((0.4, True), (1.0, False)):
        rows = _rows(tmp_path / str(dial), "hjemmepleje_besoeg")
        june = [row for row in rows if row["planlagt_start"] and row["planlagt_start"][:7] == "2020-06"]
        assert june
        assert any(row["kommune_kode"] == "0746" for row in june) is there


def test_what_belongs_to_a_contact_comes_with_it(tmp_path: Path) -> None:
    sources = ("lpr_a_kontakt", "lpr_a_diagnose", "lpr_a_procedure", "journalnotat")
    _written(tmp_path, 1000, faults=1.0, deliveries="monthly", sources=sources)
    for folder in sorted((tmp_path / "landing" / "lpr_a_kontakt").iterdir()):
        keys = _contact_keys(folder)
        for source in ("lpr_a_diagnose", "lpr_a_procedure"):
            assert _contact_keys(tmp_path / "landing" / source / folder.name) <= keys, (source, folder.name)


def _contact_keys(folder: Path) -> set[str]:
    return set(pq.read_table(next(folder.glob("*.parquet"))).column("dw_ek_kontakt").to_pylist())


def test_the_dial_adds_cases_and_leaves_the_rest() -> None:
    """Emergency visits, outpatient courses and people are the same in a clean world and in a hard one."""
    period = Period(2018, 2020)
    clean, hard = (Block(World(5, period, 1000, dial), 0) for dial in (0.0, 1.0))
    assert np.array_equal(clean.people.death_at, hard.people.death_at, equal_nan=True)
    seen = []
    for contacts in (clean.contacts, hard.contacts):
        alone = contacts.acute & (contacts.stay < 0) & (contacts.start > np.datetime64("2019-02-03T00:00"))
        seen.append(set(zip(contacts.who[alone].tolist(), contacts.start[alone].tolist(), strict=True)))
    assert len(seen[0]) > 50
    assert seen[0] == seen[1]


def test_exact_hours_are_exact(block: Block) -> None:
    contacts = block.contacts
    twelve = contacts.case == 4
    length = (contacts.end - contacts.start).astype(np.int64)
    assert twelve.any()
    assert (length[twelve] == 720).all()
    four = np.flatnonzero(contacts.case == 2)
    assert len(four)
    ends = {(int(w), e) for w, e in zip(contacts.who, contacts.end.tolist(), strict=True)}
    gaps = [(int(contacts.who[at]), contacts.start[at].item() - dt.timedelta(hours=4)) in ends for at in four]
    assert np.mean(gaps) > 0.95


# A delivery in which a source would have nothing to tell does not come: `bef` is told of every quarter, and corrected
# two months later.
@pytest.mark.parametrize(("plan", "deliveries"), [("monthly", [9, 13, 13]), ("daily", [2, 32, 32])])
def test_every_plan_cuts_the_same_world(
    plan: str, deliveries: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in order, with each mode's rule, the deliveries of every plan end in the same state."""
    # They fall on other rows in another plan.
    monkeypatch.setattr("synthetic.faults.FAULTS", {})
    monkeypatch.setattr("synthetic.breaches.planting.BREACHES", {})
    arguments: dict[str, Any] = {"deliveries": plan, "faults": 1.0, "sources": ("bef", "lpr_a_kontakt", "lmdb")}
    _written(tmp_path, 600, **arguments)
    counted = [len(list((tmp_path / "landing" / source).iterdir())) for source in ("bef", "lpr_a_kontakt", "lmdb")]
    assert counted == deliveries
    _written(tmp_path / "yearly", 600, **{**arguments, "deliveries": "yearly"})
    for source, key in (("bef", ("pnr", "referencetid")), ("lpr_a_kontakt", None), ("lmdb", ())):
        assert _state(tmp_path, source, key) == _state(tmp_path / "yearly", source, key), source


def _state(home: Path, source: str, key: tuple[str, ...] | None) -> set[tuple[Any, ...]]:
    """What is known in the end: the last delivery (None), all rows (no key), or the last row of each key. What only the
    daily plan, which ends earlier, does not know yet is left out.
    """
    state: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    end = dt.date(2020, 8, 15).isoformat()
    for folder in sorted((home / "landing" / source).iterdir()):
        if key is None:
            state = {}
        only = home / "only"
        shutil.rmtree(only, ignore_errors=True)
        shutil.copytree(folder, only / "landing" / source / folder.name)
        shutil.copytree(home / "truth", only / "truth")
        for row in _rows(only, source):
            # What the daily plan, which ends three weeks earlier, does not know yet, is left out.
            if str(row[HAPPENS[source]])[:10] < end:
                state[tuple(row[name] for name in key) if key else tuple(row.values())] = tuple(row.values())
    return set(state.values())


def test_corrections_come_in_a_later_delivery(tmp_path: Path) -> None:
    _written(tmp_path, 1000, faults=1.0, deliveries="monthly", sources=("bef", "hjemmepleje_besoeg"))
    for source, key in (("bef", ("pnr", "referencetid")), ("hjemmepleje_besoeg", ("besoeg_id",))):
        by_key: dict[tuple[str, ...], set[tuple[Any, ...]]] = {}
        for row in _rows(tmp_path, source):
            by_key.setdefault(tuple(row[name] for name in key), set()).add(tuple(row.values()))
        assert sum(len(versions) > 1 for versions in by_key.values()) > 3, source
