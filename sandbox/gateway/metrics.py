"""What the gateway counts, as Prometheus reads it: counts and seconds, never names."""

import threading
from collections import Counter
from collections.abc import Mapping

MEDIA = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters of one gateway since it started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queries: Counter[str] = Counter()
        self._seconds = 0.0
        self._rows = 0

    def answered(self, seconds: float, rows: int) -> None:
        """A query was answered."""
        with self._lock:
            self._queries["answered"] += 1
            self._seconds += seconds
            self._rows += rows

    def refused(self, kind: str) -> None:
        """Something was refused; `kind` is the class of the refusal."""
        with self._lock:
            self._queries[kind] += 1

    def text(self, gauges: Mapping[str, float]) -> str:
        """All of it, with what is so at this moment."""
        with self._lock:
            queries, seconds, rows = dict(self._queries), self._seconds, self._rows
        lines = ["# TYPE oeverum_queries_total counter"]
        lines += [f'oeverum_queries_total{{outcome="{kind}"}} {count}' for kind, count in sorted(queries.items())]
        lines += ["# TYPE oeverum_query_seconds_total counter", f"oeverum_query_seconds_total {seconds:.6f}"]
        lines += ["# TYPE oeverum_rows_total counter", f"oeverum_rows_total {rows}"]
        for name, value in gauges.items():
            lines += [f"# TYPE oeverum_{name} gauge", f"oeverum_{name} {value:g}"]
        return "\n".join(lines) + "\n"
