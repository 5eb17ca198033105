"""Arrivals: the sensors that see new deliveries, a changed lake, and a new warehouse.

Dagster starts one run for each run key and no other, so a key names everything that makes a new attempt worth it.
Sensors log counts, never the names of folders: those are the supplier's own words.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

# Dagster gives this type no public name.
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

from ingestion.contract import Contract
from ingestion.delivery import Delivery, find
from orchestration.defs.deliveries import partitions_of
from orchestration.defs.pseudonyms import is_settled, wanted_basis
from orchestration.defs.release import PROJECTS
from orchestration.resources import Platform
from orchestration.warehouse import Warehouse, intended
from orchestration.whole import Arrivals
from pseudonymisation.lake import basis
from sandbox.permits.model import digest
from sandbox.permits.versions import altered, in_force
from sandbox.release_keys import ReleaseKeys

ATTEMPTS = 3
# The tag in which Dagster keeps the run key; the constant has no public name.
RUN_KEY = "dagster/run_key"


def landing_sensor(contracts: dict[str, Contract], jobs: Sequence[AssetJob]) -> dg.SensorDefinition:
    """Sees deliveries that are whole and not in the lake yet, and asks for one run each.

    A refused delivery is tried again when its files, its contract or the keys are other ones; one whose run ended
    without a verdict (a full disk, a killed process) is tried again, three times.
    """

    @dg.sensor(
        name="new_deliveries",
        jobs=jobs,
        minimum_interval_seconds=60,
        description="Looks into landing/ and takes in every delivery that is whole and not in the lake.",
    )
    def new_deliveries(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        deliveries, strange = find(platform.settings.landing, contracts)
        if strange:
            context.log.warning(f"folders that cannot be deliveries: {len(strange)}; see oeverum run")
        arrivals = Arrivals(context.cursor)
        whole: dict[Delivery, str] = {}  # And the run key of what is to be done about each.
        on_their_way = 0
        for delivery in deliveries:
            if is_settled(platform, delivery, contracts[delivery.source]):
                continue
            seen = arrivals.look(delivery, contracts[delivery.source])
            if seen.state == "whole":
                occasion = _occasion(platform, delivery, contracts[delivery.source], seen.mark)
                if key := _next_attempt(context.instance, occasion, refused=_refused(platform, delivery)):
                    whole[delivery] = key
            else:
                on_their_way += 1
        if on_their_way:
            context.log.info(f"deliveries that are not whole yet and wait: {on_their_way}")
        by_source: dict[str, list[str]] = {}
        for delivery in whole:
            by_source.setdefault(delivery.source, []).append(delivery.id)
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(
                    run_key=key,
                    job_name=f"take_in_{delivery.source}",
                    partition_key=delivery.id,
                )
                for delivery, key in whole.items()
            ],
            dynamic_partitions_requests=[
                partitions_of(source).build_add_request(ids) for source, ids in by_source.items()
            ],
            cursor=arrivals.kept(),
        )

    return new_deliveries


def lake_sensor(job: AssetJob) -> dg.SensorDefinition:
    """Sees that the lake or the definitions are not those that the warehouse was built from.

    A build that ended without the warehouse is tried again, three times for one basis.
    """

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
        attempt = _attempts(context.cursor, wanted.basis)
        if attempt and _under_way(context.instance, f"{wanted.basis}/{attempt}"):
            return dg.SensorResult(skip_reason="a build is under way")
        if attempt >= ATTEMPTS:
            return dg.SensorResult(skip_reason=f"{ATTEMPTS} builds have failed; see oeverum run")
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key=f"{wanted.basis}/{attempt + 1}")],
            cursor=json.dumps({"basis": wanted.basis, "attempt": attempt + 1}),
        )

    return new_basis


def permit_sensor(job: AssetJob) -> dg.SensorDefinition:
    """Sees permits in force and asks for a release of each when the warehouse or the permit is new."""

    @dg.sensor(
        name="permits_in_force",
        job=job,
        minimum_interval_seconds=60,
        description="Looks into state/permits/ and releases each sandbox for which the warehouse or the permit is new.",
    )
    def permits_in_force(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        build = Warehouse(platform.settings.warehouse).current()
        if build is None:
            return dg.SensorResult(skip_reason="there is no warehouse yet")
        keys = ReleaseKeys(platform.key_ring)
        found = in_force(platform.settings.permits, datetime.now(UTC))
        for project, error in altered(platform.settings.permits).items():
            context.log.error(f"{project} is not released: {error}")
        permits = {project: permit for project, permit in found.items() if not keys.ended_at(project)}
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(run_key=f"{project}/{build.basis}/{digest(permit)[:12]}", partition_key=project)
                for project, permit in permits.items()
            ],
            dynamic_partitions_requests=[PROJECTS.build_add_request(sorted(permits))],
        )

    return permits_in_force


def _occasion(platform: Platform, delivery: Delivery, contract: Contract, mark: str) -> str:
    """All that makes a new run worth it: the files, the contract, what the lake holds, and what it should hold."""
    kept = platform.lake.find(delivery.source, delivery.id)
    facts = (mark, kept and basis(kept), wanted_basis(platform, delivery, contract))
    return f"{delivery.source}/{delivery.id}/{hashlib.sha256(repr(facts).encode('utf-8')).hexdigest()[:12]}"


def _refused(platform: Platform, delivery: Delivery) -> bool:
    return platform.restricted.refusal(delivery.source, delivery.id) is not None


def _next_attempt(instance: dg.DagsterInstance, occasion: str, *, refused: bool) -> str | None:
    """The run key of the next attempt; None while one is under way, after a refusal, and after the last one."""
    for attempt in range(1, ATTEMPTS + 1):
        key = f"{occasion}/{attempt}"
        if not _runs(instance, key):
            return key
        if refused or _under_way(instance, key):
            return None
    return None


def _attempts(cursor: str | None, basis: str) -> int:
    """How many builds from this basis were asked for."""
    kept = json.loads(cursor) if cursor else {}
    return int(kept["attempt"]) if kept.get("basis") == basis else 0


def _under_way(instance: dg.DagsterInstance, run_key: str) -> bool:
    return any(not run.is_finished for run in _runs(instance, run_key))


def _runs(instance: dg.DagsterInstance, run_key: str) -> Sequence[dg.DagsterRun]:
    return instance.get_runs(dg.RunsFilter(tags={RUN_KEY: run_key}))
