"""How long the expectations of a table of 20 million rows take: beside one plain scan, and beside Great Expectations.

The table is `vital_sign`, with its file in `quality/expectations/marts/`; beside it `lab_result`, which has the most
expectations of all, without Great Expectations. The scan is `bit_xor(hash(...))` of the
columns that the expectations read, which no statistics can answer. Great Expectations judges the same on a pandas
DataFrame of the same rows, but for what needs a second table's dates; loading the frame does not count. Two threads
each, DuckDB with 2 GB, in a process of its own, in turns; the medians are compared. `--write` puts the table into
`benchmarks/RESULTS.md`.
"""

import argparse
import json
import platform
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measuring import in_turns, medians, peak_mib
from benchmarks.results import tell
from orchestration.resources import EXPECTATIONS
from quality.expectation import load
from quality.measure import measure

ROWS = 20_000_000
KINDS = ("scan", "expectations", "pandas", "scan-lab", "expectations-lab")
MOST_SCANS, LEAST_TIMES_FASTER, MOST_MIB = 3, 10, 2048
COLUMNS = ("vital_sign_id", "person_id", "measured_at", "element_code", "value")
LAB_COLUMNS = (
    *("lab_result_id", "person_id", "sampled_at", "answered_at", "npu_code", "result_value", "result_text"),
    *("result_operator", "reference_lower", "reference_upper", "is_cancelled"),
)
MADE = """
create schema marts;
create table marts.person as
  select cast(hash(i) >> 1 as bigint) as person_id, case when i % 10 = 0 then date '2025-01-01' end as death_date
  from range({people}) as numbers(i);
create table marts.vital_sign as
  select
    cast({delivery} + i as bigint) as vital_sign_id,
    cast(hash(i % {people}) >> 1 as bigint) as person_id,
    timestamp '2019-01-01' + interval (i % 2500000) minute as measured_at,
    ['SFI10012', 'SFI10013', 'SFI10015'][1 + i % 3] as element_code,
    cast([95, 37.2, 80][1 + i % 3] as double) as value
  from range({rows}) as numbers(i);
create table marts.lab_result as
  select
    cast({delivery} + i as bigint) as lab_result_id,
    cast(hash(i % {people}) >> 1 as bigint) as person_id,
    timestamp '2019-01-01' + interval (i % 2500000) minute as sampled_at,
    sampled_at + interval 90 minute as answered_at,
    ['NPU19748', 'NPU03230', 'NPU27300', 'NPU18016', 'NPU02319', 'NPU03429', 'NPU01568'][1 + i % 7] as npu_code,
    cast([4.5, 5, 48, 80, 8.2, 140, 4.2][1 + i % 7] as double) as result_value,
    if(i % 50 = 0, '<', null) as result_operator,
    coalesce(result_operator, '') || replace(result_value::varchar, '.', ',') as result_text,
    1.0 as reference_lower, 10.0 as reference_upper, false as is_cancelled
  from range({rows}) as numbers(i);
"""


def make(path: Path, rows: int) -> None:
    """The warehouse: sound rows, keys as the platform makes them, people a hundredth of the rows."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(MADE.format(rows=rows, people=rows // 100, delivery=1_234_567 * 2**32))


def work(kind: str, path: Path) -> None:
    """Run one of the three in this process; tells seconds and peak memory as JSON."""
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set threads = 2; set memory_limit = '2GB'")
        if kind == "pandas":
            seconds = _great_expectations(connection)
        else:
            mart, columns = ("lab_result", LAB_COLUMNS) if kind.endswith("-lab") else ("vital_sign", COLUMNS)
            begun = time.perf_counter()
            if kind.startswith("scan"):
                connection.execute(f"select bit_xor(hash({', '.join(columns)})) from marts.{mart}").fetchall()
            else:
                told = measure(connection, load(EXPECTATIONS / "marts" / f"{mart}.yaml"))
                if any(one.failing for one in told):
                    raise SystemExit("sound rows fail an expectation")
            seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "peak": peak_mib()}))


def _great_expectations(connection: duckdb.DuckDBPyConnection) -> float:
    """The same expectations on pandas; gives the seconds of judging."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx

        frame = connection.execute("from marts.vital_sign").fetch_df()
        known = connection.execute("select person_id from marts.person").fetch_df()["person_id"].tolist()
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        asset = context.data_sources.add_pandas("bench").add_dataframe_asset("vital_sign")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
        suite = gx.ExpectationSuite(name="vital_sign", expectations=_same(gx.expectations, known))
        begun = time.perf_counter()
        result = batch.validate(suite, result_format="BOOLEAN_ONLY")
        seconds = time.perf_counter() - begun
    if not result.success:
        raise SystemExit("sound rows fail an expectation of Great Expectations")
    return seconds


