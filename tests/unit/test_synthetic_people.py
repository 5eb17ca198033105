"""The people behind the extracts: CPR numbers, references between sources, no life after death, notes as recorded."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from synthetic import cpr, generator
from synthetic.columns import iso_week
from synthetic.delivery import MODES, SyntheticError
from synthetic.generator import synthesise

ADULTS = 200
YEARS = {"first_year": 2018, "last_year": 2020}
REGION = {615, 657, 661, 665, 671, 706, 707, 710, 727, 730, 740, 741, 746, 751, 756, 760, 766, 779, 791}
PERSON = {"hjemmepleje_besoeg": "cpr", "journalnotat": "cpr", "laboratoriesvar": "patient_cpr"}
# The day on which something happens to a person, by source.
HAPPENS = {
    "lpr_a_kontakt": "kont_starttidspunkt",
    "lmdb": "eksd",
    "laboratoriesvar": "datotid_proevetagning",
    "hjemmepleje_besoeg": "planlagt_start",
    "journalnotat": "notat_tidspunkt",
    "bef": "referencetid",
}

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    synthesise(adults=ADULTS, **YEARS, seed=5, landing=folder / "landing", truth=folder / "truth")
    return folder


def _rows(home: Path, source: str, *, faulty: bool = False) -> Rows:
    """All delivered rows of a source, without those that hold a planted fault."""
    faults = pq.read_table(home / "truth" / "faults.parquet").to_pylist()
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
        found += [row for number, row in enumerate(rows, start=1) if faulty or number not in bad]
    return found


def _people(home: Path) -> dict[str, dict[str, Any]]:
    return {row["pnr"]: row for row in pq.read_table(home / "truth" / "people.parquet").to_pylist()}


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_arguments_give_the_same_bytes(home: Path, tmp_path: Path) -> None:
    synthesise(adults=ADULTS, **YEARS, seed=5, landing=tmp_path / "landing", truth=tmp_path / "truth")
    assert _files(tmp_path) == _files(home)


def test_another_seed_gives_other_people(home: Path, tmp_path: Path) -> None:
    synthesise(adults=ADULTS, **YEARS, seed=6, landing=tmp_path / "landing", truth=tmp_path / "truth")
    assert len(_people(tmp_path).keys() & _people(home).keys()) < ADULTS / 10


def test_more_draws_in_one_source_leave_the_others_as_they_are(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = generator._SOURCES["lmdb"]

    def thirstier(world: Any, rng: np.random.Generator) -> Any:
        rng.random(1000)
        return make(world, rng)

    monkeypatch.setitem(generator._SOURCES, "lmdb", thirstier)
    synthesise(adults=ADULTS, **YEARS, seed=5, landing=tmp_path / "landing", truth=tmp_path / "truth")
    before, after = _files(home / "landing"), _files(tmp_path / "landing")
    changed = {name.split("/")[0] for name in before if before[name] != after[name]}
    assert changed == {"lmdb"}


def test_a_second_call_leaves_what_lies_there(home: Path, tmp_path: Path) -> None:
    arguments = {"adults": 40, **YEARS, "landing": tmp_path / "landing", "truth": tmp_path / "truth"}
    first = synthesise(**arguments, seed=1)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "landing").rglob("*") if p.is_file()}
    again = synthesise(**arguments, seed=1)
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "landing").rglob("*") if p.is_file()} == before
    assert sum(one.existing for one in first.sources) == 0
    assert all(one.existing == one.deliveries for one in again.sources)
    assert again.rows == first.rows


def test_another_delivery_of_the_same_name_is_never_overwritten(tmp_path: Path) -> None:
    arguments = {"adults": 40, **YEARS, "landing": tmp_path / "landing", "truth": tmp_path / "truth"}
    synthesise(**arguments, seed=1)
    before = _files(tmp_path / "landing")
    with pytest.raises(SyntheticError, match="bef/2020-01-20"):
        synthesise(**arguments, seed=2)
    assert _files(tmp_path / "landing") == before
    assert not list((tmp_path / "landing").glob(".*"))


@pytest.mark.parametrize(
    "wrong", [{"adults": 3}, {"first_year": 2021}, {"last_year": 2080}, {"seed": -1}], ids=lambda w: next(iter(w))
)
def test_arguments_out_of_range_are_refused_before_anything_is_written(wrong: dict[str, int], tmp_path: Path) -> None:
    arguments = {"adults": 40, **YEARS, "seed": 1, **wrong}
    with pytest.raises(SyntheticError, match="expected"):
        synthesise(**arguments, landing=tmp_path / "landing", truth=tmp_path / "truth")
    assert not list(tmp_path.iterdir())


def test_progress_names_every_source_and_no_person(tmp_path: Path) -> None:
    lines: list[str] = []
    synthesise(
        adults=40, **YEARS, seed=1, landing=tmp_path / "landing", truth=tmp_path / "truth", progress=lines.append
    )
    assert [line.split(":")[0] for line in lines[1:]] == list(MODES)
    assert not any(person in line for line in lines for person in _people(tmp_path))


def test_one_year_gives_one_delivery_of_each_source(tmp_path: Path) -> None:
    summary = synthesise(
        adults=60, first_year=2020, last_year=2020, seed=1, landing=tmp_path / "landing", truth=tmp_path / "truth"
    )
    assert {one.deliveries for one in summary.sources} == {1}


def test_cpr_numbers_tell_birth_and_sex_and_are_unique() -> None:
    rng = np.random.default_rng(3)
    birth = np.datetime64("1915-01-01", "D") + rng.integers(0, 96 * 365, 5000).astype("timedelta64[D]")
    sex = rng.integers(1, 3, 5000)
    control = rng.random(5000) < 0.9
    numbers = cpr.draw(birth, sex, modulus_11=control, rng=rng)
    assert len(set(numbers)) == 5000
    for number, born, kind in zip(numbers, birth.tolist(), sex, strict=True):
        assert _birth(str(number)) == born
        assert int(number[9]) % 2 == (1 if kind == 1 else 0)
    held = cpr.satisfies_modulus_11(numbers.astype(np.int64))
    assert held[control].all()
    assert held[~control].mean() < 0.2


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


@pytest.mark.parametrize("source", sorted(set(MODES) - {"lpr_a_diagnose"}))
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
    assert len(closed - action.keys()) <= 4  # Their diagnosis holds a planted fault.
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


def test_a_later_delivery_corrects_rows_of_the_year_before(home: Path) -> None:
    for source, key in (("bef", ("pnr", "referencetid")), ("hjemmepleje_besoeg", ("besoeg_id",))):
        folders = sorted((home / "landing" / source).iterdir())
        assert len(folders) == 2
        rows = _rows(home, source)
        by_key: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in rows:
            by_key.setdefault(tuple(row[name] for name in key), []).append(row)
        twice = [versions for versions in by_key.values() if len(versions) == 2]
        assert 4 <= len(twice) <= 12
        assert all(first != second for first, second in twice)


def test_notes_hold_every_recorded_mention_and_stay_within_their_length(home: Path) -> None:
    people = _people(home)
    notes = {row["notat_id"]: row for row in _rows(home, "journalnotat")}
    mentions = pq.read_table(home / "truth" / "note_mentions.parquet").to_pylist()
    assert {one["kind"] for one in mentions} == {"name", "cpr", "address", "phone", "email", "initials"}
    for one in mentions:
        if one["notat_id"] in notes:
            assert one["text"] in notes[one["notat_id"]]["notat_tekst"]
    lengths = [len(row["notat_tekst"]) for row in notes.values()]
    assert min(lengths) >= 180
    assert max(lengths) <= 750
    told = {(one["notat_id"], one["text"]) for one in mentions}
    for key, row in notes.items():
        person, text = people[row["cpr"]], row["notat_tekst"]
        assert "{" not in text
        # What is in the text of the patient's own identifiers is in the truth.
        for form in (person["pnr"], person["address"], person["name"], f"{person['pnr'][:6]}-{person['pnr'][6:]}"):
            if form in text:
                assert any(form in spoken for note, spoken in told if note == key)


def test_the_patient_of_a_note_is_the_person_of_the_structured_columns(home: Path) -> None:
    people = _people(home)
    staff = {row["name"] for row in pq.read_table(home / "truth" / "staff.parquet").to_pylist()}
    for row in _rows(home, "journalnotat"):
        person = people[row["cpr"]]
        assert row["patient_navn"] == person["name"]
        assert row["patient_adresse"] == f"{person['address']}, {person['town']}"
        assert row["patient_telefon"] == person["phone"]
        assert row["forfatter_navn"] in staff
