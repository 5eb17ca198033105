"""An installation with releases, made without the road, and the gateway over it, for benchmarks and the load test.

Rows are made up here: people, and twenty results for each. The gateway is the command `oeverum serve` in a process of
its own.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import yaml

from oeverum.settings import Settings
from pseudonymisation.known_values import HashedValues
from sandbox.grants import Grants
from sandbox.manifest import Release
from sandbox.permits.model import Permit
from sandbox.permits.versions import all_permits, approve, submit
from sandbox.pseudonyms import ProjectKeys
from sandbox.release import write_release
from sandbox.release_keys import ReleaseKeys
from sandbox.subjects import MEMORY_LIMIT

RESULTS_EACH = 20
HOLDERS = ("bench", *(f"client{n}" for n in range(64)))
KEY = bytes(range(32))
NOBODY = HashedValues(KEY, {})
NOTHING_TOLD = SimpleNamespace(json={}, html="")
COLUMNS = {"person": ("sex", "birth_date"), "lab_result": ("sampled_at", "npu_code", "result_value")}
TABLES = """
create schema marts;
create table marts.person as
select i * 7919 as person_id, case when i % 2 = 0 then 'female' else 'male' end as sex,
  date '1930-01-01' + (hash(i) % 25000)::integer as birth_date, null::date as death_date
from range({people}) as numbers(i);
create table marts.lab_result as
select i as lab_result_id, (i % {people}) * 7919 as person_id,
  timestamp '2020-01-01' + to_minutes((hash(i + 1) % 2000000)::bigint) as sampled_at,
  'NPU' || lpad((hash(i * 3) % 90)::varchar, 5, '0') as npu_code, (hash(i) % 1000000) / 7.0 as result_value,
  replace(round((hash(i) % 1000000) / 7000.0, 2)::varchar, '.', ',') as result_text
from range({rows}) as numbers(i);
"""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that runs: its port on this machine, and its process."""

    port: int
    process: int


def make(home: Path, *, rows: int, projects: Mapping[str, str]) -> dict[str, Release]:
    """Write an installation with one release for each project; `projects` gives the tier of each."""
    settings = Settings(home=home)
    settings.make_home()
    make_warehouse(settings.warehouse, rows=rows)
    return {project: release(settings, permitted(settings, project, tier)) for project, tier in projects.items()}


def make_warehouse(path: Path, *, rows: int) -> None:
    """Write a warehouse of so many results, each person with RESULTS_EACH of them."""
    with duckdb.connect(str(path)) as engine:
        engine.execute(TABLES.format(rows=rows, people=rows // RESULTS_EACH))


def permitted(settings: Settings, project: str, tier: str, columns: Mapping[str, Sequence[str]] = COLUMNS) -> Permit:
    """An approved permit for these columns of both tables."""
    today = datetime.now(UTC).date()
    company = tier == "company"
    content = {
        **{"project": project, "title": "Bench", "purpose": "To measure.", "legal_basis": "None.", "tier": tier},
        **{"kind": "company_test" if company else "research", "phase": "large_scale", "purpose_of_use": "statistics"},
        **{"controller": "Nobody", "contact": "bench@research.invalid", "grant_days": 30, "retention_days": 0},
        "parties": [{"name": "Nobody", "kind": "company"}],
        "people": [{"login": holder, "party": "Nobody"} for holder in HOLDERS],
        **{"from": str(today - timedelta(days=2)), "to": str(today + timedelta(days=100))},
        "population": [{"in": "person"}],
        "tables": {table: {"columns": list(chosen)} for table, chosen in columns.items()},
    }
    now, text = datetime.now(UTC), yaml.safe_dump(content, sort_keys=False)
    asked = submit(settings.permits, text, name="bench.yaml", by="requester", now=now)
    return approve(settings.permits, project, 1, mark=asked.mark, by="approver", now=now).permit


def release(
    settings: Settings,
    permit: Permit,
    *,
    known: HashedValues = NOBODY,
    codebook: Callable[..., Any] = lambda **_: NOTHING_TOLD,
    memory_limit: str = MEMORY_LIMIT,
) -> Release:
    """Write a release of the warehouse; by default without a codebook."""
    return write_release(
        permit=permit,
        warehouse=settings.warehouse,
        releases=settings.releases,
        release_keys=ReleaseKeys(settings.key_ring()),
        known=known,
        keys=ProjectKeys(key=lambda kind, _: KEY, version=lambda kind: "k1-00000000"),
        deliveries=[],
        code_version="bench",
        gate=lambda: SimpleNamespace(passed=True, failures=(), report={}),
        codebook=codebook,
        quality=lambda **_: NOTHING_TOLD,
        now=datetime.now(UTC),
        synthetic_only=True,
        memory_limit=memory_limit,
    )


def granted(home: Path, project: str, holder: str = HOLDERS[0]) -> tuple[str, str]:
    """A new grant of 14 days for one of the holders, and its token."""
    settings, now = Settings(home=home), datetime.now(UTC)
    grants = Grants(settings.grants)
    grant = grants.issue(permit=all_permits(settings.permits)[project], holder=holder, days=14, now=now)
    return grant.id, grants.new_token(grant.id, now=now)


@contextmanager
def served(home: Path) -> Iterator[Gateway]:
    """`oeverum serve` on a free port, until the block is left."""
    arguments = [sys.executable, "-m", "oeverum.cli", "serve", "--home", str(home), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    environment.pop("OEVERUM_GRANTS_URL", None)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:([0-9]+)", process.stdout.readline())
            if not found:
                raise RuntimeError("expected the gateway's address, found none")
            yield Gateway(int(found[1]), process.pid)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
