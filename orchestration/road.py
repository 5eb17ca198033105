"""The road from landing to releases, in one process: the jobs that Dagster's page shows, one after the other.

Only what has something to do is run: deliveries that are not in the lake, the warehouse when its basis changed,
a release of every permit in force. A refused delivery does not hold up the others.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from ingestion.contract import load_all
from ingestion.delivery import find
from oeverum.settings import Settings
from oeverum.step import Step
from orchestration.dagster_home import dagster_instance
from orchestration.definitions import build_defs
from orchestration.defs.deliveries import partitions_of
from orchestration.defs.pseudonyms import in_lake
from orchestration.defs.release import KEY as RELEASE
from orchestration.defs.release import PROJECTS
from orchestration.failures import Problem, problem_of
from orchestration.measuring import is_measured
from orchestration.resources import Platform
from orchestration.warehouse import Warehouse, intended
from pseudonymisation.history import withdrawal
from sandbox.manifest import latest
from sandbox.permits.versions import altered, in_force
from sandbox.release_keys import ReleaseKeys

TAG = "oeverum/road"


class RoadError(Exception):
    """The road cannot be travelled now."""

    exit_code = 1


def travel(
    settings: Settings,
    *,
    started: Callable[[str, str], None] = lambda zone, subject: None,
    ended: Callable[[Step], None] = lambda step: None,
) -> list[Step]:
    """Take in what waits, rebuild what it touches, release every permit in force; gives the steps in order.

    From an empty lake nothing is built. `started` and `ended` are called around each step. Raises RoadError when
    another process is on the road.
    """
    steps: list[Step] = []

    def note(step: Step) -> None:
        steps.append(step)
        ended(step)

    with _on_the_road(settings) as (platform, runner):
        for step in _take_in(settings, platform, runner, started):
            note(step)
        if not platform.lake.deliveries():
            return steps
        build = _build(settings, platform, runner, started)
        note(build)
        if build.exit_code == 0:
            keys = ReleaseKeys(platform.key_ring)
            # One that was altered is refused by its release, which tells why.
            for project in [*in_force(settings.permits, datetime.now(UTC)), *altered(settings.permits)]:
                if over := keys.ended_at(project):
                    note(Step("release", project, "already there", f"its sandbox has ended, on {over:%Y-%m-%d}", 0))
                    continue
                started("release", project)
                note(_release(settings, runner, project))
    return steps


def release_project(settings: Settings, project: str, *, rekeyed: bool = False) -> Step:
    """Release the sandbox of one project; `rekeyed`: other keys than those of its latest release are meant.

    Raises RoadError when another process is on the road.
    """
    with _on_the_road(settings) as (_, runner):
        return _release(settings, runner, project, rekeyed=rekeyed)


@contextmanager
def _on_the_road(settings: Settings) -> Iterator[tuple[Platform, "_Runner"]]:
    """The only process that runs jobs in this home."""
    with _alone(settings), dagster_instance(settings.dagster_home) as instance:
        _close_runs_of_the_killed(instance)
        platform = Platform(home=str(settings.home))
        yield platform, _Runner(build_defs(platform), instance)


def _take_in(
    settings: Settings, platform: Platform, runner: "_Runner", started: Callable[[str, str], None]
) -> Iterator[Step]:
    contracts = load_all()
    deliveries, strange = find(settings.landing, contracts)
    for refusal in strange:
        yield Step("take in", f"{refusal.source}/{refusal.delivery}", "refused", str(refusal), 0, refusal.exit_code)
    for delivery in deliveries:
        subject = f"{delivery.source}/{delivery.id}"
        if taken_back := withdrawal(platform.lake, delivery.source, delivery.id):
            yield Step("take in", subject, "already there", f"withdrawn on {taken_back.at:%Y-%m-%d}", 0)
            continue
        if kept := in_lake(platform, delivery, contracts[delivery.source]):
            yield Step("take in", subject, "already there", f"{kept.rows:,} rows in the lake", 0)
            continue
        started("take in", subject)
        runner.add_partition(partitions_of(delivery.source), delivery.id)
        result = runner.run(f"take_in_{delivery.source}", delivery.id)
        if result.problem:
            yield Step("take in", subject, "refused", result.problem.line, result.seconds, result.problem.exit_code)
            continue
        intake = platform.restricted.intake(delivery.source, delivery.id)
        detail = f"{intake.rows_accepted:,} rows, {intake.rows_refused:,} refused" if intake else "nothing"
        yield Step("take in", subject, "done", detail, result.seconds)


def _build(settings: Settings, platform: Platform, runner: "_Runner", started: Callable[[str, str], None]) -> Step:
    warehouse = Warehouse(settings.warehouse)
    current = warehouse.current()
    if current and current.basis == intended(platform.lake).basis and is_measured(settings, current):
        return Step("warehouse", "cohort.duckdb", "already there", f"built {current.built_at}", 0)
    started("warehouse", "cohort.duckdb")
    result = runner.run("build_warehouse")
    if result.problem:
        return Step(
            "warehouse", "cohort.duckdb", "failed", result.problem.line, result.seconds, result.problem.exit_code
        )
    if not is_measured(settings, warehouse.built()):
        line = "it was built and not measured; run oeverum quality run, and again oeverum run"
        return Step("warehouse", "cohort.duckdb", "failed", line, result.seconds, 1)
    counts = warehouse.row_counts(warehouse.path)
    detail = f"{counts.get('person', 0):,} people, {sum(counts.values()):,} rows in {len(counts)} tables"
    if (anew := warehouse.built().people) is not None:
        detail += f"; {anew:,} people anew"
    return Step("warehouse", "cohort.duckdb", "done", detail, result.seconds)


def _release(settings: Settings, runner: "_Runner", project: str, *, rekeyed: bool = False) -> Step:
    before = latest(settings.releases, project)
    runner.add_partition(PROJECTS, project)
    result = runner.run("release_sandbox", project, {RELEASE.to_python_identifier(): {"rekeyed": rekeyed}})
    if result.problem:
        return Step("release", project, "failed", result.problem.line, result.seconds, result.problem.exit_code)
    after = latest(settings.releases, project)
    if after is None:
        return Step("release", project, "failed", "no release was written", result.seconds, 1)
    same = before is not None and before.release == after.release
    detail = f"{after.release}: {after.subjects:,} subjects, {after.rows:,} rows in {after.table_count} tables"
    return Step("release", project, "already there" if same else "done", detail, result.seconds)


@dataclass(frozen=True, slots=True)
class _Result:
    seconds: float
    problem: Problem | None


class _Runner:
    """Runs jobs of the definitions in this process, on the instance that Dagster's page reads."""

    def __init__(self, definitions: dg.Definitions, instance: dg.DagsterInstance) -> None:
        self._definitions = definitions
        self._instance = instance

    def add_partition(self, partitions: dg.DynamicPartitionsDefinition, key: str) -> None:
        self._instance.add_dynamic_partitions(str(partitions.name), [key])

    def run(
        self, job: str, partition: str | None = None, config: Mapping[str, Mapping[str, object]] | None = None
    ) -> _Result:
        """Run a job; `config` are the settings of its assets, by the names of their steps."""
        begun = time.monotonic()
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            result = self._definitions.resolve_job_def(job).execute_in_process(
                instance=self._instance,
                partition_key=partition,
                raise_on_error=False,
                tags={TAG: str(os.getpid())},
                run_config={
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                    "ops": {step: {"config": dict(settings)} for step, settings in (config or {}).items()},
                },
            )
        return _Result(time.monotonic() - begun, None if result.success else problem_of(result))


def _close_runs_of_the_killed(instance: dg.DagsterInstance) -> None:
    """Runs of an earlier process on the road that was killed are told to be over, and give back what they held.

    A killed run keeps its place in the pool of the one writer; the next build would wait for it without end.
    """
    open_states = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED]
    for record in instance.get_runs(dg.RunsFilter(statuses=open_states)):
        if TAG in record.tags:
            instance.report_run_failed(record, "The process that ran it has ended.")
    records = instance.event_log_storage
    for run_id in records.get_concurrency_run_ids():
        run = instance.get_run_by_id(run_id)
        if run is None or TAG in run.tags:
            records.free_concurrency_slots_for_run(run_id)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    settings.make_home()
    with (settings.state / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RoadError("another run is under way in this home; wait until it has ended") from None
        yield
