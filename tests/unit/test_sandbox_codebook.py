"""The codebook: everything in a release is explained in it, no value of few people is, and the page stands alone."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sandbox.codebook.content import Codebook, build_codebook
from sandbox.codebook.counting import told_of_columns
from sandbox.errors import ReleaseError
from sandbox.manifest import Release, ReleasedTable
from sandbox.parquet import write_parquet
from sandbox.permits.model import Permit
from sandbox.query import run
from tests.released import key_to, read
from tests.unit.sandbox_door import EVERYTHING, Place, dbt_manifest
from tests.unit.sandbox_warehouse import a_permit

NO_END_TAG = {"meta", "input", "br"}


class Page(HTMLParser):
    """Collects the ids, links and tags of a page, and asserts that its tags are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.tags.append(tag)
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(given[name]) for name in ("href", "src", "action", "srcset") if name in given]
        if tag not in NO_END_TAG:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A practice release with every column of every mart."""
    return Place(tmp_path_factory.mktemp("place"), tier="practice").release()


@pytest.fixture(scope="module")
def book(release: Release) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((release.folder / "codebook.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def html(release: Release) -> str:
    return (release.folder / "codebook.html").read_text(encoding="utf-8")


def test_every_column_of_every_mart_has_a_meaning_and_an_origin(book: dict[str, Any]) -> None:
    told = {table["name"]: [column["name"] for column in table["columns"]] for table in book["tables"]}
    assert told == {table: ["subject_id", *asked["columns"]] for table, asked in EVERYTHING.items()}
    for table in book["tables"]:
        assert table["grain"].startswith("One row per")
        assert table["steps"]
        for column in table["columns"]:
            assert len(column["meaning"]) > 10
            assert column["origin"] or column["origin_note"], f"{table['name']}.{column['name']}"
    sources = {
        f"{source['name']}.{column['name']}": column for source in book["sources"] for column in source["columns"]
    }
    assert {name for table in book["tables"] for column in table["columns"] for name in column["origin"]} == set(
        sources
    )
    assert all(column["meaning"] for column in sources.values())


def test_the_origin_is_that_of_the_model_and_the_meaning_of_the_source_stands_beside(book: dict[str, Any]) -> None:
    (person,) = (table for table in book["tables"] if table["name"] == "person")
    (born,) = (column for column in person["columns"] if column["name"] == "birth_date")
    assert (born["type"], born["origin"]) == ("DATE", ["bef.foed_dag"])
    (bef,) = (source for source in book["sources"] if source["name"] == "bef")
    assert {"name": "foed_dag", "meaning": "Date of birth."} in bef["columns"]


def test_keys_of_one_kind_name_each_other(book: dict[str, Any]) -> None:
    joins = {f"{t['name']}.{c['name']}": c["joins"] for t in book["tables"] for c in t["columns"]}
    assert "hospital_contact.contact_id" in joins["note.contact_id"]
    assert "hospital_stay.stay_id" in joins["readmission.readmission_stay_id"]
    assert joins["person.sex"] == joins["home_care_visit.visit_id"] == []


def test_of_few_people_no_value_of_a_row_stands_in_it(release: Release, html: str, book: dict[str, Any]) -> None:
    texts = html + json.dumps(book)
    # Codes and words that the documentation itself gives as examples are not told from the rows.
    documented = json.dumps(dbt_manifest(), default=str)
    checked = 0
    for table in release.tables:
        rows = read(release, table.name)
        for column in rows.column_names:
            for value in {str(value) for value in rows[column].to_pylist() if value is not None}:
                if len(value) > 5 and value not in documented:
                    assert not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", texts), f"{table.name}.{column}"
                    checked += 1
    assert checked > 300


def test_the_page_stands_alone_and_its_links_lead_somewhere(html: str) -> None:
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert {link.partition("#")[0] for link in page.links} == {""}
    assert {link.partition("#")[2] for link in page.links} <= set(page.ids)
    assert not re.search(r"https?:|url\(|@import|//[a-z]", html)
    assert not {"link", "img", "iframe", "object", "form"} & set(page.tags)


def test_what_a_permit_says_is_text_and_never_markup(tmp_path: Path) -> None:
    bad = '<script>alert("1")</script> & \'<b>'
    place = Place(tmp_path, title=bad, purpose=bad, legal_basis=bad, controller=bad, contact='"><b>@x.invalid')
    html = (place.release().folder / "codebook.html").read_text(encoding="utf-8")
    assert Page(html).tags.count("script") == 1
    assert "&lt;script&gt;alert(" in html
    assert '"><b>@' not in html


def test_the_queries_run_on_the_release_itself(release: Release, book: dict[str, Any]) -> None:
    answers = [run(release=release, key=key_to(release), sql=query["sql"]) for query in book["queries"]]
    assert len(answers) == 3
    assert answers[0].to_pylist() == [{"people": release.subjects}]
    assert all(answer.num_rows for answer in answers)


def test_a_release_of_one_table_has_a_codebook_too(tmp_path: Path) -> None:
    release = Place(tmp_path, tables={"note": {"columns": ["note_id", "note_text"]}}).release()
    book = json.loads((release.folder / "codebook.json").read_text(encoding="utf-8"))
    assert [run(release=release, key=key_to(release), sql=query["sql"]).num_rows for query in book["queries"]] == [1]
    Page((release.folder / "codebook.html").read_text(encoding="utf-8"))


def test_the_days_that_rows_lie_in_are_told_where_dates_are_moved(tmp_path: Path) -> None:
    permit = {"dates": "shifted", "period": {"from": "2010-01-01", "to": "2030-01-01"}}
    release = Place(tmp_path, tables={"note": {"columns": ["note_text"]}}, **permit).release()
    (told,) = json.loads((release.folder / "codebook.json").read_text(encoding="utf-8"))["tables"]
    window = release.tables[0].window
    assert window
    assert told["window"] == dict(zip(("from", "to"), window, strict=True))
    page = (release.folder / "codebook.html").read_text(encoding="utf-8")
    assert all(f"<time>{day}</time>" in page for day in window)


def test_where_nobody_sees_rows_counts_are_told_about_and_two_releases_tell_the_same(tmp_path: Path) -> None:
    """One person more, with six rows: an exact count of the next release beside this one would be that person's."""
    books, pages = [], []
    for people in (200, 201):
        folder = tmp_path / str(people)
        folder.mkdir()
        subjects = [f"P{number:011}" for number in range(people)] + ["P00000000200"] * (5 * (people - 200))
        table = pa.table({"subject_id": sorted(subjects), "npu_code": ["NPU27300"] * len(subjects)})
        made = of_table(folder, "lab_result", table, people=people, tier="company", small_cell_threshold=5)
        books.append(made.json)
        pages.append(made.html)
    assert [[table["rows"] for table in book["tables"]] for book in books] == [[200], [200]]
    assert [book["flow"] for book in books] == [[{"told": "in the registers", "people": 200, "left_out": 0}]] * 2
    assert pages[0] == pages[1]
    assert "about 200 rows" in pages[0]
    assert [book["counts"] for book in books] == ["about", "about"]


