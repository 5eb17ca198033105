"""Failures: how an error that a library raised on purpose is told in a run, and read again from its records.

Only the line and the exit code of our own errors are told; the text of any other error may quote data, so its class
alone is.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from sandbox.errors import GateFailed

EXIT_CODE = "exit_code"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a run failed, in one line, and the exit code of the class of failure."""

    line: str
    exit_code: int


def failure_of(error: Exception) -> dg.Failure:
    """The failure of a step whose cause will not pass by trying again."""
    code = getattr(error, "exit_code", 1)
    return dg.Failure(description=str(error), metadata={EXIT_CODE: code}, allow_retries=False)


@contextmanager
def told_without_values(*others: type[Exception]) -> Iterator[None]:
    """Tell of our own errors their line, and of any other its class and place alone: its text may quote a row.

    Ours are those with an exit code; `others` pass as they are. Dagster keeps the text of an error in its records.
    """
    passing: tuple[type[Exception], ...] = (dg.Failure, *others)
    try:
        yield
    except passing:
        raise
    except Exception as error:
        if hasattr(error, EXIT_CODE):
            raise failure_of(error) from None
        place = traceback.extract_tb(error.__traceback__)[-1]
        line = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
        raise dg.Failure(description=line) from None


def problem_of(result: dg.ExecuteInProcessResult) -> Problem:
    """Why a run failed."""
    for event in result.all_events:
        if not event.is_step_failure:
            continue
        told = event.step_failure_data.user_failure_data
        if told and told.description and EXIT_CODE in told.metadata:
            return Problem(str(told.description), _whole(told.metadata[EXIT_CODE]))
        if broken := _broken_checks(result):
            line = f"the marts do not hold what is expected of them: {'; '.join(broken)}; mend the data or the model"
            # What the checks find is what the gate would find.
            return Problem(line, GateFailed.exit_code)
        if told and told.description:
            return Problem(f"{event.step_key} failed with {told.description}; open the run in Dagster's page", 1)
        error = event.step_failure_data.error
        cause = error.cause if error and error.cause else error
        name = cause.cls_name if cause else "an error"
        return Problem(f"{event.step_key} failed with {name}; open the run in Dagster's page (make serve)", 1)
    return Problem("the run failed; open it in Dagster's page (make serve)", 1)


def _broken_checks(result: dg.ExecuteInProcessResult) -> list[str]:
    """What the blocking checks of a run found not to hold, as `table: 2 of 15 do not hold: ...`."""
    return [
        f"{evaluation.asset_key.path[-1]}: {evaluation.description or evaluation.check_name}"
        for evaluation in result.get_asset_check_evaluations()
        if not evaluation.passed and evaluation.severity == dg.AssetCheckSeverity.ERROR
    ]


def _whole(code: object) -> int:
    return code.value if isinstance(code, dg.IntMetadataValue) and code.value else 1
