"""The page about adding a source, carried out: its contract and its model in a copy, one delivery, the staging rows."""

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from ingestion.contract import CONTRACTS, load_all
from ingestion.delivery import Delivery
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from orchestration.dbt_sources import render_sources
from orchestration.defs.pseudonyms import admission
from orchestration.lake_views import Delivered, LakeTable, lake_views
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import Lake, admit
from pseudonymisation.pseudonyms import pseudonym
from tests.docs.pages import blocks
from tests.spec.warehouse import PROJECT, _let_go_of_warehouse, read_table

PAGE = "docs/how-to/add-a-source.md"
SOURCE, DELIVERY = "vaccination", "2025-02-01"
OLD, NEW, OTHER = "0101501234", "0101505678", "0202604321"
SENT = {
    "vaccination": (f"cpr;vaccine;date_given\n{OLD};J07BB02;15-01-2025\n{OTHER};J07BX03;16-01-2025\n{NEW};x;1\n", 3),
    "cpr_skift": (f"gammelt_pnr;nyt_pnr;skiftedato;aarsag\n{OLD};{NEW};2025-01-20;rettelse\n", 1),
}


def block_that_starts(start: str) -> str:
    """The one fenced block of the page with this beginning."""
    (found,) = [block.text for block in blocks(PAGE) if block.text.startswith(start)]
    return found


def send(landing: Path, source: str, mode: str) -> Delivery:
    """A delivery of what a supplier sends."""
    text, rows = SENT[source]
    folder = landing / source / DELIVERY
    folder.mkdir(parents=True)
    (folder / f"{source}.csv").write_text(text, encoding="latin-1")
    file = {"name": f"{source}.csv", "sha256": hashlib.sha256(text.encode("latin-1")).hexdigest(), "rows": rows}
    manifest = {
        "source": source,
        "delivery": DELIVERY,
        "mode": mode,
        "created": f"{DELIVERY}T06:00:00+00:00",
        "period": {"from": "2025-01-01", "to": "2025-02-01"},
        "synthetic": True,
        "files": [file],
    }
    (folder / "delivery.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    return Delivery(source=source, id=DELIVERY, folder=folder)


def build(project: Path, deliveries: list[Delivered], tmp: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run dbt on the new model and its parents; gives the warehouse."""
    from dbt.cli.main import dbtRunner

    views, warehouse = tmp / "lake_views.json", tmp / "cohort.duckdb"
    views.write_text(json.dumps(lake_views(tables(project), deliveries)), encoding="utf-8")
    monkeypatch.setenv("OEVERUM_WAREHOUSE_BUILD", str(warehouse))
    monkeypatch.setenv("OEVERUM_DUCKDB_TEMP", str(tmp / "spill"))
    monkeypatch.setenv("OEVERUM_LAKE_VIEWS", str(views))
    try:
        result = dbtRunner().invoke(
            [
                *("run", "--select", f"+stg_{SOURCE}", "--quiet", "--log-level-file", "none"),
                *("--project-dir", str(project), "--profiles-dir", str(project)),
                *("--target-path", str(tmp / "target"), "--log-path", str(tmp / "logs")),
            ]
        )
    finally:
        _let_go_of_warehouse()
    assert result.success, result.exception or result.result
    return warehouse


def tables(project: Path) -> list[LakeTable]:
    """The tables of the lake as the project says."""
    (source,) = yaml.safe_load((project / "models" / "staging" / "_sources.yml").read_text("utf-8"))["sources"]
    return [LakeTable.of({**t, "columns": {c["name"]: c for c in t["columns"]}}) for t in source["tables"]]


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """A copy of the contracts with the one of the page."""
    folder = tmp_path / "contracts"
    shutil.copytree(CONTRACTS, folder)
    (folder / f"{SOURCE}.yaml").write_text(block_that_starts("apiVersion"), encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path, contracts: Path) -> Path:
    """A copy of the dbt project with the model of the page; marts are left out, which do not know of it."""
    folder = tmp_path / "dbt_project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("target", "logs", "marts", "intermediate", "seeds"))
    staging = folder / "models" / "staging"
    (staging / "_sources.yml").write_text(render_sources(contracts), encoding="utf-8")
    (staging / f"stg_{SOURCE}.sql").write_text(block_that_starts("with"), encoding="utf-8")
    return folder


def test_a_contract_and_a_model_are_all_that_a_source_needs(
    tmp_path: Path, contracts: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = load_all(contracts)
    ring = KeyRing(tmp_path / "keys", demo=True)
    zone = RestrictedZone(tmp_path / "restricted", ring.key("restricted"))
    lake = Lake(tmp_path / "lake")
    deliveries = []
    for source in SENT:
        contract = known[source]
        intake = take_in(send(tmp_path / "landing", source, contract.mode), contract, zone)
        admit(*admission(intake, contract, zone, ring), lake)
        in_lake = lake.find(source, DELIVERY)
        assert in_lake
        deliveries.append(Delivered.of(lake, in_lake))
    vaccinations = zone.intake(SOURCE, DELIVERY)
    assert vaccinations
    assert [(count.column_name, count.rule) for count in vaccinations.by_rule if count.severity == "error"] == [
        ("date_given", "type"),
        ("vaccine", "pattern"),
    ]

    rows = read_table(build(project, deliveries, tmp_path, monkeypatch), f"staging.stg_{SOURCE}")

    person = {number: pseudonym(number, key=ring.key("person")) for number in (NEW, OTHER)}
    assert [(row["person_id"], row["vaccine_code"], row["vaccination_date"], row["_row_number"]) for row in rows] == [
        (person[NEW], "J07BB02", date(2025, 1, 15), 1),
        (person[OTHER], "J07BX03", date(2025, 1, 16), 2),
    ]
