"""What the sensors ask for on a home, when they wait, and what makes them ask again; and what every asset tells."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from ingestion.contract import load_all
from ingestion.delivery import MANIFEST, find
from ingestion.errors import DeliveryRefused
from ingestion.take_in import take_in
from oeverum.settings import Settings, operator
from orchestration.dagster_home import dagster_instance
from orchestration.definitions import build_defs
from orchestration.defs.arrivals import ATTEMPTS, RUN_KEY
from orchestration.resources import Platform
from orchestration.road import release_project
from orchestration.warehouse import intended
from sandbox.audit import AuditLog
from sandbox.ending import Endings, read_certificate
from sandbox.grants import Grants
from sandbox.manifest import list_releases
from sandbox.permits.model import DENMARK
from sandbox.permits.versions import approve, in_force, submit, versions
from sandbox.release_keys import ReleaseKeys
from tests.deliveries import bef_delivery
from tests.homes import Road
from tests.permits import alter, approved
from tests.released import key_to

PROJECTS = ["early-warning-homecare", "readmissions-elderly"]
RELEASES = dg.AssetKey(["releases", "sandbox"])


@dataclass(frozen=True)
class Asked:
    """What one tick asked for: jobs and partitions by run key, and partitions to add; or why it asked for nothing."""

    jobs: dict[str, str | None]
    partitions: dict[str, str | None]
    added: list[tuple[str, str]]
    skipped: str | None
    cursor: str | None
    observed: dict[str, dict[str, object]] = field(default_factory=dict)

    def key_of(self, source: str) -> str:
        """The run key of the only delivery of a source."""
        (key,) = (key for key in self.jobs if key.startswith(f"{source}/"))
        return key


Look = Callable[..., Asked]


@pytest.fixture(scope="module")
def graph() -> dg.Definitions:
    return build_defs()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Records on disk: without them Dagster does not know the partitions that a tick adds."""
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as made:
        yield made


@pytest.fixture
def look(graph: dg.Definitions, instance: dg.DagsterInstance, caplog: pytest.LogCaptureFixture) -> Look:
    """One tick of a sensor on a home, as Dagster's daemon makes it: job names and partitions are checked too."""

    def tick(name: str, settings: Settings, cursor: str | None = None) -> Asked:
        context = dg.build_sensor_context(
            instance=instance,
            instance_ref=instance.get_ref(),
            cursor=cursor,
            definitions=graph,
            resources={"platform": Platform(home=str(settings.home))},
        )
        context.log.addHandler(caplog.handler)
        told = graph.resolve_sensor_def(name).evaluate_tick(context)
        runs = told.run_requests or []
        assert len({run.run_key for run in runs}) == len(runs)
        return Asked(
            jobs={str(run.run_key): run.job_name for run in runs},
            partitions={str(run.run_key): run.partition_key for run in runs},
            added=[
                (request.partitions_def_name, key)
                for request in told.dynamic_partitions_requests or []
                for key in request.partition_keys
            ],
            skipped=told.skip_message,
            cursor=told.cursor,
            observed={
                str(event.partition): {name: value.value for name, value in event.metadata.items()}
                for event in told.asset_events
                if event.asset_key == RELEASES
            },
        )

    return tick


def copied(landed: Settings, tmp_path: Path) -> Settings:
    shutil.copytree(landed.home, tmp_path / "home")
    return Settings(home=tmp_path / "home")


def test_every_waiting_delivery_gets_a_run_and_its_partition(look: Look, landed: Settings) -> None:
    asked = look("new_deliveries", landed)
    deliveries, _ = find(landed.landing, load_all())
    assert len(deliveries) > 10
    wanted = sorted((delivery.source, delivery.id) for delivery in deliveries)
    assert sorted(asked.added) == [(f"deliveries_{source}", id_) for source, id_ in wanted]
    assert {key.rsplit("/", 2)[0]: (asked.jobs[key], asked.partitions[key]) for key in asked.jobs} == {
        f"{source}/{id_}": (f"take_in_{source}", id_) for source, id_ in wanted
    }


