"""The home that readers of the pages have."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from oeverum.settings import REPOSITORY, Settings, operator
from sandbox.grants import Grants
from sandbox.permits.versions import in_force


@pytest.fixture
def home(copy_of_road: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What a reader has after the demonstration: data/ and permits/ in the folder, a grant to each sandbox."""
    (tmp_path / "data").symlink_to(copy_of_road.home)
    (tmp_path / "permits").symlink_to(REPOSITORY / "permits")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OEVERUM_HOME", raising=False)
    now = datetime.now(UTC)
    for one in in_force(copy_of_road.permits, now).values():
        Grants(copy_of_road.grants).issue(permit=one, holder=operator(), days=one.grant_days, now=now)
    return copy_of_road
