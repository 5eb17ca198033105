"""Whatever the gateway's OpenAPI document allows, and what it does not, gets an answer that the document describes."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from tests.unit.gateway_server import live_place, serving

EXAMPLES = 12


@pytest.mark.parametrize("known", [True, False])
def test_the_gateway_never_fails_and_answers_as_described(tmp_path: Path, known: bool) -> None:
    load_all_checks()
    with serving(live_place(tmp_path, tables={"person": {"columns": ["sex"]}})) as served:
        token = served.grant()[1] if known else "oev_x"
        document = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
        paths = set()
        for found in document.get_all_operations():
            operation = found.ok()

            @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy())
            def ask(case: schemathesis.Case) -> None:
                response = case.call(headers={"Authorization": f"Bearer {token}"}, timeout=60)
                assert response.status_code < 500, case.method
                case.validate_response(response, checks=[status_code_conformance, content_type_conformance])

            ask()
            paths.add(operation.path)
        assert len(paths) == 8
        assert served.ask("/healthz").status == 200
        assert served.place.audit.verify().ok
