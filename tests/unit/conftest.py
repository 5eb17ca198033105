"""What the tests of expectations share: a warehouse that may be spoilt."""

from collections.abc import Iterator

import duckdb
import pytest


@pytest.fixture
def warehouse(sound: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The `sound` warehouse of a module; what a test changes in it is taken back."""
    sound.execute("begin")
    yield sound
    sound.execute("rollback")
