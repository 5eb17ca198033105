"""Arrow's memory: every process of the platform takes it from jemalloc, unless it was told otherwise."""

import os
import subprocess
import sys

import pytest

from oeverum.settings import REPOSITORY

TELL = "import pyarrow, sys; sys.stdout.write(pyarrow.default_memory_pool().backend_name)"


@pytest.mark.parametrize("first", ["oeverum.cli", "orchestration.definitions", "benchmarks.ingestion"])
def test_arrow_takes_its_memory_from_jemalloc(first: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    done = subprocess.run(
        [sys.executable, "-c", f"import {first}; {TELL}"], cwd=REPOSITORY, env=env, check=True, capture_output=True
    )
    assert done.stdout == b"jemalloc"