def _same(kinds: Any, known: list[int]) -> list[Any]:
    """The expectations of `vital_sign.yaml` in the words of Great Expectations."""
    of_element = [("SFI10012", 40, 100), ("SFI10013", 25, 45)]
    return [
        kinds.ExpectColumnValuesToBeUnique(column="vital_sign_id"),
        kinds.ExpectColumnValuesToBeInSet(column="person_id", value_set=known),
        kinds.ExpectColumnValuesToBeBetween(column="value", min_value=0),
        *(
            kinds.ExpectColumnValuesToBeBetween(
                column="value",
                min_value=low,
                max_value=high,
                row_condition=f'element_code=="{code}"',
                condition_parser="pandas",
            )
            for code, low, high in of_element
        ),
        *(kinds.ExpectColumnValuesToNotBeNull(column=column) for column in COLUMNS),
    ]


def report(path: Path, rows: int, repeats: int) -> str:
    """Measure in turns and tell the medians as a table."""
    runs = in_turns("benchmarks.quality", KINDS, repeats, "--file", str(path))
    seconds, peak = medians(runs, "seconds"), medians(runs, "peak")
    scans = seconds["expectations"] / seconds["scan"]
    faster = seconds["pandas"] / seconds["expectations"]
    lines = [
        f"{rows:,} rows, {len(COLUMNS)} columns, {len(load(EXPECTATIONS / 'marts' / 'vital_sign.yaml').expectations)} "
        f"expectations; medians of {repeats} runs in turns; Python {platform.python_version()}, DuckDB "
        f"{duckdb.__version__}.",
        "",
        "| | seconds | highest memory, MiB |",
        "|---|---:|---:|",
        f"| one plain scan | {seconds['scan']:.2f} | {peak['scan']:,.0f} |",
        f"| all expectations | {seconds['expectations']:.2f} | {peak['expectations']:,.0f} |",
        f"| Great Expectations on pandas | {seconds['pandas']:.2f} | {peak['pandas']:,.0f} |",
        "",
        f"All expectations take {scans:.1f} scans (target: at most {MOST_SCANS}), and are {faster:.0f} times faster "
        f"than Great Expectations on pandas (target: at least {LEAST_TIMES_FASTER}). Memory: at most {MOST_MIB:,} MiB.",
        "",
        f"The {len(load(EXPECTATIONS / 'marts' / 'lab_result.yaml').expectations)} expectations of `lab_result`, of as "
        f"many rows, take {seconds['expectations-lab']:.2f} s and {peak['expectations-lab']:,.0f} MiB, which is "
        f"{seconds['expectations-lab'] / seconds['scan-lab']:.1f} scans of {seconds['scan-lab']:.2f} s.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and with `--write` keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--work")
    parser.add_argument("--file", type=Path)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work, arguments.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        make(path, arguments.rows)
        told = report(path, arguments.rows, arguments.repeats)
    tell("quality", "The expectations of one table (`make bench`)", told, write=arguments.write)


if __name__ == "__main__":
    main()
