"""The sensor that tells of refused deliveries and of sources that are late by their contract.

What an alert is and where it goes is in `orchestration/alerts.py`.
"""

import hashlib
import json
import time
from collections.abc import Iterator

import dagster as dg

from ingestion.contract import Contract
from oeverum.deliveries import late
from orchestration.alerts import Alert, AlertError, hook_of
from orchestration.resources import Platform
from orchestration.whole import TICK_SECONDS


def alert_sensor(contracts: dict[str, Contract]) -> dg.SensorDefinition:
    """Tells each occasion once; one that the webhook did not take is told again at the next tick."""

    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=60,
        description="Tells of refused deliveries and late sources, in the log or to the webhook of OEVERUM_ALERTS.",
    )
    def alerts(context: dg.SensorEvaluationContext, platform: Platform) -> dg.SensorResult:
        told = set(json.loads(context.cursor)) if context.cursor else set()
        hook = hook_of(platform.settings.alerts, context.log.warning)
        standing = {alert.key: alert for alert in _alerts(platform, contracts)}
        kept = told & set(standing)
        end = time.monotonic() + TICK_SECONDS
        for alert in standing.values():
            if alert.key in kept or time.monotonic() > end:
                continue
            try:
                hook(alert)
            except AlertError as error:
                context.log.error(str(error))
                continue
            kept.add(alert.key)
        new = len(kept - told)
        return dg.SensorResult(skip_reason=f"{new} new of {len(standing)} that stand", cursor=json.dumps(sorted(kept)))

    return alerts


def _alerts(platform: Platform, contracts: dict[str, Contract]) -> Iterator[Alert]:
    for refusal in platform.restricted.refusals():
        line = (
            f"{refusal.source}/{refusal.delivery}: expected {refusal.expected}; found {refusal.found}; "
            f"to do: {refusal.remedy}"
        )
        occasion = f"{refusal.digest}/{refusal.contract_digest}/{refusal.found}"
        digest = hashlib.sha256(occasion.encode("utf-8")).hexdigest()[:12]
        key = f"refused/{refusal.source}/{refusal.delivery}/{digest}"
        yield Alert("delivery refused", refusal.source, refusal.delivery, line, key)
    for one in late(platform.settings, contracts):
        line = f"{one.source} came last on {one.last:%Y-%m-%d} and was due by {one.due:%Y-%m-%d}"
        yield Alert("source late", one.source, "", line, f"late/{one.source}/{one.due:%Y-%m-%d}")
