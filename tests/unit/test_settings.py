"""Settings of a process: who acts in it."""

import os
import pwd
from pathlib import Path

import pytest

from oeverum import settings
from oeverum.settings import operator


def test_who_logged_in_is_who_acts_and_else_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LOGIN_UID", tmp_path / "loginuid")
    account = pwd.getpwuid(os.getuid()).pw_name
    assert operator() == account
    for kept, who in (("4294967295", account), ("", account), (str(pwd.getpwnam("daemon").pw_uid), "daemon")):
        (tmp_path / "loginuid").write_text(kept, encoding="ascii")
        assert operator() == who
