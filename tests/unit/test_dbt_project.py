"""Exhaustiveness of the dbt project, read from its manifest: what every model has to say about itself."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.dbt_sources import CONTRACTS, LAKE_TYPES, SOURCES, ContractError, render_sources
from orchestration.mart_pages import read_project
from quality.expectation import Unique, load_all

PROJECT = SOURCES.parents[2]
EXPECTED = load_all(PROJECT.parent / "quality" / "expectations" / "marts")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The manifest, parsed with no variable of the platform in the environment."""
    from dbt.cli.main import dbtRunner

    tmp = tmp_path_factory.mktemp("parse")
    ours = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("OEVERUM_")}
    before = files(PROJECT)
    arguments = ["parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
    arguments += ["--target-path", str(tmp / "target"), "--log-path", str(tmp), "--log-level-file", "none"]
    try:
        result = dbtRunner().invoke([*arguments, "--warn-error"])
    finally:
        os.environ.update(ours)
    assert result.success, result.exception
    assert files(PROJECT) == before
    yield result.result


def files(folder: Path) -> set[Path]:
    """All files of a folder, at any depth."""
    return {path for path in folder.rglob("*") if path.is_file()}


def models(manifest: Any, layer: str = "") -> dict[str, Any]:
    """The models by name, of one folder or of all."""
    nodes = [n for n in manifest.nodes.values() if n.resource_type == "model" and layer in ("", n.fqn[1])]
    return {node.name: node for node in nodes}


def contract_columns() -> set[str]:
    """`source.column` of every source contract."""
    tables = [yaml.safe_load(path.read_text(encoding="utf-8"))["schema"][0] for path in CONTRACTS.glob("*.yaml")]
    return {f"{table['name']}.{column['name']}" for table in tables for column in table["properties"]}


def test_every_mart_is_a_table_with_an_enforced_contract(manifest: Any) -> None:
    for name, node in models(manifest, "marts").items():
        assert node.config.contract.enforced, name
        assert node.config.materialized == "table", name
        assert node.config.tags, name
        assert all(column.data_type for column in node.columns.values()), name


def test_every_mart_says_its_steps(manifest: Any) -> None:
    assert [name for name, node in models(manifest, "marts").items() if "Steps: (1)" not in node.description] == []


def test_every_model_says_its_grain_and_its_owner(manifest: Any) -> None:
    every = models(manifest)
    assert [name for name, node in every.items() if not node.description.startswith("One row per")] == []
    assert [name for name, node in every.items() if not node.config.meta.get("owner")] == []


def test_every_column_is_described(manifest: Any) -> None:
    nodes = [*manifest.nodes.values(), *manifest.sources.values()]
    described = [node for node in nodes if node.resource_type in ("model", "seed", "source")]
    assert [n.name for n in described if not n.columns] == []
    assert [(n.name, c.name) for n in described for c in n.columns.values() if not c.description] == []


def test_every_mart_column_names_its_origin_in_the_contracts(manifest: Any) -> None:
    known = contract_columns()
    for name, node in models(manifest, "marts").items():
        for column in node.columns.values():
            origin = column.config.meta["origin"]
            assert set(origin) <= known, f"{name}.{column.name}"
            assert origin or column.config.meta["note"], f"{name}.{column.name}"


def test_every_mart_has_a_unit_test_that_explains_itself(manifest: Any) -> None:
    tests = list(manifest.unit_tests.values())
    assert models(manifest, "marts").keys() - {test.model for test in tests} == set()
    assert [test.name for test in tests if not test.description] == []


def test_what_must_hold_for_a_mart_is_said_in_one_place(manifest: Any) -> None:
    """Contracts hold types and what is never NULL; the rest is in quality/expectations/, none of it in dbt's tests."""
    marts = models(manifest, "marts")
    tests = [n for n in manifest.nodes.values() if n.resource_type == "test"]
    assert [test.name for test in tests if test.attached_node.split(".")[-1] in marts] == []
    for name, node in marts.items():
        never_null = {c.name for c in node.columns.values() if "not_null" in {k.type.value for k in c.constraints}}
        keys = {e.columns for e in EXPECTED[name].expectations if isinstance(e, Unique)}
        assert any(set(key) <= never_null for key in keys), name


def test_layers_read_only_from_below(manifest: Any) -> None:
    """Sources are read by staging alone, staging by nothing below it, and only three layers exist."""
    for name, node in models(manifest).items():
        layer = node.fqn[1]
        assert layer in ("staging", "intermediate", "marts"), name
        assert node.schema == layer, name
        parents = {parent.split(".")[0] for parent in node.depends_on.nodes}
        if layer == "staging":
            assert all(parent.startswith(("source.", "model.oeverum.stg_")) for parent in node.depends_on.nodes), name
        else:
            assert "source" not in parents, name


def test_pages_of_marts_name_what_dbt_knows_them_to_be_made_of(manifest: Any) -> None:
    """Whoever reads persons follows changes of number through a macro, which the pages do not name."""
    marts = models(manifest, "marts")

    def parents(unique_id: str) -> set[str]:
        found: set[str] = set()
        for parent in manifest.nodes[unique_id].depends_on.nodes:
            kind, *_, name = parent.split(".")
            through = kind == "model" and name not in marts
            found |= parents(parent) if through else {f"lake.{name}" if kind == "source" else name}
        return found

    project = read_project(PROJECT.parent)
    assert project.marts.keys() == marts.keys()
    for name, node in marts.items():
        assert project.parents(name) - {"lake.cpr_skift"} == parents(node.unique_id) - {"lake.cpr_skift"}, name


def test_sources_are_what_the_contracts_give() -> None:
    assert SOURCES.read_text(encoding="utf-8") == render_sources(CONTRACTS), "run python -m orchestration.dbt_sources"


def test_sources_hold_no_identifier_as_delivered(manifest: Any) -> None:
    for source in manifest.sources.values():
        for column in source.columns.values():
            if column.config.meta["classification"] == "identifier":
                assert column.config.meta["treatment"].startswith("pseudonym:"), column.name
                assert column.data_type == "BIGINT", column.name
            assert column.data_type in LAKE_TYPES.values(), column.name


@pytest.mark.parametrize(
    ("sound", "wrong", "message"),
    [("value: upsert", "value: sometimes", "deliveryMode"), ("logicalType: date", "logicalType: array", "array")],
)
def test_a_contract_that_the_lake_has_no_form_for_is_refused(
    sound: str, wrong: str, message: str, tmp_path: Path
) -> None:
    text = (CONTRACTS / "bef.yaml").read_text(encoding="utf-8")
    assert sound in text
    (tmp_path / "bef.yaml").write_text(text.replace(sound, wrong), encoding="utf-8")
    with pytest.raises(ContractError, match=message):
        render_sources(tmp_path)
