"""The asset graph of one installation, assembled from `defs/`: one concern per file there.

`build_defs` returns fresh definitions; nothing is read before it is called.
"""

import dagster as dg

from ingestion.contract import load_all
from orchestration.dbt_manifest import prepare_manifest
from orchestration.defs.access import grant_sensor, sandbox_sensor
from orchestration.defs.alerts import alert_sensor
from orchestration.defs.arrivals import lake_sensor, landing_sensor, permit_sensor
from orchestration.defs.audit import audit_sensor
from orchestration.defs.deliveries import landing_spec, restricted_asset
from orchestration.defs.pseudonyms import lake_asset
from orchestration.defs.quality import expectation_checks
from orchestration.defs.release import sandbox_release
from orchestration.defs.warehouse import warehouse_assets
from orchestration.jobs import build_warehouse_job, release_sandbox_job, take_in_job
from orchestration.resources import Platform, dbt_resource


def build_defs(platform: Platform | None = None) -> dg.Definitions:
    """The whole graph: landing, restricted, lake, warehouse, quality, releases."""
    contracts = load_all()
    manifest = prepare_manifest()
    take_in_jobs = [take_in_job(contract) for contract in contracts.values()]
    build_job = build_warehouse_job()
    release_job = release_sandbox_job()
    return dg.Definitions(
        assets=[
            *(landing_spec(contract) for contract in contracts.values()),
            *(restricted_asset(contract) for contract in contracts.values()),
            *(lake_asset(contract) for contract in contracts.values()),
            warehouse_assets(manifest),
            sandbox_release(),
        ],
        asset_checks=[expectation_checks()],
        jobs=[*take_in_jobs, build_job, release_job],
        sensors=[
            landing_sensor(contracts, take_in_jobs),
            lake_sensor(build_job),
            permit_sensor(release_job),
            alert_sensor(contracts),
            grant_sensor(),
            sandbox_sensor(),
            audit_sensor(),
        ],
        resources={"platform": platform or Platform(), "dbt": dbt_resource()},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads."""
    return build_defs()