KEY = bytes(range(16))


def of_values(folder: Path, values: list[str | None], manifest: dict[str, Any] | None = None) -> Codebook:
    """The codebook of one table with one column."""
    return of_columns(folder, "person", {"sex": pa.array(values, pa.string())}, manifest=manifest)


def of_columns(
    folder: Path, name: str, given: dict[str, pa.Array], *, manifest: dict[str, Any] | None = None, least: int = 5
) -> Codebook:
    """The codebook of one table, each row of which is of another person."""
    rows = len(next(iter(given.values())))
    people = [f"S{number:05}" for number in range(rows)]
    table = pa.table({"subject_id": pa.array(people, pa.string()), **given})
    return of_table(folder, name, table, people=rows, manifest=manifest, small_cell_threshold=least)


def of_table(
    folder: Path, name: str, table: pa.Table, *, people: int, manifest: dict[str, Any] | None = None, **permit: object
) -> Codebook:
    """The codebook of one table of so many people."""
    written = write_parquet(
        iter(table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]),
        path=folder / f"{name}.parquet",
        rows=table.num_rows,
        key=KEY,
        progress=lambda line: None,
    )
    return build_codebook(
        permit=Permit.model_validate(a_permit(**permit)),
        tables=[ReleasedTable(name, f"{name}.parquet", table.num_rows, "", "", written.columns)],
        flow=[{"told": "in the registers", "people": people, "left_out": 0}],
        folder=folder,
        key=KEY,
        release="r0001-01234567",
        created=datetime(2026, 2, 1, tzinfo=UTC),
        dbt_manifest=manifest or dbt_manifest(),
    )


