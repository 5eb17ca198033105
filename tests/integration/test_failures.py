"""How the road ends when a run fails, and when there is nothing to do."""

import stat
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from ingestion.errors import IntakeError
from oeverum.settings import Settings
from orchestration.failures import failure_of, problem_of
from orchestration.road import travel
from tests.homes import oeverum


@dg.asset(key=["marts", "person"])
def person() -> None:
    """A mart."""


def outcome_of(*passed: bool, severity: dg.AssetCheckSeverity) -> dg.ExecuteInProcessResult:
    """A run of a mart with one blocking check for each of `passed`."""
    specs = [dg.AssetCheckSpec(f"check_{n}", asset=["marts", "person"], blocking=True) for n in range(len(passed))]

    @dg.multi_asset_check(specs=specs, name="expectations")
    def expectations() -> Iterator[dg.AssetCheckResult]:
        for n, held in enumerate(passed):
            description = None if held else f"{n} of 2 do not hold: has_rows"
            yield dg.AssetCheckResult(
                asset_key=["marts", "person"],
                check_name=f"check_{n}",
                passed=held,
                severity=severity,
                description=description,
            )

    definitions = dg.Definitions(assets=[person], asset_checks=[expectations], jobs=[dg.define_asset_job("build")])
    return definitions.resolve_job_def("build").execute_in_process(raise_on_error=False)


def test_expectations_that_do_not_hold_are_named_with_the_code_of_the_gate() -> None:
    result = outcome_of(True, False, severity=dg.AssetCheckSeverity.ERROR)
    assert not result.success
    problem = problem_of(result)
    assert problem.exit_code == 11
    assert "person: 1 of 2 do not hold: has_rows; mend the data or the model" in problem.line


def test_a_warning_lets_the_run_pass() -> None:
    assert outcome_of(False, severity=dg.AssetCheckSeverity.WARN).success


@pytest.mark.parametrize(
    ("error", "line", "code"),
    [
        (IntakeError("the disk is full; make room"), "the disk is full; make room", 1),
        (ValueError("0101501234"), "fails failed with ValueError; open the run in Dagster's page (make serve)", 1),
    ],
)
def test_the_text_of_an_error_is_told_only_when_it_is_ours(error: Exception, line: str, code: int) -> None:
    @dg.asset
    def fails() -> None:
        raise failure_of(error) if isinstance(error, IntakeError) else error

    definitions = dg.Definitions(assets=[fails], jobs=[dg.define_asset_job("all")])
    problem = problem_of(definitions.resolve_job_def("all").execute_in_process(raise_on_error=False))
    assert (problem.line, problem.exit_code) == (line, code)


def test_an_empty_home_is_made_for_its_owner_and_nothing_is_built(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert travel(settings) == []
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert not settings.warehouse.exists()


def test_a_run_with_nothing_to_do_says_so(tmp_path: Path) -> None:
    done = oeverum(tmp_path / "home", "run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing to do" in done.stdout
