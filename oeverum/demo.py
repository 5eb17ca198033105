"""The demonstration: the whole road on synthetic people, in the installation's own zones and by its own jobs.

Everything that it makes is marked as synthetic, and its keys serve no production. Run again, it finds what is there
and doubles nothing.
"""

import time
from datetime import UTC, datetime

from ingestion.contract import load_all
from oeverum.access import approve_permit, ask_for_permit, door, give
from oeverum.deliveries import zone_of
from oeverum.output import Steps, console, result, table
from oeverum.settings import REPOSITORY, Settings, operator
from oeverum.step import Step, exit_code
from sandbox.errors import GrantEnded, NoGrant
from sandbox.grants import Grants
from sandbox.manifest import latest
from sandbox.permits.file import activate, load
from sandbox.permits.versions import all_permits, in_force, versions

SEED = 7
YEARS = (2019, 2025)
RESEARCH = "readmissions-elderly"
# Who approves in a demonstration, where one person is alone; its keys open no other installation.
DEMONSTRATION = "demonstration"
PERMITS = REPOSITORY / "permits"

FIRST_QUERY = """\
select p.sex,
       count(*) as admissions,
       round(100 * avg(r.is_readmitted_30_days::int), 1) as readmitted_30_days_percent
from readmission r join person p using (subject_id)
where r.is_index
group by p.sex
order by p.sex"""


class DemoError(Exception):
    """The demonstration cannot run here."""

    exit_code = 2


def run_demo(settings: Settings, *, adults: int) -> int:
    """Synthesise, take in, build, release, query; gives the exit code.

    Raises DemoError in a home whose keys are not those of a demonstration: synthetic people must not be mixed with
    real ones.
    """
    from orchestration.road import travel

    begun = time.monotonic()
    console.print(f"[bold]Øverum[/bold]  {adults:,} synthetic adults, {YEARS[0]}-{YEARS[1]}, in {settings.home}\n")
    settings.make_home()
    ring = settings.key_ring(demo=True)
    ring.key("person")
    if not ring.demo:
        raise DemoError(f"{settings.home} holds keys that are not a demonstration's; name another folder with --home")
    steps = Steps()
    with steps.shown():
        synthesis = _synthesise(settings, adults, steps)
        _permit(settings)
        done = travel(settings, started=steps.started, ended=steps.ended)
    if code := exit_code(done):
        return code
    _grant(settings)
    _query(settings)
    _summary(settings, [synthesis, *done], time.monotonic() - begun)
    _next(settings)
    return 0


def _synthesise(settings: Settings, adults: int, steps: Steps) -> Step:
    from synthetic.generator import synthesise

    begun = time.monotonic()
    subject = f"extracts of {len(load_all())} sources"
    steps.started("synthesise", subject)
    summary = synthesise(
        adults=adults,
        first_year=YEARS[0],
        last_year=YEARS[1],
        seed=SEED,
        landing=settings.landing,
        truth=settings.truth,
        sources=load_all(),
        progress=lambda line: steps.started("synthesise", line),
    )
    there = all(source.existing == source.deliveries for source in summary.sources)
    step = Step(
        "synthesise",
        subject,
        "already there" if there else "done",
        f"{summary.rows:,} rows, {summary.faults} faults planted",
        time.monotonic() - begun,
    )
    steps.ended(step)
    return step


def _permit(settings: Settings) -> None:
    """Put the two permits in force from today; those that are there stay as they are."""
    for template in sorted(PERMITS.glob("*.yaml")):
        permit, now = load(template), datetime.now(UTC)
        found = versions(settings.permits, permit.project)
        if not found:
            people = [] if permit.tier == "practice" else [operator()]
            text = activate(template, now.date(), people=people)
            found = [ask_for_permit(settings, text, name=template.name, now=now)]
        if not any(version.approved for version in found):
            mark, number = found[-1].mark, found[-1].number
            approve_permit(settings, permit.project, number, mark=mark, by=DEMONSTRATION, now=now)


def _grant(settings: Settings) -> None:
    """Give whoever runs the demonstration access to both sandboxes, unless there is access already."""
    grants = Grants(settings.grants)
    now = datetime.now(UTC)
    for permit in in_force(settings.permits, now).values():
        try:
            grants.require_live(permit=permit, holder=operator(), now=now)
        except (NoGrant, GrantEnded):
            give(settings, permit=permit, to=operator(), days=permit.grant_days, now=now)


def _query(settings: Settings) -> None:
    answer = door(settings).query(RESEARCH, FIRST_QUERY, holder=operator(), now=datetime.now(UTC))
    console.print(f"\n[bold]A query on {RESEARCH}[/bold]  ({answer.release}, {answer.seconds:.2f} s)\n")
    console.print(FIRST_QUERY + "\n", style="dim", markup=False, soft_wrap=True)
    result(answer.table, "table")


def _summary(settings: Settings, steps: list[Step], seconds: float) -> None:
    _came_in(settings, steps)
    _published(settings)
    by_zone: dict[str, float] = {}
    for step in steps:
        by_zone[step.zone] = by_zone.get(step.zone, 0) + step.seconds
    rest = seconds - sum(by_zone.values())
    timed = [(zone, f"{taken:.1f}") for zone, taken in [*by_zone.items(), ("starting, and the query", rest)]]
    console.print()
    table("Time", ("step", "seconds"), [*timed, ("all", f"{seconds:.1f}")], right=(1,))


def _came_in(settings: Settings, steps: list[Step]) -> None:
    zone = zone_of(settings)
    rows = []
    for source in load_all():
        intakes = zone.intakes(source)
        accepted, refused = sum(i.rows_accepted for i in intakes), sum(i.rows_refused for i in intakes)
        taken = sum(step.seconds for step in steps if step.subject.startswith(f"{source}/"))
        rows.append((source, len(intakes), f"{accepted:,}", f"{refused:,}", f"{taken:.1f}"))
    console.print()
    table("Came in", ("source", "deliveries", "rows", "refused", "seconds"), rows, right=(1, 2, 3, 4))


def _published(settings: Settings) -> None:
    rows = [
        (
            permit.project,
            permit.tier,
            f"{release.subjects:,}",
            f"{release.rows:,}",
            release.release,
            permit.valid_to,
        )
        for permit in all_permits(settings.permits).values()
        if (release := latest(settings.releases, permit.project))
    ]
    console.print()
    table("Published", ("sandbox", "tier", "subjects", "rows", "release", "permit ends"), rows, right=(2, 3))


def _next(settings: Settings) -> None:
    release = latest(settings.releases, RESEARCH)
    codebook = release.folder / "codebook.html" if release else settings.releases
    home = "" if settings.home == REPOSITORY / "data" else f" --home {settings.home}"
    console.print("\n[bold]Try next[/bold]")
    for command, what in (
        (f".venv/bin/oeverum sandbox open {RESEARCH}{home}", "SQL on the sandbox, until you leave"),
        (f".venv/bin/oeverum permit explain {RESEARCH}", "who may see what, and why"),
        ("make serve", "the graph in Dagster's page"),
    ):
        console.print(f"  {command:<66}  [dim]{what}[/dim]", soft_wrap=True)
    console.print(f"\nEvery column and where it comes from: {codebook}", soft_wrap=True)
