"""Reading a release in a test: its key is in the key ring of the same home; not a test."""

import pyarrow as pa

from pseudonymisation.keyring import KeyRing
from sandbox.manifest import Release
from sandbox.parquet import opened
from sandbox.release_keys import ReleaseKeys


def key_to(release: Release) -> bytes:
    """The key of a release."""
    return ReleaseKeys(KeyRing(release.folder.parents[2] / "keys")).of(release)


def read(release: Release, table: str) -> pa.Table:
    """All rows of one table."""
    with opened(release.folder / f"{table}.parquet", key=key_to(release)) as file:
        return file.read()
