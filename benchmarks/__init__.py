"""Benchmarks, each as a ratio to a named baseline of the same run."""

import ingestion  # noqa: F401 - before pyarrow, as in the platform: it chooses Arrow's memory