FEW_AND_ENOUGH: dict[str, pa.Array] = {
    # Of 200 people one, four and five have these, and all others something else.
    "npu_code": pa.array(["QQ1111", *["QQ4444"] * 4, *["QQ5555"] * 5, *["NPU27300"] * 190]),
    "result_text": pa.array(["QQtext"] * 200),
    "result_value": pa.array([98765.25, *[43210.75] * 4, *[7.25] * 5, *[float(at % 7) for at in range(190)]]),
    "sampled_at": pa.array(
        [datetime(1871, 5, 6), *[datetime(1944, 5, 6)] * 4, *[datetime(2011, 5, 6)] * 5]
        + [datetime(2012 + at % 6, 5, 6) for at in range(190)],
        pa.timestamp("us"),
    ),
    "is_cancelled": pa.array([False] * 200),
    "lab_result_id": pa.array(["QQkey"] * 200),
}


def test_what_one_person_has_stands_nowhere_and_what_enough_have_does(tmp_path: Path) -> None:
    book = of_columns(tmp_path, "lab_result", FEW_AND_ENOUGH)
    told = {column["name"]: column["distribution"] for column in book.json["tables"][0]["columns"]}
    for text in (json.dumps(book.json["tables"]), book.html):
        for hidden in ("QQ1111", "QQ4444", "QQtext", "QQkey", "98765", "98,765", "43210", "43,210", "1871", "1944"):
            assert hidden not in text
        assert "QQ5555" in text
    assert [part["value"] for part in told["npu_code"]["parts"]] == ["NPU27300", "QQ5555"]
    # Two hidden values, of five of 200 people together.
    assert told["npu_code"]["others_percent"] == 5
    assert [part["to"] for part in told["sampled_at"]["parts"]] == [2012, 2013, 2014, 2015, 2016, 2017, None]
    assert told["result_value"]["parts"][-1] == {"from": 7, "to": None, "percent": 5}
    assert told["is_cancelled"]["parts"] == [{"value": "false", "percent": 100}]
    assert [told[name]["why"] for name in ("subject_id", "lab_result_id", "result_text")] == [
        "a key",
        "a key",
        "free text",
    ]
    few = of_columns(tmp_path, "lab_result", {**FEW_AND_ENOUGH, "npu_code": pa.array(["QQ4444"] * 4 + ["a"] * 196)})
    assert "QQ4444" not in json.dumps(few.json) + few.html


def test_of_two_people_nothing_is_told_whatever_a_permit_says(tmp_path: Path) -> None:
    codes = pa.array(["QQ2222"] * 2 + ["QQ2223"] * 2 + ["QQ3333"] * 3 + ["a"] * 293)
    book = of_columns(tmp_path, "lab_result", {"npu_code": codes}, least=1)
    assert [value in json.dumps(book.json) for value in ("QQ2222", "QQ2223", "QQ3333")] == [False, False, True]


def test_the_bars_say_what_they_show_and_the_same_release_has_the_same_codebook(tmp_path: Path) -> None:
    book = of_columns(tmp_path, "lab_result", FEW_AND_ENOUGH)
    page = Page(book.html)
    # Codes, numbers, times and a boolean; no key and no text.
    assert book.html.count('<details class="d">') == page.tags.count("ul") == 4
    for shown in ("NPU27300", "QQ5555", "others", "before 2012", "2013", "2017 or later", "under 1", "2 up to 3"):
        assert f"<span>{shown}</span>" in book.html
    assert "Values of fewer than 5 people" in book.html
    again = of_columns(tmp_path, "lab_result", FEW_AND_ENOUGH)
    assert (again.html, json.dumps(again.json)) == (book.html, json.dumps(book.json))


def test_a_code_that_looks_like_markup_is_text(tmp_path: Path) -> None:
    html = of_columns(tmp_path, "lab_result", {"npu_code": pa.array(["<b>bad</b>"] * 500 + ["", "a"] * 250)}).html
    assert "<b>bad" not in html
    assert "<span>&lt;b&gt;bad&lt;/b&gt;: 50 %</span>" in html
    assert "<span>(empty)</span>" in html
    Page(html)


