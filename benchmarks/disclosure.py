"""What disclosure control costs a company's question, and whether a large release fits into the memory of a session.

Baseline: the same statement on the same encrypted release without any control, as tier research asks it. Each in a
process of its own, in turns, under the limits of a session (2 GB, two threads, no disk); the medians are compared. The
release has a million people and twenty results of each. `--write` puts the table into `benchmarks/RESULTS.md`.
"""

import json
import platform
import time
from pathlib import Path

import duckdb

from benchmarks.installation import make
from benchmarks.measuring import command_line, in_turns, medians, peak_mib
from benchmarks.results import tell
from oeverum.settings import Settings
from sandbox.disclosure.control import answer
from sandbox.disclosure.rules import Rules
from sandbox.manifest import latest
from sandbox.query import NO_LIMITS_GIVEN
from sandbox.release_keys import ReleaseKeys

ROWS = 20_000_000
PROJECT = "a-company"
QUESTIONS = {
    "people by sex": "select sex, count(*) as n from person group by sex",
    "results by year": "select extract(year from sampled_at) as y, count(*) as n, count(distinct subject_id) as people "
    "from lab_result group by extract(year from sampled_at)",
    "mean by code": "select npu_code, count(*) as n, avg(result_value) as mean from lab_result group by npu_code",
    "mean by sex and code": "select p.sex, l.npu_code, avg(l.result_value) as mean, count(distinct l.subject_id) as n "
    "from lab_result l join person p using (subject_id) group by p.sex, l.npu_code",
}
KINDS = [f"{how}: {name}" for name in QUESTIONS for how in ("without", "controlled")]


def work(kind: str, home: Path) -> None:
    """Ask one question in this process; tells seconds and peak memory as JSON."""
    how, name = kind.split(": ")
    settings = Settings(home=home)
    release = latest(settings.releases, PROJECT)
    assert release is not None
    key = ReleaseKeys(settings.key_ring()).of(release)
    rules = Rules(threshold=5) if how == "controlled" else None
    begun = time.perf_counter()
    given = answer(rules=rules, salt="s", release=release, key=key, sql=QUESTIONS[name], limits=NO_LIMITS_GIVEN)
    print(json.dumps({"seconds": time.perf_counter() - begun, "peak": peak_mib(), "rows": given.num_rows}))


def report(home: Path, rows: int, repeats: int) -> str:
    """Measure in turns and tell the medians as a table."""
    runs = in_turns("benchmarks.disclosure", KINDS, repeats, "--folder", str(home))
    seconds, peak = medians(runs, "seconds"), medians(runs, "peak")
    lines = [
        f"{rows:,} results of {rows // 20:,} people; medians of {repeats} runs in turns; Python "
        f"{platform.python_version()}, DuckDB {duckdb.__version__}.",
        "",
        "| question | without control, s | controlled, s | ratio | peak, MiB | controlled, MiB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in QUESTIONS:
        plain, controlled = f"without: {name}", f"controlled: {name}"
        lines.append(
            f"| {name} | {seconds[plain]:.2f} | {seconds[controlled]:.2f} | {seconds[controlled] / seconds[plain]:.1f} "
            f"| {peak[plain]:,.0f} | {peak[controlled]:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def make_company(home: Path, rows: int) -> None:
    """An installation with one release, of tier company."""
    make(home, rows=rows, projects={PROJECT: "company"})


def main() -> None:
    """The command line of the benchmark."""
    told = command_line(__doc__, rows=ROWS, kinds=KINDS, work=work, report=report, make=make_company)
    if told:
        tell("disclosure", "A company's question on a large release (`make bench`)", told[0], write=told[1])


if __name__ == "__main__":
    main()
