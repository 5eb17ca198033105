"""Whatever the gateway's OpenAPI document allows, and what it does not, gets an answer that the document describes."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from tests.unit.gateway_server import COUNT, PROJECT, live_place, serving

PATHS = 8
HERE = {"project": PROJECT}
QUESTIONS = (
    COUNT,
    "select sex, count(*) as n from person group by all order by all",
    "select * from person limit 3",
    "select 'æ \"quoted\"' as text, null as nothing, true as yes, 1.5 as number, date '2020-02-29' as day",
    "from person where false",
)
Cases = st.SearchStrategy[schemathesis.Case]


def _strategies(operation: Any) -> Iterator[Cases]:
    """What is asked of a path: what the document allows of the sandbox that there is, what it does not, and what it
    does not of any other.
    """
    yield operation.as_strategy(path_parameters=HERE)
    yield operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=HERE)
    yield operation.as_strategy(GenerationMode.NEGATIVE)
    if operation.path.endswith("/query"):
        bodies = st.fixed_dictionaries({"sql": st.sampled_from(QUESTIONS)}, optional={"release": st.none()})
        media = "application/json"
        yield bodies.flatmap(lambda body: operation.as_strategy(path_parameters=HERE, body=body, media_type=media))


def _statuses(cases: Cases, token: str, examples: int) -> set[int]:
    """With what the cases are answered, each as the document describes; with nothing where there is no such case."""
    seen = set()

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def ask(case: schemathesis.Case) -> None:
        response = case.call(headers={"Authorization": f"Bearer {token}"}, timeout=60)
        assert response.status_code < 500, case.method
        case.validate_response(response, checks=[status_code_conformance, content_type_conformance])
        seen.add(response.status_code)

    with suppress(Unsatisfiable):
        ask()
    return seen


@pytest.mark.parametrize(
    ("known", "tier", "examples"),
    [
        (True, "research", 15),
        (False, "research", 12),
        pytest.param(True, "research", 150, marks=pytest.mark.long),
        pytest.param(True, "company", 150, marks=pytest.mark.long),
        pytest.param(False, "research", 150, marks=pytest.mark.long),
    ],
)
def test_the_gateway_never_fails_and_answers_as_described(
    tmp_path: Path, known: bool, tier: str, examples: int
) -> None:
    """With a token of the sandbox each path is reached: an answer that is never anything but a refusal shows little."""
    load_all_checks()
    with serving(live_place(tmp_path, tier=tier, tables={"person": {"columns": ["sex"]}})) as served:
        token = served.grant()[1] if known else "oev_x"
        paths, reached = set(), set()
        for found in schemathesis.openapi.from_url(f"{served.url}/openapi.json").get_all_operations():
            operation = found.ok()
            paths.add(operation.path)
            for cases in _strategies(operation):
                if 200 in _statuses(cases, token, examples):
                    reached.add(operation.path)
        assert len(paths) == PATHS
        assert reached == (paths if known else {"/healthz", "/metrics"})
        assert served.ask("/healthz").status == 200
        assert served.place.audit.verify().ok