def test_units_and_code_lists_are_those_of_the_model(book: dict[str, Any], html: str) -> None:
    told = {f"{t['name']}.{c['name']}": c for t in book["tables"] for c in t["columns"]}
    assert (told["hospital_stay.duration_minutes"]["unit"], told["person.birth_date"]["unit"]) == ("minutes", "")
    assert told["person.sex"]["code_list"] == "female, male"
    for name, column in told.items():
        if column["type"] in {"BIGINT", "INTEGER", "DOUBLE"}:
            assert column["unit"], name
        if name.endswith("_code"):
            assert column["code_list"], name
    assert "<b>Unit</b> minutes" in html
    assert "<b>Codes</b> female, male" in html


def with_nulls(column: str, model: str) -> dict[str, Any]:
    """dbt's manifest, where a column may be NULL."""
    manifest = dbt_manifest()
    manifest["nodes"][f"model.{model}"]["columns"][column].pop("constraints", None)
    return manifest


@pytest.mark.parametrize(
    ("lack", "people", "percent", "words"),
    [
        (0, 0, 0, "no rows"),
        (0, 2_000, 0, "hardly any"),
        (4, 2_000, 0, "hardly any"),
        (5, 2_000, 1, "1 %"),
        (2_000, 2_000, 100, "nearly all"),
        (1_996, 2_000, 100, "nearly all"),
        (1_995, 2_000, 99, "99 %"),
        (450, 1_000, 45, "45 %"),
        # Of a hundred people five are a step, and of thirty nothing is told.
        (93, 100, 95, "95 %"),
        (7, 100, 5, "5 %"),
        (5, 20, None, "some"),
    ],
)
def test_how_much_is_missing_is_told_in_steps_of_enough_people(
    tmp_path: Path, lack: int, people: int, percent: int | None, words: str
) -> None:
    values = [None] * lack + ["x"] * (people - lack)
    column = of_values(tmp_path, values, with_nulls("sex", "person")).json["tables"][0]["columns"][1]
    assert (column["missing_percent"], column["missing"]) == (percent, words)


def test_no_person_weighs_more_than_one_in_what_is_missing(tmp_path: Path) -> None:
    """One person's thousand rows without a value, of 1,040: beside them forty people with a value each."""
    people = pa.array(["S00000"] * 1_000 + [f"S{number:05}" for number in range(1, 41)])
    values = pa.array([None] * 1_000 + ["a"] * 40, pa.string())
    path = tmp_path / "person.parquet"
    table = pa.table(
        {"subject_id": people, "sex": values, "origin": pa.array(["b"] * 20 + [None] * 1_020, pa.string())}
    )
    write_parquet(
        iter(table.to_batches(7)),
        path=path,
        rows=1_040,
        key=KEY,
        progress=lambda line: None,
    )
    columns = [(name, "string") for name in table.column_names]
    told = told_of_columns(path, key=KEY, columns=columns, coded=(), never_missing=(), least=5)
    assert (told["sex"]["missing_percent"], told["sex"]["missing"]) == (0, "hardly any")
    # Of the forty-one, forty lack it in all of their rows, and one in 98 % of hers.
    assert (told["origin"]["missing_percent"], told["origin"]["missing"]) == (100, "nearly all")


def test_what_the_contract_keeps_from_missing_is_said_to_be_none(tmp_path: Path) -> None:
    manifest = dbt_manifest()
    manifest["nodes"]["model.person"]["columns"]["sex"]["constraints"] = [{"type": "not_null"}]
    assert of_values(tmp_path, ["x"] * 30, manifest).json["tables"][0]["columns"][1]["missing"] == "none"


def test_different_values_are_told_in_bands(tmp_path: Path) -> None:
    def band(count: int) -> str:
        values: list[str | None] = [str(number) for number in range(count)]
        told: str = of_values(tmp_path, values).json["tables"][0]["columns"][1]["distinct"]
        return told

    assert [band(0), band(1), band(3), band(40)] == ["10 or fewer", "10 or fewer", "10 or fewer", "11 to 100"]


def test_a_column_that_nobody_has_described_stops_the_release(tmp_path: Path) -> None:
    manifest = dbt_manifest()
    del manifest["nodes"]["model.person"]["columns"]["sex"]
    with pytest.raises(ReleaseError, match=r"person\.sex: expected its meaning in dbt's manifest, found none"):
        of_values(tmp_path, ["x"], manifest)
    del manifest["nodes"]["model.person"]
    with pytest.raises(ReleaseError, match="person: expected its meaning in dbt's manifest, found none"):
        of_values(tmp_path, ["x"], manifest)
