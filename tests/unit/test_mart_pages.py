"""The pages of the marts: each mart has all that a mart must have, and its page says it."""

import shutil
from pathlib import Path

import pytest
import yaml

from orchestration import mart_pages
from orchestration.mart_pages import PAGES, ROOT, lacking, out_of_date, read_project, render_pages, write_pages
from tests.docs.pages import tables

PROJECT = read_project(ROOT)
SECTIONS = ["Where it comes from", "Columns", "What must hold", "Worked examples"]

MADE = {
    "dbt_project/models/staging/stg_falls.sql": """select * from ({{ current_rows("falls", people=false) }})""",
    "dbt_project/models/intermediate/int_falls.sql": """select * from {{ ref("stg_falls") }}""",
    "dbt_project/models/marts/person.sql": """select * from {{ ref('stg_falls') }}""",
    "dbt_project/models/marts/fall.sql": """
        select * from {{ ref("int_falls") }} join {{ ref("person") }} using (person_id) join {{ ref("ward") }} using (w)
    """,
    "dbt_project/models/marts/fall.yml": """
models:
  - name: fall
    description: >
      One row per fall [start_at, end_at). Source: a guide, cf. Annex 2 (in Danish). is_hard is told by hand, as in
      person_file.kind, e.g. <b>Ja</b>. Less than a*b*c is < 5.

      Steps: (1) Keep falls (2 or more). (2) Number them.
    config: {tags: [acute_care, population], meta: {owner: "team:falls"}}
    columns:
      - name: fall_id
        data_type: BIGINT
        description: Number | of the fall.
        config: {meta: {origin: [], note: numbered by the platform}}
        constraints: [{type: not_null}]
      - name: ward
        data_type: VARCHAR
        description: The ward.
        config: {meta: {origin: [falls.w, falls.v], code_list: "A, B"}}
      - name: fall_height
        data_type: DOUBLE
        description: How deep.
        config: {meta: {origin: [falls.h], unit: metres}}
unit_tests:
  - {name: falls, model: fall}
""",
    "quality/expectations/marts/fall.yaml": """
table: fall
owner: team:falls
expectations:
  - {id: a, title: fall_id is present, why: Else it is lost., kind: not_null, column: fall_id,
     source: project definition}
  - {id: b, title: Few, why: Many are odd., source: A guide, kind: condition, sql: t.x,
     severity: warning, max_share: 0.02}
""",
    "tests/spec/cases/falls.md": "# Falls\n\n## A fall, told twice\n\nExpect `fall`\n\n| fall_id |\n|---|\n| 1 |\n",
}
PAGE = """\
<!-- Written by `python -m orchestration.mart_pages`: change the model's YAML instead. -->

# fall

One row per fall [`start_at`, `end_at`).

## What to know

- `is_hard` is told by hand, as in `person_file.kind`, e.g. \\<b>Ja\\</b>.
- Less than a\\*b\\*c is < 5.

## Steps

1. Keep falls (2 or more).
2. Number them.

## Where it comes from

- Source: a guide, cf. Annex 2 (in Danish).
- From the lake: [`falls`](../../../ingestion/contracts/falls.yaml)
- From marts: [`person`](person.md)
- From lists: [`ward`](../../../dbt_project/seeds/ward.csv)
- Written in: [`fall.sql`](../../../dbt_project/models/marts/fall.sql), \
[`fall.yml`](../../../dbt_project/models/marts/fall.yml)
- Owner: team:falls

## Columns

| column | type | never NULL | meaning | origin |
|---|---|---|---|---|
| `fall_id` | BIGINT | yes | Number \\| of the fall. | numbered by the platform |
| `ward` | VARCHAR |  | The ward. Codes: A, B. | `falls.w`, `falls.v` |
| `fall_height` | DOUBLE |  | How deep. Unit: metres. | `falls.h` |

## What must hold

An error keeps every release back; a warning is told and lets it pass.

| expectation | else | why |
|---|---|---|
| `fall_id` is present | error | Else it is lost. |
| Few | warning above 2 % | Many are odd. Source: A guide |

## Worked examples

- [A fall, told twice](../../../tests/spec/cases/falls.md#a-fall-told-twice)
"""


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A small repository of two marts: `fall`, of which all is said, and `person`, of which nothing is."""
    for name, text in MADE.items():
        path = tmp_path / "made" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "made"


def test_no_mart_lacks_what_every_mart_must_have() -> None:
    assert lacking(PROJECT) == []


def test_every_mart_has_its_page_and_no_page_is_out_of_date() -> None:
    assert out_of_date(render_pages(PROJECT), PAGES) == [], "run python -m orchestration.mart_pages"
    assert {path.stem for path in PAGES.glob("*.md")} == PROJECT.marts.keys() | {"README"}


@pytest.mark.parametrize("mart", PROJECT.marts)
def test_a_page_has_every_section_and_every_row(mart: str) -> None:
    page = PAGES / f"{mart}.md"
    headings = [line.removeprefix("## ") for line in page.read_text(encoding="utf-8").splitlines() if line[:3] == "## "]
    assert [title for title in headings if title != "What to know"] == ["Steps", *SECTIONS]
    shown = tables(page.relative_to(ROOT).as_posix())
    assert [row[0].strip("`") for row in shown["Columns"]] == [c["name"] for c in PROJECT.marts[mart]["columns"]]
    assert {len(row) for row in shown["Columns"]} == {5}
    assert len(shown["What must hold"]) == len(PROJECT.expected[mart].expectations)
    assert {len(row) for row in shown["What must hold"]} == {3}


def test_a_page_says_what_the_files_say(made: Path) -> None:
    assert render_pages(read_project(made))["fall.md"] == PAGE


def test_the_index_groups_by_the_first_tag(made: Path) -> None:
    index = render_pages(read_project(made))["README.md"]
    assert "## Acute care\n\n- [fall](fall.md): One row per fall [`start_at`, `end_at`).\n\n## Other\n" in index


def test_many_readers_are_counted_and_few_are_named(made: Path) -> None:
    marts = made / "dbt_project" / "models" / "marts"
    assert "- Read by: [`fall`](fall.md)\n" in render_pages(read_project(made))["person.md"]
    for number in range(mart_pages.LISTED):
        (marts / f"other_{number}.sql").write_text('select * from {{ ref("person") }}', encoding="utf-8")
    assert "- Read by: 9 marts\n" in render_pages(read_project(made))["person.md"]


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("description", "A fall. Steps: (1) Keep it.", "a grain"),
        ("description", "One row per fall.", "its steps"),
        ("config", {"meta": {"owner": "team:falls"}}, "a tag"),
        ("config", {"tags": ["acute_care"]}, "an owner"),
        ("columns", [], "a contract"),
        ("columns", [{"name": "fall_id", "description": "Number."}], "a contract"),
        ("columns", [{"name": "fall_id", "data_type": "BIGINT"}], "a contract"),
        (
            "config",
            {"tags": ["acute_care"], "meta": {"owner": "team:falls"}, "contract": {"enforced": False}},
            "a contract",
        ),
    ],
)
def test_what_a_model_does_not_say_is_told(field: str, value: object, what: str, made: Path) -> None:
    path = made / "dbt_project" / "models" / "marts" / "fall.yml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["models"][0][field] = value
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    (line,) = [line for line in lacking(read_project(made)) if line.startswith("fall ")]
    assert line.startswith(f"fall lacks {what}: ")


@pytest.mark.parametrize(
    ("column", "meta", "what"),
    [
        ({"name": "height", "data_type": "DOUBLE"}, {}, "a unit of height"),
        ({"name": "steps", "data_type": "INTEGER"}, {"code_list": "1, 2"}, "a unit of steps"),
        ({"name": "ward", "data_type": "VARCHAR"}, {}, "what ward may hold"),
        ({"name": "ward", "data_type": "VARCHAR"}, {"code_list": "A, B", "free_text": True}, "what ward may hold"),
        ({"name": "ward_code", "data_type": "INTEGER"}, {"unit": "kind"}, "what ward_code may hold"),
        ({"name": "told", "data_type": "VARCHAR"}, {"free_text": True}, None),
        ({"name": "ward_id", "data_type": "BIGINT"}, {}, None),
    ],
)
def test_a_column_says_its_unit_or_its_codes(
    column: dict[str, str], meta: dict[str, object], what: str | None, made: Path
) -> None:
    path = made / "dbt_project" / "models" / "marts" / "fall.yml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["models"][0]["columns"] = [{**column, "description": "Said.", "config": {"meta": meta}}]
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    told = [line.partition(": ")[0] for line in lacking(read_project(made)) if line.startswith("fall ")]
    assert told == ([f"fall lacks {what}"] if what else [])


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("dbt_project/models/marts/fall.yml", "model: fall", "model: person", "a unit test"),
        ("quality/expectations/marts/fall.yaml", "", None, "expectations"),
        ("tests/spec/cases/falls.md", "Expect `fall`", "Given `fall`", "a spec"),
    ],
)
def test_what_is_missing_beside_a_model_is_told(file: str, old: str, new: str | None, what: str, made: Path) -> None:
    path = made / file
    if new is None:
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    (line,) = [line for line in lacking(read_project(made)) if line.startswith("fall ")]
    assert line.startswith(f"fall lacks {what}: ")


def test_a_model_that_nobody_describes_lacks_everything_and_has_a_page(made: Path) -> None:
    project = read_project(made)
    assert len(lacking(project)) == 8
    assert "- Owner: nobody\n" in render_pages(project)["person.md"]


def test_the_check_tells_what_is_wrong_until_it_is_written(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = made / "docs" / "reference" / "marts"
    (made / "dbt_project" / "models" / "marts" / "person.sql").unlink()
    monkeypatch.setattr(mart_pages, "ROOT", made)
    monkeypatch.setattr(mart_pages, "PAGES", pages)
    assert mart_pages.main(["--check"]) == 1
    assert capsys.readouterr().err.startswith("README.md is not what the models give; run python -m ")
    assert mart_pages.main([]) == 0
    assert mart_pages.main(["--check"]) == 0
    (made / "tests" / "spec" / "cases" / "falls.md").unlink()
    assert mart_pages.main([]) == 0
    assert mart_pages.main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == ["fall lacks a spec: a case in tests/spec/cases/ with Expect `fall`"]


def test_changed_pages_are_written_and_those_of_no_mart_are_taken_away(tmp_path: Path) -> None:
    pages = render_pages(PROJECT)
    folder = shutil.copytree(PAGES, tmp_path / "marts")
    (folder / "cohort_membership.md").write_text("else", encoding="utf-8")
    (folder / "person.md").unlink()
    (folder / "gone.md").write_text(pages["cohort_membership.md"], encoding="utf-8")
    (folder / "by_hand.md").write_text("# By hand\n", encoding="utf-8")
    assert out_of_date(pages, folder) == ["by_hand.md", "cohort_membership.md", "gone.md", "person.md"]
    write_pages(pages, folder)
    assert out_of_date(pages, folder) == ["by_hand.md"]
