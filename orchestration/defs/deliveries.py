"""Deliveries: what lies in the landing zone, and what was accepted of it.

Every source has its own dynamic partitions, one key per delivery. The lake is in `defs/pseudonyms.py`; what sees new
arrivals is in `defs/arrivals.py`.
"""

from datetime import timedelta

import dagster as dg

from ingestion.contract import Contract
from ingestion.delivery import Delivery, read_manifest, refused
from ingestion.take_in import Intake, take_in
from orchestration.failures import told_without_values
from orchestration.resources import Platform

OWNER = "team:data-platform"


def partitions_of(source: str) -> dg.DynamicPartitionsDefinition:
    """One partition per delivery of a source."""
    return dg.DynamicPartitionsDefinition(name=f"deliveries_{source}")


def landing_spec(contract: Contract) -> dg.AssetSpec:
    """The files of a source as the supplier sends them: outside the platform's control, but in the picture."""
    return dg.AssetSpec(
        key=["landing", contract.source],
        group_name="landing",
        description=f"{contract.title}, as delivered. {contract.limitations}",
        kinds={contract.file_format},
        owners=[OWNER],
        partitions_def=partitions_of(contract.source),
        freshness_policy=freshness(contract),
        metadata={"domain": contract.domain, "mode": contract.mode},
    )


def restricted_asset(contract: Contract) -> dg.AssetsDefinition:
    """The accepted rows of a source, typed and encrypted; refused ones lie in the quarantine."""

    @dg.asset(
        key=["restricted", contract.source],
        deps=[dg.AssetKey(["landing", contract.source])],
        group_name="restricted",
        description=f"{contract.purpose} {contract.grain} Typed, checked against the contract, encrypted.",
        kinds={"parquet", "duckdb"},
        owners=[OWNER],
        partitions_def=partitions_of(contract.source),
        freshness_policy=freshness(contract),
    )
    def restricted(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult[None]:
        delivery = Delivery(
            source=contract.source,
            id=context.partition_key,
            folder=platform.settings.landing / contract.source / context.partition_key,
        )
        with told_without_values():
            _refuse_real_people_under_demo_keys(platform, delivery, contract)
            intake = take_in(
                delivery,
                contract,
                platform.restricted,
                memory_limit=platform.settings.memory_limit,
                progress=context.log.info,
            )
        return dg.MaterializeResult(metadata=_counts(intake))

    return restricted


def _refuse_real_people_under_demo_keys(platform: Platform, delivery: Delivery, contract: Contract) -> None:
    """Raise DeliveryRefused: a demonstration's keys protect nobody, and its sandboxes are open."""
    if platform.key_ring.demo and not read_manifest(delivery, contract).synthetic:
        raise refused(
            delivery,
            expected="a delivery of synthetic people, since the keys here are a demonstration's",
            found="one that is not marked synthetic",
            remedy="take it in under another OEVERUM_HOME, with keys of its own",
        )


def freshness(contract: Contract) -> dg.FreshnessPolicy:
    """A source is stale when its supplier's own frequency has passed without a delivery."""
    return dg.FreshnessPolicy.time_window(fail_window=timedelta(days=contract.frequency_days))


def _counts(intake: Intake) -> dict[str, dg.MetadataValue | int]:
    by_rule = {f"{count.rule} {count.column_name}".strip(): count.rows for count in intake.refused_by_rule}
    return {
        "dagster/row_count": intake.rows_accepted,
        "rows_read": intake.rows_read,
        "rows_refused": intake.rows_refused,
        "refused_by_rule": dg.MetadataValue.json(by_rule),
        "contract_version": dg.MetadataValue.text(intake.contract_version),
    }
