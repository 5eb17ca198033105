"""A lake that grows and the warehouse that follows it, beside one that is built of everybody; not a test."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.contract import load_all
from ingestion.delivery import Delivery
from ingestion.errors import DeliveryRefused
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from orchestration.dbt_manifest import prepare_manifest
from orchestration.defs.pseudonyms import admission
from orchestration.few_people import FewPeople, build_few, few_people
from orchestration.warehouse import DBT_ARGUMENTS, Warehouse, intended
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import Lake, admit
from tests.spec.warehouse import run_dbt

WITHOUT = {"drikkevand", "vandforsyning", "henvisning", "hjemmeplejenotat", "hospitalnotification", "journalnotat"}
LIMIT = "2GB"


@dataclass
class Following:
    """A lake, and the warehouse that is kept up to date with it."""

    tmp: Path
    lake: Lake

    @property
    def warehouse(self) -> Warehouse:
        """The one that is kept up to date."""
        return Warehouse(self.tmp / "warehouse" / "cohort.duckdb")

    def follow(self) -> FewPeople | None:
        """Bring the warehouse up to date; gives who was built, None everybody."""
        build = intended(self.lake)
        few = few_people(self.lake, self.warehouse, build, prepare_manifest(), memory_limit=LIMIT)
        if few:
            build_few(self.warehouse, build, few, memory_limit=LIMIT)
        else:
            self.build(self.warehouse)
        return few

    def differences(self) -> dict[str, int]:
        """Rows in which the warehouse differs from one that is built of everybody now."""
        whole = Warehouse(self.tmp / "whole" / "cohort.duckdb")
        self.build(whole)
        return differences(self.warehouse.path, whole.path)

    def build(self, warehouse: Warehouse, *, select: str | None = None) -> None:
        """Build everybody, by dbt; `select`: one model alone."""
        dbt = self.tmp / "dbt"
        with warehouse.rebuild(
            self.lake,
            intended(self.lake),
            memory_limit=LIMIT,
            manifest=prepare_manifest(),
            dbt_target=dbt / "target",
            whole=select is None,
        ):
            run_dbt([*DBT_ARGUMENTS, "--exclude-resource-type", "test", *(["--select", select] if select else [])], dbt)


@dataclass
class Region(Following):
    """One whose lake is fed by ingestion and pseudonymisation."""

    zone: RestrictedZone
    ring: KeyRing

    @classmethod
    def empty(cls, tmp: Path) -> "Region":
        """One without a delivery."""
        ring = KeyRing(tmp / "keys")
        return cls(tmp, Lake(tmp / "lake"), RestrictedZone(tmp / "restricted", ring.key("restricted")), ring)

    def take_in(self, deliveries: list[Delivery]) -> None:
        """Let deliveries into the lake; a small one of which most rows are faulty is refused."""
        contracts = load_all()
        for delivery in deliveries:
            try:
                intake = take_in(delivery, contracts[delivery.source], self.zone)
            except DeliveryRefused:
                continue
            incoming, treater = admission(intake, contracts[delivery.source], self.zone, self.ring)
            with closing(treater):
                admit(incoming, treater, self.lake)


def differences(one: Path, other: Path) -> dict[str, int]:
    """Per table or view the rows in which two warehouse files differ, for those in which they do."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        relations = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_catalog = 'one' and table_schema in ('lake', 'staging', 'intermediate', 'marts')"
        ).fetchall()
        assert len(relations) >= 100
        for (name,) in relations:
            mine, theirs = f"from one.{name}", f"from other.{name}"
            both = f"({mine} except all {theirs}) union all ({theirs} except all {mine})"
            found[name] = connection.execute(f"select count(*) from ({both})").fetchall()[0][0]
    return {name: rows for name, rows in found.items() if rows}
