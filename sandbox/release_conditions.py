"""What must hold before a release is written: the permit, the quality gate, and the keys of the release before.

The writing itself is in `release.py`; the gate is in `quality/gate.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sandbox.errors import DisclosureRefused, GateFailed, PermitError, ReleaseError
from sandbox.permits.model import DENMARK, Permit


class GateVerdict(Protocol):
    """What the quality gate says; `report` is for quality.json."""

    @property
    def passed(self) -> bool: ...  # noqa: D102
    @property
    def failures(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def report(self) -> Mapping[str, Any]: ...  # noqa: D102


def refuse_permit(permit: Permit, *, now: datetime, synthetic_only: bool) -> None:
    """Raise DisclosureRefused or PermitError when the permit's tier or its days do not allow a release now."""
    if permit.tier == "practice" and not synthetic_only:
        raise DisclosureRefused(
            f"{permit.project}: tier practice shows rows of synthetic people only, and the warehouse holds deliveries "
            "that are not marked synthetic; ask for the research tier or release from a synthetic installation"
        )
    day = now.astimezone(DENMARK).date()
    if not permit.covers(day):
        until = f"from {permit.valid_from} to {permit.valid_to}" if permit.valid_from else "none, it is a template"
        raise PermitError(f"{permit.project}: expected a permit in force on {day}, found {until}; renew or activate it")


def judged(gate: Callable[[], GateVerdict]) -> GateVerdict:
    """The gate's verdict, if it passed. Raises GateFailed otherwise, and when the gate could not decide."""
    try:
        verdict = gate()
        passed, failures = verdict.passed, list(verdict.failures)
    except Exception as error:
        raise GateFailed(
            f"the quality gate could not decide ({type(error).__name__}), so nothing is published; "
            "mend what stopped it and release again"
        ) from error
    if passed is not True or failures:
        raise GateFailed(
            f"the quality gate did not pass: {', '.join(failures) or 'no reason given'}; nothing is published; "
            "mend the data or the model and release again"
        )
    return verdict


def refuse_other_keys(now: Mapping[str, str], release: str, project: str, *, before: Mapping[str, str]) -> None:
    """Raise ReleaseError when versions of keys are others than those of a release, both as {kind: version}."""
    if changed := sorted(kind for kind, version in before.items() if now.get(kind, version) != version):
        raise ReleaseError(
            f"{project}: expected the keys of {release}, found others for {', '.join(changed)}, under which the two "
            f"could not be joined; if that is meant: oeverum sandbox release {project} --rekeyed"
        )
