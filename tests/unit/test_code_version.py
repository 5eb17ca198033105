"""A change of anything that decides the rows of the cohort is another version of the code, and builds everybody."""

import ast
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from oeverum.settings import REPOSITORY
from orchestration.warehouse import CODE, code_version


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what decides."""
    for name in CODE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        whole = REPOSITORY / name
        (shutil.copytree if whole.is_dir() else shutil.copyfile)(whole, tmp_path / name)
    return tmp_path


def test_the_same_code_has_the_same_version(copy: Path) -> None:
    assert code_version(copy) == code_version()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("dbt_project/dbt_project.yml", "charlson_lookback_years: 10", "charlson_lookback_years: 5"),
        ("dbt_project/models/marts/hospital_stay.sql", "select", "select distinct"),
        ("dbt_project/macros/current_rows.sql", "desc", "asc"),
        ("dbt_project/seeds/hfrs_code.csv", "1", "2"),
        ("ingestion/contracts/lmdb.yaml", "append", "upsert"),
        ("orchestration/lake_views.py", "union all", "union"),
        ("orchestration/few_people.py", "create schema", "create or replace schema"),
        ("dbt_project/profiles.yml", "UTC", "CET"),
        ("quality/measure.py", "count(distinct", "count("),
        ("quality/filtered.py", "not (", "("),
        ("quality/numbers.py", "bit_or", "bit_and"),
        ("quality/referred.py", " > ", " >= "),
        ("quality/series.py", "median", "max"),
        ("quality/expectations/marts/person.yaml", "error", "warning"),
    ],
)
def test_another_definition_has_another(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    assert code_version(copy) != code_version()


def test_everything_that_counts_is_in_it() -> None:
    """Else old measures would open the gate to what other rules would have refused."""
    asked, seen = ["quality/measure.py"], set()
    while asked:
        name = asked.pop()
        seen.add(name)
        for node in ast.walk(ast.parse((REPOSITORY / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "quality":
                modules = [node.module] if node.module != "quality" else [f"quality.{one.name}" for one in node.names]
                asked += [path for one in modules if (path := f"{one.replace('.', '/')}.py") not in seen]
    assert len(seen) > 4
    # What an error is called counts nothing.
    assert seen - {"quality/errors.py"} <= set(CODE)


def test_another_duckdb_has_another(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_version()
    monkeypatch.setattr("orchestration.warehouse.version", lambda name: version(name) + name.removeprefix("dbt-"))
    assert version("oeverum") in before
    assert code_version() != before
