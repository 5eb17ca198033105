"""What the pages say of Dagster's page is in the graph: assets, checks, sensors, jobs."""

import re

import dagster as dg
import pytest

from orchestration.definitions import build_defs
from tests.docs.pages import inline_code, prose

TUTORIAL = "docs/tutorial/first-road.md"


@pytest.fixture(scope="module")
def graph() -> dg.Definitions:
    return build_defs()


def test_the_tutorial_names_groups_assets_and_checks_of_the_graph(graph: dg.Definitions) -> None:
    assets = graph.resolve_asset_graph()
    groups = {assets.get(key).group_name for key in assets.get_all_asset_keys()}
    section = prose(TUTORIAL).split("## 8. The graph")[1].split("\n## ")[0]
    (listed,) = re.findall(r"is the graph:([^.]*)\.", section)
    assert set(re.findall(r"`(\w+)`", listed)) == groups - {"seeds"}
    lines = re.findall(r"^- `([\w/]+)`(.*(?:\n  .*)*)", section, re.MULTILINE)
    assert len(lines) == 4
    for name, said in lines:
        key = dg.AssetKey(name.split("/"))
        assert assets.has(key), name
        checks = {check.name for check in assets.get_check_keys_for_assets({key})}
        assert set(re.findall(r"`(\w+)`", said)) <= checks, name


def test_the_sensors_that_the_how_to_names_are_those_of_the_graph(graph: dg.Definitions) -> None:
    sensors = {sensor.name: sensor for sensor in graph.sensors or () if isinstance(sensor, dg.SensorDefinition)}
    assert set(sensors) <= set(inline_code("docs/how-to/run-an-installation.md"))
    on = {name for name, sensor in sensors.items() if sensor.default_status == dg.DefaultSensorStatus.RUNNING}
    # What has ended is ended, and what was done is signed, though nobody has switched anything on.
    assert on == {"grants_that_end", "sandboxes_that_end", "audit_log_signed"}
    assert "seven sensors" in prose(TUTORIAL)
    assert len(sensors) == 7


def test_the_jobs_that_the_decision_names_are_in_the_graph(graph: dg.Definitions) -> None:
    jobs = {job.name for job in graph.resolve_all_job_defs()}
    named = {code for code in inline_code("docs/adr/0008-one-process-road.md") if re.fullmatch(r"[a-z]+_[a-z_]+", code)}
    assert named
    assert named <= jobs
