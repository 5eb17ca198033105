"""The sensor that ends what has ended: independent of the gateway, and without anybody asking.

What a grant is, and what its end means, is in `sandbox/grants.py`.
"""

import json
from datetime import UTC, datetime

import dagster as dg

from oeverum.access import end_due
from orchestration.defs.release import KEY
from orchestration.failures import failure_of
from orchestration.resources import Platform
from sandbox.errors import SandboxError
from sandbox.grants import Grant, Grants


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


def _left(grants: list[Grant], now: datetime) -> dict[str, dict[str, int]]:
    """By sandbox: live grants, and whole days until the last of them ends."""
    found: dict[str, dict[str, int]] = {}
    for grant in grants:
        facts = found.setdefault(grant.project, {"live_grants": 0, "days_left": 0})
        if grant.is_live(now):
            facts["live_grants"] += 1
            facts["days_left"] = max(facts["days_left"], int(grant.days_left(now)))
    return found
