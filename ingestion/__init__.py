"""Ingestion: deliveries in, typed rows and a quarantine out."""

import os

# Arrow takes its memory from jemalloc: of its allocators the one that kept ingestion both flat and fast (ADR 0001). It
# looks here once, when pyarrow is first imported.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
