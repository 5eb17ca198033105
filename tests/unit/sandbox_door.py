"""A small release with its real codebook, and the door to it; not a test."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from pseudonymisation.keyring import KeyRing
from pseudonymisation.known_values import HashedValues
from sandbox.access import Door
from sandbox.anchors import Anchors
from sandbox.audit import AuditLog, Entry
from sandbox.codebook.content import Codebook, build_codebook
from sandbox.disclosure.ledger import Ledger
from sandbox.grants import Grants
from sandbox.manifest import Release
from sandbox.permits.model import Permit
from sandbox.pseudonyms import ProjectKeys
from sandbox.release import write_release
from sandbox.release_keys import ReleaseKeys
from tests.permits import approved
from tests.unit.quality_warehouse import COLUMNS
from tests.unit.sandbox_warehouse import a_permit, build_warehouse

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
KEY = bytes(range(32))
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {
    table: {"columns": [name for name in columns.replace(",", "").split()[::2] if name != "person_id"]}
    for table, columns in COLUMNS.items()
}


class Passed:
    """A gate that lets everything through: the gate has tests of its own."""

    passed = True
    failures: tuple[str, ...] = ()
    report: dict[str, Any] = {"verdicts": [], "failures": [], "warnings": []}  # noqa: RUF012


def dbt_manifest() -> dict[str, Any]:
    """The documentation of marts and sources in dbt's form, to be changed as a test likes."""
    told: dict[str, Any] = json.loads(_documentation())
    return told


@cache
def _documentation() -> str:
    """The same as JSON, read once from the YAML that dbt reads: that takes a second."""
    nodes = {}
    for path in sorted((MODELS / "marts").glob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            columns = {column["name"]: column for column in model["columns"]}
            nodes[f"model.{model['name']}"] = {**model, "schema": "marts", "columns": columns}
    declared = yaml.safe_load((MODELS / "staging" / "_sources.yml").read_text(encoding="utf-8"))["sources"]
    sources = {
        table["name"]: {**table, "columns": {column["name"]: column for column in table["columns"]}}
        for source in declared
        for table in source["tables"]
    }
    return json.dumps({"nodes": nodes, "sources": sources})


class Place:
    """A warehouse, a permit in force, a release, grants and an audit log in one folder."""

    def __init__(self, folder: Path, **permit: Any) -> None:
        self.folder = folder
        self.warehouse = build_warehouse(folder / "warehouse" / "cohort.duckdb")
        self.ring = KeyRing(folder / "keys")
        self.keys = ReleaseKeys(self.ring)
        self.grants = Grants(folder / "state" / "grants.sqlite")
        self.audit = AuditLog(folder / "state" / "audit.jsonl")
        self.anchors = Anchors(self.audit, self.ring)
        self.permits = folder / "state" / "permits"
        self.permits.mkdir(parents=True)
        self.permit = self.put({"tables": EVERYTHING, **permit})
        self.door = self.enter()

    def enter(self, login: str | None = None) -> Door:
        """The door, as somebody with this login finds it."""
        releases = self.folder / "releases"
        return Door(
            permits=self.permits,
            releases=releases,
            grants=self.grants,
            audit=self.audit,
            keys=self.keys,
            ledger=Ledger(self.folder / "state" / "answers.sqlite"),
            login=login,
        )

    def put(self, changes: dict[str, Any]) -> Permit:
        """A permit in force, in the place of the one before."""
        return approved(self.permits, a_permit(**changes))

    def release(self, *, codebook: Callable[..., Any] | None = None) -> Release:
        """A release of the permit, with its codebook."""
        return write_release(
            permit=self.permit,
            warehouse=self.warehouse,
            releases=self.folder / "releases",
            release_keys=self.keys,
            known=HashedValues(KEY, {}),
            keys=ProjectKeys(key=lambda kind, _: KEY, version=lambda kind: "k1-00000000"),
            deliveries=[{"source": "bef", "delivery": "2026-01-20", "created": "2026-01-20T06:00:00+00:00"}],
            code_version="0.1.0",
            gate=Passed,
            codebook=codebook or partial(build_codebook, dbt_manifest=dbt_manifest()),
            quality=lambda *, verdict, permit, codebook: Codebook(dict(verdict.report), permit.project),
            now=NOW,
            synthetic_only=True,
        )

    def told(self) -> list[tuple[str, str]]:
        """The audit log as (kind, actor)."""
        return [(entry.kind, entry.actor) for entry in self.audit.read()]

    def last(self) -> Entry:
        """The youngest entry of the audit log."""
        return list(self.audit.read())[-1]
