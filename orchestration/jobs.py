"""Jobs: what can be run as a whole, from Dagster's page, by a sensor, or by `oeverum run`."""

import dagster as dg

# Dagster gives this type no public name.
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

from ingestion.contract import Contract
from orchestration.defs.release import KEY


def take_in_job(contract: Contract) -> AssetJob:
    """Take one delivery of a source through to the lake."""
    return dg.define_asset_job(
        name=f"take_in_{contract.source}",
        selection=dg.AssetSelection.assets(["restricted", contract.source], ["lake", contract.source]),
        description=f"Takes one delivery of {contract.source} from landing/ through restricted/ to lake/.",
    )


def build_warehouse_job() -> AssetJob:
    """Rebuild the cohort from the lake and check it."""
    return dg.define_asset_job(
        name="build_warehouse",
        selection=dg.AssetSelection.groups("seeds", "staging", "intermediate", "marts"),
        description="Builds the cohort from the lake with dbt, publishes it by one rename, and measures its quality.",
    )


def release_sandbox_job() -> AssetJob:
    """Release the sandbox of one project."""
    return dg.define_asset_job(
        name="release_sandbox",
        selection=dg.AssetSelection.assets(KEY),
        description="Writes a release of one project's sandbox when its content has changed.",
    )
