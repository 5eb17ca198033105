"""Homes for tests: a few hundred synthetic people in landing/, and the command line in a process of its own."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingestion.contract import load_all
from oeverum.settings import REPOSITORY, Settings, operator
from oeverum.step import Step
from orchestration.dagster_home import DAGSTER_YAML
from pseudonymisation.keyring import KeyRing
from sandbox.anchors import Anchors
from sandbox.audit import AuditLog
from sandbox.permits.file import activate, load
from synthetic.generator import synthesise
from tests.permits import approved_text

ADULTS = 300
# The sources that the marts are made of, and one message: enough for the road, and quick.
SOURCES = (
    *(
        "bef",
        "cpr_relation",
        "cpr_skift",
        "dod",
        "hjemmepleje_besoeg",
        "hospitalnotification",
        "journalnotat",
        "laboratoriesvar",
    ),
    *("lmdb", "lpr_a_diagnose", "lpr_a_kontakt", "sssy"),
)
YEARS = (2022, 2025)
ONE_FILE = """\
event_log_storage:
  module: dagster._core.storage.event_log
  class: ConsolidatedSqliteEventLogStorage
  config:
    base_dir:
      env: DAGSTER_HOME
"""


@dataclass(frozen=True)
class Road:
    """A home after the road, and the steps that it took."""

    settings: Settings
    steps: list[Step]


def prepare(home: Path) -> Settings:
    """A home with deliveries in landing/, demo keys and the two permits of the demonstration in force."""
    settings = Settings(home=home)
    synthesise(
        adults=ADULTS,
        first_year=YEARS[0],
        last_year=YEARS[1],
        seed=11,
        sources=[source for source in load_all() if source in SOURCES],
        landing=settings.landing,
        truth=settings.truth,
    )
    quick_records(settings)
    KeyRing(settings.keys, demo=True).key("person")
    for template in sorted((REPOSITORY / "permits").glob("*.yaml")):
        people = [operator()] if load(template).tier != "practice" else []
        approved_text(settings.permits, activate(template, datetime.now(UTC).date(), people=people))
    return settings


def quick_records(settings: Settings) -> None:
    """Dagster's records in one file instead of one per run, as Dagster itself offers for tests: a third of the time."""
    settings.dagster_home.mkdir(parents=True)
    (settings.dagster_home / "dagster.yaml").write_text(DAGSTER_YAML + ONE_FILE, encoding="utf-8")


def oeverum(home: Path, *arguments: str, timeout: int = 300) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, on this home."""
    return subprocess.run(
        [sys.executable, "-m", "oeverum.cli", *arguments],
        env={**os.environ, "OEVERUM_HOME": str(home), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        cwd=REPOSITORY,
    )


def under_keys_of(other: Settings, landed: Settings, home: Path) -> Settings:
    """A home where all waits in landing/, under the keys of another, whose audit log is not this one's."""
    shutil.copytree(landed.home, home)
    shutil.copytree(other.keys, home / "keys", dirs_exist_ok=True)
    settings = Settings(home=home)
    reason = "A home of its own under the keys of another."
    Anchors(AuditLog(settings.audit), settings.key_ring()).accept(by="test", reason=reason)
    return settings
