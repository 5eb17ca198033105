"""The sensors that end what has ended: independent of the gateway, and without anybody asking.

What the end of a grant means is in `sandbox/grants.py`, what that of a sandbox means in `sandbox/ending.py`.
"""

import json
from datetime import UTC, datetime, timedelta

import dagster as dg

from oeverum.access import end_due, endings
from oeverum.settings import operator
from orchestration.defs.release import KEY
from orchestration.failures import failure_of
from orchestration.resources import Platform
from pseudonymisation.errors import KeyRingError
from sandbox.errors import SandboxError
from sandbox.grants import Grant, Grants
from sandbox.manifest import list_releases
from sandbox.permits.model import DENMARK
from sandbox.permits.versions import all_permits
from sandbox.release_keys import ReleaseKeys

# A sandbox is destroyed so long after it was first seen due: a clock that runs wrong for an hour destroys nothing.
SURE_AFTER = timedelta(days=1)


def grant_sensor() -> dg.SensorDefinition:
    """Marks grants whose time is up, and tells of each sandbox how many are live and for how many days at most."""

    @dg.sensor(
        name="grants_that_end",
        minimum_interval_seconds=60,
        description="Ends the grants whose time is up, and tells the days that are left as metadata of each sandbox.",
    )
    def grants_that_end(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        settings = platform.settings
        try:
            now = datetime.now(UTC)
            ended = end_due(settings, now=now)
            grants = Grants(settings.grants)
            left = _left(grants.list(), grants.clock(now))
        except SandboxError as error:
            raise failure_of(error) from None
        before = json.loads(context.cursor) if context.cursor else {}
        return dg.SensorResult(
            asset_events=[
                dg.AssetObservation(KEY, partition=project, metadata=dict(facts))
                for project, facts in left.items()
                if before.get(project) != facts
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
        description="Ends each sandbox whose permit and retention are over, a day after it was first seen so: its keys "
        "are destroyed, and a signed certificate is written.",
    )
    def sandboxes_that_end(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        now = datetime.now(UTC)
        seen = json.loads(context.cursor) if context.cursor else {}
        try:
            due = {project: min(seen.get(project, now.isoformat()), now.isoformat()) for project in _due(platform, now)}
            sure = [project for project, first in due.items() if now - datetime.fromisoformat(first) >= SURE_AFTER]
            for project in sure:
                endings(platform.settings).end(project, by=operator(), now=now)
        except (SandboxError, KeyRingError) as error:
            raise failure_of(error) from None
        waiting = {project: first for project, first in due.items() if project not in sure}
        return dg.SensorResult(
            skip_reason=f"sandboxes ended: {len(sure)}, to be ended within a day: {len(waiting)}",
            cursor=json.dumps(waiting),
        )

    return sandboxes_that_end


def _due(platform: Platform, now: datetime) -> list[str]:
    """The projects with releases that are past their permit's end and retention."""
    settings, keys, today = platform.settings, ReleaseKeys(platform.key_ring), now.astimezone(DENMARK).date()
    return [
        project
        for project, permit in all_permits(settings.permits).items()
        if permit.destroyed_on and permit.destroyed_on <= today
        if list_releases(settings.releases, project) and not keys.ended_at(project)
    ]


def _left(grants: list[Grant], now: datetime) -> dict[str, dict[str, int]]:
    """By sandbox: live grants, and whole days until the last of them ends."""
    found: dict[str, dict[str, int]] = {}
    for grant in grants:
        facts = found.setdefault(grant.project, {"live_grants": 0, "days_left": 0})
        if grant.is_live(now):
            facts["live_grants"] += 1
            facts["days_left"] = max(facts["days_left"], int(grant.days_left(now)))
    return found