def test_after_the_road_no_delivery_is_asked_for(look: Look, road: Road) -> None:
    asked = look("new_deliveries", road.settings)
    assert not asked.jobs
    assert not asked.added


def test_a_delivery_without_its_manifest_waits_and_no_folder_is_named(
    look: Look, landed: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copied(landed, tmp_path)
    (dod,) = (settings.landing / "dod").iterdir()
    manifest = (dod / MANIFEST).read_bytes()
    (dod / MANIFEST).unlink()
    (settings.landing / "dod" / "0101501234").mkdir()
    (settings.landing / "Jensen").mkdir()
    asked = look("new_deliveries", settings)
    assert len(asked.jobs) == len(find(settings.landing, load_all())[0]) - 1
    assert not [key for key in asked.jobs if key.startswith("dod/")]
    assert caplog.messages == [
        "folders that cannot be deliveries: 2; see oeverum run",
        "deliveries that are not whole yet and wait: 1",
    ]
    with monkeypatch.context() as later:
        later.setattr("orchestration.whole.SETTLED", timedelta(seconds=-1))
        given_up = look("new_deliveries", settings, asked.cursor).key_of("dod")
    (dod / MANIFEST).write_bytes(manifest)
    came = look("new_deliveries", settings, asked.cursor).key_of("dod")
    assert came.startswith(f"dod/{dod.name}/")
    assert came != given_up, "the run that it asks for tells that the manifest is missing"


def test_a_half_uploaded_file_waits_until_it_is_whole_or_no_longer_changes(
    look: Look, landed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copied(landed, tmp_path)
    (dod,) = (settings.landing / "dod").iterdir()
    file = dod / "dod.csv"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    half = look("new_deliveries", settings)
    assert not [key for key in half.jobs if key.startswith("dod/")]
    file.write_bytes(content)
    whole = look("new_deliveries", settings, half.cursor)
    assert whole.key_of("dod").startswith(f"dod/{dod.name}/")
    file.write_bytes(content[: len(content) // 2])
    monkeypatch.setattr("orchestration.whole.SETTLED", timedelta(seconds=-1))
    cut_off = look("new_deliveries", settings, whole.cursor)
    assert cut_off.key_of("dod") != whole.key_of("dod"), "the run that it asks for tells that the file is damaged"


def test_what_is_known_to_be_whole_is_not_read_again(
    look: Look, landed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copied(landed, tmp_path)
    first = look("new_deliveries", settings)
    monkeypatch.setattr("orchestration.whole.is_whole", lambda *_: pytest.fail("it was read again"))
    assert look("new_deliveries", settings, first.cursor).jobs == first.jobs


def test_a_run_without_a_verdict_is_tried_again_three_times_and_a_refused_delivery_is_not(
    look: Look, instance: dg.DagsterInstance, landed: Settings, tmp_path: Path
) -> None:
    settings = copied(landed, tmp_path)
    for attempt in range(1, ATTEMPTS + 1):
        key = look("new_deliveries", settings).key_of("dod")
        assert key.endswith(f"/{attempt}")
        run = dg.DagsterRun(job_name="take_in_dod", status=dg.DagsterRunStatus.STARTED, tags={RUN_KEY: key})
        instance.add_run(run)
        assert not [other for other in look("new_deliveries", settings).jobs if other.startswith("dod/")]
        instance.report_run_failed(run)
    assert not [other for other in look("new_deliveries", settings).jobs if other.startswith("dod/")]


def test_an_alert_is_told_once_for_a_refusal_and_for_a_late_source(
    look: Look, copy_of_road: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    delivery = bef_delivery(copy_of_road.landing, {"koen": "9"}, delivery="2026-02-01")
    zone = Platform(home=str(copy_of_road.home)).restricted
    with pytest.raises(DeliveryRefused):
        take_in(delivery, load_all()["bef"], zone)
    first = look("alerts", copy_of_road)
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("delivery refused: bef/2026-02-01: expected rows that fit the contract")
    assert look("alerts", copy_of_road, first.cursor).cursor == first.cursor
    assert len(caplog.messages) == 1


def test_a_mended_manifest_is_asked_for_under_another_key(look: Look, landed: Settings, tmp_path: Path) -> None:
    settings = copied(landed, tmp_path)
    first = look("new_deliveries", settings)
    assert look("new_deliveries", settings) == first
    (dod,) = (settings.landing / "dod").iterdir()
    with (dod / MANIFEST).open("a", encoding="utf-8") as manifest:
        manifest.write("# sent again\n")
    second = look("new_deliveries", settings)
    assert second.key_of("dod") != first.key_of("dod")
    assert len(set(second.jobs) - set(first.jobs)) == 1


def test_every_permit_is_asked_for_and_its_next_version_under_another_key(look: Look, copy_of_road: Settings) -> None:
    first = look("permits_in_force", copy_of_road)
    assert list(first.partitions.values()) == PROJECTS
    assert first.added == [("projects", project) for project in PROJECTS]
    content = in_force(copy_of_road.permits, datetime.now(UTC))[PROJECTS[0]].as_dict() | {"grant_days": 2}
    asked = yaml.safe_dump(content | {"version": 2})
    now = datetime.now(UTC)
    mark = submit(copy_of_road.permits, asked, name="permit.yaml", by="anna", now=now).mark
    assert look("permits_in_force", copy_of_road) == first
    approve(copy_of_road.permits, PROJECTS[0], 2, mark=mark, by="bent", now=now)
    second = look("permits_in_force", copy_of_road)
    assert [second.partitions[key] for key in set(second.jobs) - set(first.jobs)] == PROJECTS[:1]


def days_told(*left: tuple[str, int]) -> str:
    """The table of grants and their days, as it is told."""
    return "\n".join(["| grant | days left |", "|---|---|", *(f"| `{grant}` | {days} |" for grant, days in left)])


def test_grants_that_end_are_marked_once_and_the_days_left_are_told_of_each_sandbox(
    look: Look, copy_of_road: Settings
) -> None:
    grants, audit, now = Grants(copy_of_road.grants), AuditLog(copy_of_road.audit), datetime.now(UTC)
    one, other = (in_force(copy_of_road.permits, now)[project] for project in PROJECTS)
    old = now - timedelta(hours=30)
    began = one.model_copy(update={"valid_from": old.date() - timedelta(days=1)})
    over = grants.issue(permit=began, holder="anna", days=1, now=old)
    lives = grants.issue(permit=began, holder="bent", days=3, now=old)
    gone = grants.issue(permit=other, holder=operator(), days=1, now=now)
    first = look("grants_that_end", copy_of_road)
    assert first.skipped == "grants ended: 1"
    # Of three days 42 hours are left: a day that has begun is counted, so that the last is not nought.
    assert first.observed == {
        PROJECTS[0]: {"live_grants": 1, "days_left": 2, "grants": days_told((lives.id, 2))},
        PROJECTS[1]: {"live_grants": 1, "days_left": 1, "grants": days_told((gone.id, 1))},
    }
    assert not any(name in str(first.observed) for name in ("anna", "bent"))
    told = [(e.project, e.facts) for e in audit.read() if e.kind == "grant_ended"]
    assert told == [(PROJECTS[0], {"grant": over.id, "holder": "anna"})]
    assert grants.of_id(over.id).ended_at
    # Of a clock that is set back from here on, the register knows better.
    assert now <= Grants(copy_of_road.grants).clock(old)
    Grants(copy_of_road.grants).set_clock(old)
    again = look("grants_that_end", copy_of_road, first.cursor)
    assert (again.observed, again.skipped) == ({}, "grants ended: 0")
    assert now <= Grants(copy_of_road.grants).clock(old), "noted when nothing ends, too"
    grants.revoke(gone.id, now=now)
    assert look("grants_that_end", copy_of_road, first.cursor).observed == {
        PROJECTS[1]: {"live_grants": 0, "days_left": 0, "grants": "no grant is live"}
    }
    Path(str(copy_of_road.grants)).write_bytes(b"no register")
    with pytest.raises(dg.Failure, match="nobody is let in"):
        look("grants_that_end", copy_of_road)


def test_a_release_tells_the_live_grants_of_its_sandbox_and_waits_for_no_register(copy_of_road: Settings) -> None:
    now, project = datetime.now(UTC), PROJECTS[1]
    permit = in_force(copy_of_road.permits, now)[project]
    grant = Grants(copy_of_road.grants).issue(permit=permit, holder=operator(), days=2, now=now)

    def told() -> dict[str, object]:
        assert release_project(copy_of_road, project).exit_code == 0
        with dagster_instance(copy_of_road.dagster_home) as instance:
            event = instance.get_latest_materialization_event(RELEASES)
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.partition == project
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}

    first = told()
    assert (first["live_grants"], first["days_left"], first["grants"]) == (1, 2, days_told((grant.id, 2)))
    Path(str(copy_of_road.grants)).write_bytes(b"no register")
    assert "grants" not in told()


def test_a_sandbox_is_destroyed_a_day_after_its_retention_is_seen_to_be_over(
    look: Look, copy_of_road: Settings
) -> None:
    """The permit of the first ends today, and nothing is kept after it; the second's goes on."""
    today = datetime.now(UTC).astimezone(DENMARK).date()
    over = in_force(copy_of_road.permits, datetime.now(UTC))[PROJECTS[0]].as_dict()
    assert look("sandboxes_that_end", copy_of_road).cursor == "{}"
    approved(copy_of_road.permits, over | {"from": str(today - timedelta(days=9)), "to": str(today)})
    keys = ReleaseKeys(copy_of_road.key_ring())
    first = look("sandboxes_that_end", copy_of_road)
    assert first.skipped == "sandboxes ended: 0, to be ended within a day: 1"
    again = look("sandboxes_that_end", copy_of_road, first.cursor)
    assert (again.cursor, keys.ended_at(PROJECTS[0])) == (first.cursor, None)
    # Seen by a clock that was ahead: it counts from now.
    ahead = {PROJECTS[0]: (datetime.now(UTC) + timedelta(days=400)).isoformat()}
    assert look("sandboxes_that_end", copy_of_road, json.dumps(ahead)).skipped == first.skipped
    yesterday = {PROJECTS[0]: (datetime.now(UTC) - timedelta(days=1)).isoformat()}
    done = look("sandboxes_that_end", copy_of_road, json.dumps(yesterday))
    assert (done.skipped, done.cursor) == ("sandboxes ended: 1, to be ended within a day: 0", "{}")
    assert [bool(keys.ended_at(project)) for project in PROJECTS] == [True, False]
    assert read_certificate(copy_of_road.ended, PROJECTS[0]).told["permit"]["version"] == 2
    assert look("sandboxes_that_end", copy_of_road, done.cursor).skipped.startswith("sandboxes ended: 0")


class Ticks:
    """Ticks of the sensor that ends sandboxes, as the daemon makes them: what a failing tick saw is forgotten."""

    def __init__(self, look: Look, settings: Settings, *projects: str) -> None:
        """These projects may be kept no longer, and were seen so yesterday."""
        self._look, self._settings = look, settings
        for project in projects:
            let_end(settings, project)
        self.cursor: str | None = seen_yesterday(*projects)

    def tick(self) -> str:
        """What one tick tells."""
        try:
            asked = self._look("sandboxes_that_end", self._settings, self.cursor)
        except dg.Failure as failure:
            return f"FAILED {failure.description}"
        self.cursor = asked.cursor
        return str(asked.skipped)

    def has_ended(self) -> list[bool]:
        """Of each project, whether its keys are gone and its certificate is there."""
        keys = ReleaseKeys(self._settings.key_ring())
        certified = [(self._settings.ended / f"{project}.json").exists() for project in PROJECTS]
        return [bool(keys.ended_at(project)) and there for project, there in zip(PROJECTS, certified, strict=True)]


def let_end(settings: Settings, project: str) -> None:
    today = datetime.now(UTC).astimezone(DENMARK).date()
    permit = versions(settings.permits, project)[-1].permit.as_dict()
    days = {"from": str(today - timedelta(days=9)), "to": str(today), "retention_days": 0}
    approved(settings.permits, permit | days)


def seen_yesterday(*projects: str) -> str:
    return json.dumps(dict.fromkeys(projects, (datetime.now(UTC) - timedelta(days=1)).isoformat()))


NOTHING = "sandboxes ended: 0, to be ended within a day: 0"


def test_two_sandboxes_that_are_due_both_wait_and_both_end(look: Look, copy_of_road: Settings) -> None:
    ticks = Ticks(look, copy_of_road, *PROJECTS)
    ticks.cursor = None
    assert ticks.tick() == "sandboxes ended: 0, to be ended within a day: 2"
    ticks.cursor = seen_yesterday(*PROJECTS)
    assert ticks.tick() == "sandboxes ended: 2, to be ended within a day: 0"
    assert ticks.has_ended() == [True, True]
    assert (ticks.tick(), ticks.cursor) == (NOTHING, "{}")


@pytest.mark.parametrize("step", ["_certificate", "_write", "_audited"])
def test_an_end_killed_in_the_middle_is_completed_by_the_next_tick(
    look: Look, copy_of_road: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    ticks = Ticks(look, copy_of_road, PROJECTS[0])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Endings, step, killed)
        with pytest.raises(KeyboardInterrupt):
            ticks.tick()
    assert ReleaseKeys(copy_of_road.key_ring()).ended_at(PROJECTS[0])
    assert ticks.has_ended() == [False, False]
    # Nothing is left to be sure of: it does not wait for a day.
    ticks.cursor = None
    assert ticks.tick() == "sandboxes ended: 1, to be ended within a day: 0"
    assert ticks.has_ended() == [True, False]
    kinds = [entry.kind for entry in AuditLog(copy_of_road.audit).read() if entry.kind.startswith("sandbox_end")]
    assert kinds == ["sandbox_end_begun", "sandbox_ended"]
    assert ticks.tick() == NOTHING


def test_a_proof_that_fails_is_told_by_each_tick_and_stops_no_other(
    look: Look, copy_of_road: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has put a key of the first's release where the end does not look for it."""
    ticks = Ticks(look, copy_of_road, *PROJECTS)
    (release,) = list_releases(copy_of_road.releases, PROJECTS[0])
    copy_of_road.key_ring().keep("restricted", key_to(release))
    told = f"sandboxes that cannot be ended: 1: {PROJECTS[0]} (ReleaseError: {release.release}: "
    # The other has ended, which is kept; from then on each tick fails.
    first = ticks.tick()
    assert first.startswith(told)
    assert first.endswith("sandboxes ended: 1, to be ended within a day: 0")
    for _ in range(2):
        again = ticks.tick()
        assert again.startswith(f"FAILED {told}")
        assert "can still be read, expected a file that no key opens" in again
    assert ticks.has_ended() == [False, True]
    assert len([line for line in caplog.messages if line.startswith(told)]) == 3
    for table in release.tables:
        (release.folder / table.file).unlink()
    assert ticks.tick() == "sandboxes ended: 1, to be ended within a day: 0"
    assert ticks.has_ended() == [True, True]


def break_permit(settings: Settings, project: str) -> None:
    alter(settings.permits, project)


def break_manifest(settings: Settings, project: str) -> None:
    (manifest,) = (settings.releases / project).glob("r*/manifest.json")
    manifest.write_text("", encoding="utf-8")


def break_lock(settings: Settings, project: str) -> None:
    (settings.releases / project / ".lock").unlink()
    (settings.releases / project / ".lock").mkdir()


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (break_permit, r"PermitError: .*expected the permit that was asked for and approved, found another.*"),
        (break_manifest, r"ReleaseError: .*manifest\.json cannot be read.*"),
        # The text of an error that is not ours names folders.
        (break_lock, "IsADirectoryError"),
    ],
)
def test_a_sandbox_that_cannot_be_ended_stops_no_other_and_is_told_by_each_tick(
    look: Look, copy_of_road: Settings, broken: Callable[[Settings, str], None], error: str
) -> None:
    stuck, other = PROJECTS
    ticks = Ticks(look, copy_of_road, stuck)
    broken(copy_of_road, stuck)
    told = rf"sandboxes that cannot be ended: 1: {stuck} \({error}\); sandboxes ended: "
    # Without what it can no longer see to be due, the first tick has another cursor to keep.
    ticks.tick()
    for _ in range(2):
        assert re.fullmatch(f"FAILED {told}0, to be ended within a day: 0", ticks.tick())
    let_end(copy_of_road, other)
    # A tick that fails would forget that the other was seen: this one tells, and the next one fails again.
    assert re.fullmatch(f"{told}0, to be ended within a day: 1", ticks.tick())
    assert other in json.loads(str(ticks.cursor))
    assert re.fullmatch(f"FAILED {told}0, to be ended within a day: 1", ticks.tick())
    ticks.cursor = json.dumps(json.loads(str(ticks.cursor)) | json.loads(seen_yesterday(other)))
    assert re.fullmatch(f"{told}1, to be ended within a day: 0", ticks.tick())
    assert ticks.has_ended() == [False, True]
    assert ticks.tick().startswith("FAILED")


def test_no_sandbox_is_asked_for_without_a_warehouse(look: Look, landed: Settings) -> None:
    asked = look("permits_in_force", landed)
    assert not asked.jobs
    assert asked.skipped == "there is no warehouse yet"


def test_an_unchanged_basis_and_an_empty_lake_are_skipped(look: Look, landed: Settings, road: Road) -> None:
    for settings in (landed, road.settings):
        asked = look("new_basis", settings)
        assert not asked.jobs
        assert asked.skipped == "the warehouse is built from what is there"


def test_a_failed_build_is_tried_again_three_times_and_never_beside_another(
    look: Look, instance: dg.DagsterInstance, copy_of_road: Settings
) -> None:
    copy_of_road.warehouse.unlink()
    basis = intended(Platform(home=str(copy_of_road.home)).lake).basis
    cursor = None
    for attempt in range(1, ATTEMPTS + 1):
        asked = look("new_basis", copy_of_road, cursor)
        assert list(asked.jobs) == [f"{basis}/{attempt}"]
        cursor = asked.cursor
        run = dg.DagsterRun(
            job_name="build_warehouse", status=dg.DagsterRunStatus.STARTED, tags={RUN_KEY: f"{basis}/{attempt}"}
        )
        instance.add_run(run)
        waits = look("new_basis", copy_of_road, cursor)
        assert (waits.jobs, waits.skipped, waits.cursor) == ({}, "a build is under way", cursor)
        instance.report_run_failed(run)
    over = look("new_basis", copy_of_road, cursor)
    assert not over.jobs
    assert over.skipped == "3 builds have failed; see oeverum run"
    shutil.rmtree(copy_of_road.lake / "dod")
    other = look("new_basis", copy_of_road, cursor)
    (key,) = other.jobs
    assert key.endswith("/1")
    assert json.loads(str(other.cursor)) == {"basis": key.removesuffix("/1"), "attempt": 1}
    assert not key.startswith(basis)


def test_every_asset_tells_whose_it_is_what_it_is_and_when_it_is_stale(graph: dg.Definitions) -> None:
    assets = graph.resolve_asset_graph()
    nodes = [assets.get(key) for key in assets.get_all_asset_keys()]
    assert {node.group_name for node in nodes} == {
        *("landing", "restricted", "lake", "seeds", "staging", "intermediate", "marts", "releases"),
    }
    for node in nodes:
        name = node.key.to_user_string()
        assert node.owners == ["team:data-platform"], name
        assert node.description, name
        assert node.kinds or not node.is_executable, name
        assert (node.freshness_policy is None) == (node.group_name == "seeds"), name


def test_a_source_is_stale_when_its_own_frequency_has_passed(graph: dg.Definitions) -> None:
    assets, contracts = graph.resolve_asset_graph(), load_all()
    for source, contract in contracts.items():
        for zone in ("landing", "restricted", "lake"):
            policy = assets.get(dg.AssetKey([zone, source])).freshness_policy
            assert policy is not None
            assert policy.fail_window.to_timedelta() == timedelta(days=contract.frequency_days), source
    assert len({contract.frequency_days for contract in contracts.values()}) > 1


def test_a_model_is_stale_with_the_source_that_comes_most_often_and_a_release_with_the_slowest(
    graph: dg.Definitions,
) -> None:
    assets, contracts = graph.resolve_asset_graph(), load_all()
    days = {}
    for key in assets.get_all_asset_keys():
        if key.path[0] in ("staging", "intermediate", "marts"):
            above = {parent.path[-1] for parent in assets.get_ancestor_asset_keys(key) if parent.path[0] == "lake"}
            days[key] = _stale_after(assets, key)
            assert days[key] == min(contracts[source].frequency_days for source in above or contracts), key
    assert len(set(days.values())) > 1
    assert _stale_after(assets, RELEASES) == max(contract.frequency_days for contract in contracts.values())


def _stale_after(assets: Any, key: dg.AssetKey) -> int:
    return int(assets.get(key).freshness_policy.fail_window.to_timedelta().days)


def test_every_model_leads_to_the_releases_and_every_mart_comes_from_landing(graph: dg.Definitions) -> None:
    assets = graph.resolve_asset_graph()
    keys = assets.get_all_asset_keys()
    # Sources that no mart is made of yet end in the lake or in staging.
    models = {key for key in keys if key.path[0] not in ("landing", "restricted", "lake", "staging")}
    above = assets.get_ancestor_asset_keys(RELEASES)
    # The lists of codes are asked by the expectations of sources, and are in no mart.
    assert models - above == {RELEASES, dg.AssetKey(["intermediate", "int_code_validity"])}
    assert len([key for key in above if key.path[0] == "landing"]) >= 10
    marts = [key for key in keys if assets.get(key).group_name == "marts"]
    assert len(marts) > 5
    for mart in marts:
        above = {assets.get(key).group_name for key in assets.get_ancestor_asset_keys(mart)}
        assert {"landing", "restricted", "lake", "staging"} <= above, mart.to_user_string()


def test_the_audit_log_is_signed_and_one_that_was_written_anew_is_not(look: Look, copy_of_road: Settings) -> None:
    audit = AuditLog(copy_of_road.audit)
    entries = len(list(audit.read()))
    assert look("audit_log_signed", copy_of_road).skipped == f"entries signed: {entries}"
    audit.append("query", actor="anna", project=PROJECTS[0])
    assert look("audit_log_signed", copy_of_road).skipped == f"entries signed: {entries + 1}"
    copy_of_road.audit.unlink()
    copy_of_road.audit.with_suffix(".head").unlink()
    audit.append("query", actor="anna", project=PROJECTS[0])
    for _ in range(2):
        with pytest.raises(dg.Failure, match="oeverum audit accept --reason"):
            look("audit_log_signed", copy_of_road)
    # Nor does a new release pass over it.
    (release,) = list_releases(copy_of_road.releases, PROJECTS[0])
    shutil.rmtree(release.folder)
    assert release_project(copy_of_road, PROJECTS[0]).exit_code == 1
    assert list_releases(copy_of_road.releases, PROJECTS[0]) == []
