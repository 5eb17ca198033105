"""How the road ends when a run fails, and when there is nothing to do."""

import stat
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from ingestion.errors import IntakeError
from oeverum.settings import Settings
from orchestration.failures import problem_of, told_without_values
from orchestration.road import travel
from pseudonymisation.keyring import KeyRing
from sandbox.errors import QueryRefused
from tests.deliveries import bef_delivery
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
        (QueryRefused("not this"), "not this", 17),
        (ValueError("0101501234"), "fails failed with ValueError in test_failures.py, line", 1),
    ],
)
def test_the_text_of_an_error_is_told_only_when_it_is_ours(error: Exception, line: str, code: int) -> None:
    @dg.asset
    def fails() -> None:
        with told_without_values():
            raise error

    definitions = dg.Definitions(assets=[fails], jobs=[dg.define_asset_job("all")])
    with dg.instance_for_test() as instance:
        result = definitions.resolve_job_def("all").execute_in_process(raise_on_error=False, instance=instance)
        problem = problem_of(result)
        assert problem.line.startswith(line)
        assert problem.exit_code == code
        kept = [str(record) for record in instance.all_logs(result.run_id)]
        assert kept
        assert not [record for record in kept if "0101501234" in record]


def test_the_checks_that_broke_a_build_are_told_rather_than_the_class_of_the_error_after_them() -> None:
    """dbt ends with an error of its own when a test of it finds rows."""

    @dg.asset(key=["marts", "person"], check_specs=[dg.AssetCheckSpec("unique", asset=["marts", "person"])])
    def build() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(check_name="unique", passed=False)])
        with told_without_values():
            raise ValueError("0101501234")

    definitions = dg.Definitions(assets=[build], jobs=[dg.define_asset_job("build")])
    result = definitions.resolve_job_def("build").execute_in_process(raise_on_error=False)
    assert not result.success
    assert "person: unique; mend the data or the model" in problem_of(result).line


def test_real_people_are_not_taken_in_under_the_keys_of_a_demonstration(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    settings.make_home()
    KeyRing(settings.keys, demo=True).key("person")
    bef_delivery(settings.landing, {}, manifest={"synthetic": False})
    (step,) = travel(settings)
    assert (step.outcome, step.exit_code) == ("refused", 10)
    assert "found one that is not marked synthetic" in step.detail


def test_an_empty_home_is_made_for_its_owner_and_nothing_is_built(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert travel(settings) == []
    assert {stat.S_IMODE(path.stat().st_mode) for path in (settings.home, *settings.home.iterdir())} == {0o700}
    assert not settings.warehouse.exists()


def test_a_run_with_nothing_to_do_says_so(tmp_path: Path) -> None:
    done = oeverum(tmp_path / "home", "run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing to do" in done.stdout
