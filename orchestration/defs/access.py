"""The sensors that end what has ended: independent of the gateway, and without anybody asking.

What the end of a grant means is in `sandbox/grants.py`, what that of a sandbox means in `sandbox/ending.py`.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import dagster as dg

from oeverum.access import end_due, endings
from oeverum.settings import operator
from orchestration.defs.release import KEY
from orchestration.failures import failure_of
from orchestration.live_grants import days_by_sandbox, metadata
from orchestration.resources import Platform
from pseudonymisation.errors import KeyRingError
from sandbox.ending import Endings
from sandbox.errors import SandboxError
from sandbox.grants import Grants

# A sandbox is destroyed so long after it was first seen due: a clock that runs wrong for an hour destroys nothing.
SURE_AFTER = timedelta(days=1)


def grant_sensor() -> dg.SensorDefinition:
    """Marks grants whose time is up, and tells of each sandbox which are live and for how many days yet."""

    @dg.sensor(
        name="grants_that_end",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends the grants whose time is up, and tells the days that are left as metadata of each sandbox.",
    )
    def grants_that_end(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        settings = platform.settings
        try:
            now = datetime.now(UTC)
            ended = end_due(settings, now=now)
            grants = Grants(settings.grants)
            left = days_by_sandbox(grants.list(), grants.clock(now))
        except SandboxError as error:
            raise failure_of(error) from None
        before = json.loads(context.cursor) if context.cursor else {}
        return dg.SensorResult(
            asset_events=[
                dg.AssetObservation(KEY, partition=project, metadata=dict(metadata(days)))
                for project, days in left.items()
                if before.get(project) != days
            ],
            skip_reason=f"grants ended: {len(ended)}",
            cursor=json.dumps(left),
        )

    return grants_that_end


def sandbox_sensor() -> dg.SensorDefinition:
    """Destroys the releases of sandboxes whose permit has ended and whose days of retention are over."""

    @dg.sensor(
        name="sandboxes_that_end",
        minimum_interval_seconds=600,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends each sandbox whose permit and retention are over, a day after it was first seen so: its keys "
        "are destroyed, and a signed certificate is written. An end that was cut off is completed at once.",
    )
    def sandboxes_that_end(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        seen = json.loads(context.cursor) if context.cursor else {}
        try:
            found = _end_each(endings(platform.settings), seen, datetime.now(UTC))
        except (SandboxError, KeyRingError) as error:
            raise failure_of(error) from None
        told = f"sandboxes ended: {found.ended}, to be ended within a day: {len(set(found.due) - set(found.refused))}"
        if found.refused:
            refusals = "; ".join(f"{project} ({line})" for project, line in found.refused.items())
            told = f"sandboxes that cannot be ended: {len(found.refused)}: {refusals}; {told}"
            context.log.error(told)
            # Dagster keeps no cursor of a tick that fails. What is new is kept first, and the next tick fails.
            if found.due == seen:
                raise dg.Failure(description=told, allow_retries=False)
        return dg.SensorResult(skip_reason=told, cursor=json.dumps(found.due))

    return sandboxes_that_end


@dataclass
class _Found:
    """What one tick did: projects due and not ended, by when they were first seen so, and why some were refused."""

    ended: int = 0
    due: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def _end_each(ends: Endings, seen: dict[str, str], now: datetime) -> _Found:
    """End each project that can be ended; one that cannot keeps no other from it.

    Where the keys are destroyed already, nothing is left to be sure of.
    """
    found = _Found()
    for project in ends.projects():
        try:
            state = ends.due(project, now=now)
            if state is None:
                continue
            first = found.due[project] = min(seen.get(project, now.isoformat()), now.isoformat())
            if state == "begun" or now - datetime.fromisoformat(first) >= SURE_AFTER:
                ends.end(project, by=operator(), now=now)
                found.ended += 1
                del found.due[project]
        except (SandboxError, KeyRingError) as error:
            found.refused[project] = f"{type(error).__name__}: {error}"
        except OSError as error:
            found.refused[project] = type(error).__name__
    return found
