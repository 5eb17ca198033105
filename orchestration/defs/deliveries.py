"""Deliveries: what lies in the landing zone, and what was accepted of it.

Every source has its own dynamic partitions, one key per delivery; the page of a partition tells what became of the
delivery. The lake is in `defs/pseudonyms.py`; what sees new arrivals is in `defs/arrivals.py`.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import dagster as dg

from ingestion.contract import Contract, load_all
from ingestion.delivery import Delivery, read_manifest, refused
from ingestion.errors import DeliveryRefused
from ingestion.take_in import take_in
from ingestion.zone import Intake, RuleCount
from orchestration.failures import failure_of, told_without_values
from orchestration.resources import Platform

OWNER = "team:data-platform"
ACCOUNTING_CHECK = "rows_add_up"

Told = dict[str, dg.MetadataValue | int | float | str]


def partitions_of(source: str) -> dg.DynamicPartitionsDefinition:
    """One partition per delivery of a source."""
    return dg.DynamicPartitionsDefinition(name=f"deliveries_{source}")


def landing_spec(contract: Contract) -> dg.AssetSpec:
    """The files of a source as the supplier sends them: outside the platform's control, but in the picture."""
    return dg.AssetSpec(
        key=["landing", contract.source],
        group_name="landing",
        description=f"{contract.title}, as delivered by {contract.owner}. {contract.limitations}",
        kinds={contract.form.format},
        owners=[OWNER],
        partitions_def=partitions_of(contract.source),
        freshness_policy=freshness(contract),
        metadata={
            "domain": contract.domain,
            "supplier": contract.owner,
            "mode": contract.mode,
            "days_between_deliveries": contract.frequency_days,
        },
    )


def restricted_asset(contract: Contract) -> dg.AssetsDefinition:
    """The accepted rows of a source, typed and encrypted; refused ones lie in the quarantine."""
    key = dg.AssetKey(["restricted", contract.source])

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["landing", contract.source])],
        group_name="restricted",
        description=f"{contract.purpose} {contract.grain} Typed, checked against the contract, encrypted.",
        kinds={"parquet", "duckdb"},
        owners=[OWNER],
        partitions_def=partitions_of(contract.source),
        freshness_policy=freshness(contract),
        check_specs=[
            dg.AssetCheckSpec(
                ACCOUNTING_CHECK,
                asset=key,
                blocking=True,
                description="Rows told by the manifest = rows read = accepted + refused, file by file and in all.",
            )
        ],
    )
    def restricted(context: dg.AssetExecutionContext, platform: Platform):  # type: ignore[no-untyped-def]
        delivery = Delivery(
            source=contract.source,
            id=context.partition_key,
            folder=platform.settings.landing / contract.source / context.partition_key,
        )
        begun = time.monotonic()
        try:
            with told_without_values(DeliveryRefused):
                _refuse_real_people_under_demo_keys(platform, delivery, contract)
                intake = take_in(delivery, contract, platform.restricted, progress=context.log.info)
        except DeliveryRefused as refusal:
            context.log_event(
                dg.AssetObservation(asset_key=key, partition=delivery.id, metadata=_refusal_page(platform, refusal))
            )
            raise failure_of(refusal) from None
        yield from _accepted(key, intake, time.monotonic() - begun)

    return restricted


def freshness(contract: Contract) -> dg.FreshnessPolicy:
    """A source is stale when its supplier's own frequency has passed without a delivery."""
    return stale_after(contract.frequency_days)


def stale_after(days: int) -> dg.FreshnessPolicy:
    """Stale when so many days have passed."""
    return dg.FreshnessPolicy.time_window(fail_window=timedelta(days=days))


@cache
def frequencies() -> dict[str, int]:
    """The longest time between two deliveries of each source by its contract, in days."""
    return {source: contract.frequency_days for source, contract in load_all().items()}


def _accepted(
    key: dg.AssetKey, intake: Intake, seconds: float
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    yield dg.MaterializeResult(asset_key=key, metadata=_page(intake, seconds))
    yield dg.AssetCheckResult(
        check_name=ACCOUNTING_CHECK,
        asset_key=key,
        passed=intake.adds_up,
        metadata={
            "rows_told": intake.rows_told,
            "rows_read": intake.rows_read,
            "rows_accepted": intake.rows_accepted,
            "rows_refused": intake.rows_refused,
            "files": _files(intake),
        },
    )


def _refuse_real_people_under_demo_keys(platform: Platform, delivery: Delivery, contract: Contract) -> None:
    """Raise DeliveryRefused: a demonstration's keys protect nobody, and its sandboxes are open."""
    if platform.key_ring.demo and not read_manifest(delivery, contract).synthetic:
        raise refused(
            delivery,
            expected="a delivery of synthetic people, since the keys here are a demonstration's",
            found="one that is not marked synthetic",
            remedy="take it in under another OEVERUM_HOME, with keys of its own",
        )


def _page(intake: Intake, seconds: float) -> Told:
    """The page of a delivery that was accepted: counts, never values."""
    period = intake.period
    next_step = "nothing to do"
    if intake.rows_refused:
        next_step = f"`oeverum quarantine show {intake.source} {intake.delivery}` tells which rows were refused and why"
    told: Told = {
        "state": "accepted",
        "dagster/row_count": intake.rows_accepted,
        "rows_in": intake.rows_read,
        "rows_accepted": intake.rows_accepted,
        "rows_refused": intake.rows_refused,
        "warnings": intake.rows_warned,
        "period": f"{period.start:%Y-%m-%d} to {period.end:%Y-%m-%d}",
        "created": intake.created.isoformat(timespec="minutes"),
        "seconds": round(seconds, 2),
        "contract_version": dg.MetadataValue.text(intake.contract_version),
        "next_step": dg.MetadataValue.md(next_step),
        "by_rule": _rules(intake.by_rule),
    }
    if intake.corrects:
        told["corrects"] = ", ".join(intake.corrects)
    return told


def _refusal_page(platform: Platform, refusal: DeliveryRefused) -> Told:
    """The page of a delivery that was refused whole."""
    told: Told = {
        "state": "refused",
        "expected": refusal.expected,
        "found": refusal.found,
        "next_step": dg.MetadataValue.md(refusal.remedy),
    }
    kept = platform.restricted.refusal(refusal.source, refusal.delivery)
    if kept and kept.by_rule:
        told["by_rule"] = _rules(kept.by_rule)
    return told


def _rules(counts: tuple[RuleCount, ...]) -> dg.MetadataValue:
    records = [
        dg.TableRecord({"rule": c.rule, "column": c.column_name, "severity": c.severity, "rows": c.rows})
        for c in counts
    ]
    columns = [dg.TableColumn(name, "string") for name in ("rule", "column", "severity")]
    return dg.MetadataValue.table(records, schema=dg.TableSchema([*columns, dg.TableColumn("rows", "int")]))


def _files(intake: Intake) -> dg.MetadataValue:
    records = [
        dg.TableRecord({"file": p.file, "told": p.rows_told, "read": p.rows_read, "accepted": p.rows_accepted})
        for p in intake.parts
    ]
    columns = [dg.TableColumn(name, "int") for name in ("told", "read", "accepted")]
    return dg.MetadataValue.table(records, schema=dg.TableSchema([dg.TableColumn("file", "string"), *columns]))
