"""What the gateway counts, as Prometheus reads it: counts and seconds, never names."""

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST as MEDIA
from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics, generate_latest

__all__ = ["GAUGES", "MEDIA", "Metrics"]

GAUGES = {
    "queries_waiting": "Queries that wait for their turn",
    "processes_idle": "Processes of sessions that wait for a query",
    "processes_busy": "Processes that run a query",
    "locks_missing": "Locks of the kernel that this machine does not have",
    "audit_unsigned": "1 when the audit log could not be signed when that was tried last",
}

# When a counter began is no number that anybody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """Counters of one gateway since it started."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._queries = Counter(
            "oeverum_queries", "Queries and requests by what became of them", ["outcome"], registry=self._registry
        )
        self._seconds = Counter("oeverum_query_seconds", "Seconds that answered queries took", registry=self._registry)
        self._rows = Counter("oeverum_rows", "Rows of answers", registry=self._registry)
        self._gauges = {name: Gauge(f"oeverum_{name}", told, registry=self._registry) for name, told in GAUGES.items()}

    def answered(self, seconds: float, rows: int) -> None:
        """A query was answered."""
        self._queries.labels("answered").inc()
        self._seconds.inc(seconds)
        self._rows.inc(rows)

    def refused(self, kind: str) -> None:
        """Something was refused; `kind` is the class of the refusal."""
        self._queries.labels(kind).inc()

    def text(self, gauges: Mapping[str, float]) -> bytes:
        """All of it, with what is so at this moment: a number for each of `GAUGES`."""
        for name, gauge in self._gauges.items():
            gauge.set(gauges[name])
        return generate_latest(self._registry)
