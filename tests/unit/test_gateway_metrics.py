"""What the gateway tells Prometheus: read by its own parser, true to what was asked, and without a name."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sandbox.anchors import FILE, read_anchor
from sandbox.gateway import app
from sandbox.gateway.metrics import GAUGES
from tests.unit.gateway_server import PROJECT, Served, counted, gauge, live_place, serving, within


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A gateway of its own, which signs the audit log at each look."""
    monkeypatch.setattr(app, "SIGN_SECONDS", 0.1)
    with serving(live_place(tmp_path, tables={"person": {"columns": ["sex", "birth_date"]}})) as made:
        yield made


def test_answers_are_counted_with_their_rows_and_seconds_and_refusals_by_their_class(served: Served) -> None:
    begun = time.monotonic()
    _, token = served.grant()
    assert (counted(served)["oeverum_rows_total"], counted(served)["oeverum_query_seconds_total"]) == (0, 0)
    assert served.query(token).status == 200
    rows = len(served.query(token, "select sex from person").json())
    assert rows > 1
    assert served.query(token, "select nothing from person").status == 422
    assert served.query("oev_" + "0" * 43).status == 401
    told = counted(served)
    assert told['oeverum_queries_total{outcome="answered"}'] == 2
    assert told['oeverum_queries_total{outcome="QueryRefused"}'] == 1
    assert told['oeverum_queries_total{outcome="NoGrant"}'] == 1
    assert told["oeverum_rows_total"] == 1 + rows
    assert 0 < told["oeverum_query_seconds_total"] < time.monotonic() - begun


def test_every_number_has_a_kind_and_a_meaning_and_none_names_anybody(served: Served) -> None:
    grant, token = served.grant()
    assert served.query(token).status == 200
    told = served.ask("/metrics").body.decode()
    families = {family.name: family for family in text_string_to_metric_families(told)}
    counters = {"oeverum_queries", "oeverum_query_seconds", "oeverum_rows"}
    assert families.keys() == counters | {f"oeverum_{name}" for name in GAUGES}
    assert {family.type for name, family in families.items() if name in counters} == {"counter"}
    assert {family.type for name, family in families.items() if name not in counters} == {"gauge"}
    assert all(family.documentation for family in families.values())
    assert not [name for name in (PROJECT, "anna", grant.id, token, "person", "r0001") if name in told]


def test_the_gateway_signs_the_audit_log_and_tells_when_it_was_written_anew(served: Served) -> None:
    place = served.place
    _, token = served.grant()
    assert served.query(token).status == 200
    signed = partial(read_anchor, place.ring.folder / FILE, keys=place.ring.folder)
    assert within(5, (place.ring.folder / FILE).exists)
    assert within(5, lambda: signed().mark.entries == len(place.told()))
    assert gauge(served, "audit_unsigned") == 0
    log = place.folder / "state" / "audit.jsonl"
    log.unlink()
    log.with_suffix(".head").unlink()
    place.audit.append("query", actor="somebody")
    assert within(5, lambda: gauge(served, "audit_unsigned") == 1)
    # The questions go on: whoever may write there must not be able to close the gateway.
    assert served.query(token).status == 200


def test_what_was_asked_last_is_signed_when_the_gateway_ends(tmp_path: Path) -> None:
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    with serving(place) as made:
        _, token = made.grant()
        assert made.query(token).status == 200
    assert read_anchor(place.ring.folder / FILE, keys=place.ring.folder).mark.entries == len(place.told())
