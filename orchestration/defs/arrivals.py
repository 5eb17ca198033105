"""Arrivals: the sensors that see new deliveries, a changed lake, and a new warehouse."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

# Dagster gives this type no public name.
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

from ingestion.contract import Contract
from ingestion.delivery import find
from orchestration.defs.deliveries import partitions_of
from orchestration.defs.pseudonyms import in_lake
from orchestration.defs.release import PROJECTS
from orchestration.resources import Platform
from orchestration.warehouse import Warehouse, intended
from sandbox.permit import in_force


def landing_sensor(contracts: dict[str, Contract], jobs: Sequence[AssetJob]) -> dg.SensorDefinition:
    """Sees deliveries that are not in the lake yet and asks for one run each."""

    @dg.sensor(
        name="new_deliveries",
        jobs=jobs,
        minimum_interval_seconds=60,
        description="Looks into landing/ and takes in every delivery that is not in the lake.",
    )
    def new_deliveries(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        deliveries, strange = find(platform.settings.landing, contracts)
        for refusal in strange:
            context.log.error(str(refusal))
        waiting = [
            delivery for delivery in deliveries if in_lake(platform, delivery, contracts[delivery.source]) is None
        ]
        by_source: dict[str, list[str]] = {}
        for delivery in waiting:
            by_source.setdefault(delivery.source, []).append(delivery.id)
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(
                    run_key=f"{delivery.source}/{delivery.id}",
                    job_name=f"take_in_{delivery.source}",
                    partition_key=delivery.id,
                )
                for delivery in waiting
            ],
            dynamic_partitions_requests=[
                partitions_of(source).build_add_request(ids) for source, ids in by_source.items()
            ],
        )

    return new_deliveries


def lake_sensor(job: AssetJob) -> dg.SensorDefinition:
    """Sees that the lake or the definitions are not those that the warehouse was built from."""

    @dg.sensor(
        name="new_basis",
        job=job,
        minimum_interval_seconds=60,
        description="Compares the warehouse with the lake and the definitions, and rebuilds it when they differ.",
    )
    def new_basis(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        wanted = intended(platform.lake)
        current = Warehouse(platform.settings.warehouse).current()
        if not wanted.deliveries or (current and current.basis == wanted.basis):
            return dg.SensorResult(skip_reason="the warehouse is built from what is there")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=wanted.basis)])

    return new_basis


def permit_sensor(job: AssetJob) -> dg.SensorDefinition:
    """Sees permits in force and asks for a release of each when the warehouse is new."""

    @dg.sensor(
        name="permits_in_force",
        job=job,
        minimum_interval_seconds=60,
        description="Looks into state/permits/ and releases every project's sandbox after each build of the warehouse.",
    )
    def permits_in_force(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        build = Warehouse(platform.settings.warehouse).current()
        if build is None:
            return dg.SensorResult(skip_reason="there is no warehouse yet")
        permits = in_force(platform.settings.permits, datetime.now(UTC))
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(run_key=f"{project}/{build.basis}", partition_key=project) for project in permits
            ],
            dynamic_partitions_requests=[PROJECTS.build_add_request(sorted(permits))],
        )

    return permits_in_force
