"""Arrivals: the sensor that sees new deliveries in the landing zone, and the job that takes one in."""

import dagster as dg

from ingestion.contract import Contract
from ingestion.delivery import find
from orchestration.defs.deliveries import partitions_of
from orchestration.defs.pseudonyms import in_lake
from orchestration.resources import Platform


def take_in_job(contract: Contract) -> dg.UnresolvedAssetJobDefinition:
    """Take one delivery of a source through to the lake."""
    return dg.define_asset_job(
        name=f"take_in_{contract.source}",
        selection=dg.AssetSelection.assets(["restricted", contract.source], ["lake", contract.source]),
        partitions_def=partitions_of(contract.source),
        description=f"Takes one delivery of {contract.source} from landing/ through restricted/ to lake/.",
    )


def landing_sensor(
    contracts: dict[str, Contract], jobs: dict[str, dg.UnresolvedAssetJobDefinition]
) -> dg.SensorDefinition:
    """Sees deliveries that are not in the lake yet and asks for one run each."""

    @dg.sensor(
        name="new_deliveries",
        jobs=list(jobs.values()),
        minimum_interval_seconds=60,
        description="Looks into landing/ and takes in every delivery that is not in the lake.",
    )
    def new_deliveries(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        waiting = [
            delivery for delivery in find(platform.settings.landing, contracts) if in_lake(platform, delivery) is None
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
