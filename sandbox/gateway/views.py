"""What the gateway tells beside answers: sandboxes, releases, the codebook, health and counts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response
from pydantic import BaseModel

from sandbox.disclosure.rules import about
from sandbox.errors import ReleaseError
from sandbox.gateway import metrics, problems
from sandbox.grants import Grant
from sandbox.permits.model import Permit

if TYPE_CHECKING:
    from sandbox.gateway.app import Gateway

_CODEBOOK = ("codebook.json", "codebook.html")
_REFUSALS = (401, 403, 404, 422, 429, 503)


class Table(BaseModel):
    """A table: its name, its number of rows (about, in tier company), and its columns with their Arrow types."""

    name: str
    rows: int
    columns: dict[str, str]


class Sandbox(BaseModel):
    """A sandbox as the holder of the token sees it; times are UTC."""

    project: str
    title: str
    purpose: str
    tier: str
    contact: str
    access_from: datetime
    access_to: datetime
    days_left: float
    release: str
    tables: list[Table]


class Listed(BaseModel):
    """A sandbox that the token opens, and until when."""

    project: str
    access_to: datetime


class Released(BaseModel):
    """One release: its name, when it was made (UTC), how many subjects and rows; about, in tier company."""

    release: str
    created_at: datetime
    subjects: int
    rows: int


def add_views(app: FastAPI, gateway: "Gateway", *, holder: Callable[..., Grant], anyone: Callable[..., Grant]) -> None:
    """Add the paths that only tell."""
    Holder = Annotated[Grant, Depends(holder)]  # noqa: N806 - a type

    def look(grant: Grant, what: str, release: str | None = None) -> Any:
        now = datetime.now(UTC)
        return gateway.door.look(
            grant.project, holder=grant.holder, now=now, grant=grant.id, what=what, release=release
        )

    @app.get("/v1/sandboxes", summary="What the token opens", responses=problems.described(401, 403, 429, 503))
    def sandboxes(grant: Annotated[Grant, Depends(anyone)]) -> list[Listed]:
        return [Listed(project=grant.project, access_to=grant.ends_at)]

    @app.get("/v1/sandboxes/{project}", summary="Tables and time", responses=problems.described(*_REFUSALS))
    def sandbox(grant: Holder) -> Sandbox:
        release, permit, held = look(grant, "sandbox")
        return Sandbox(
            project=permit.project,
            title=permit.title,
            purpose=permit.purpose,
            tier=permit.tier,
            contact=permit.contact,
            access_from=held.starts_at,
            access_to=held.ends_at,
            days_left=held.days_left(gateway.place.grants.clock(datetime.now(UTC))),
            release=release.release,
            tables=[Table(name=t.name, rows=_told(t.rows, permit), columns=dict(t.columns)) for t in release.tables],
        )

    @app.get("/v1/sandboxes/{project}/releases", summary="Releases", responses=problems.described(*_REFUSALS))
    def releases(grant: Holder) -> list[Released]:
        _, permit, _ = look(grant, "releases")
        return [
            Released(
                release=one.release,
                created_at=one.created_at,
                subjects=_told(one.subjects, permit),
                rows=_told(one.rows, permit),
            )
            for one in gateway.door.releases(grant.project)
        ]

    @app.get(
        "/v1/sandboxes/{project}/codebook",
        summary="The codebook of a release: HTML when the Accept header asks for it, else JSON",
        response_class=Response,
        responses={
            200: {"description": "The codebook", "content": {"application/json": {}, "text/html": {}}},
            **problems.described(*_REFUSALS),
        },
    )
    def codebook(
        request: Request, grant: Holder, release: Annotated[str | None, Query(max_length=100)] = None
    ) -> Response:
        seen, permit, _ = look(grant, "codebook", release)
        told = next(r for r in gateway.door.releases(grant.project) if r.release == seen.release)
        if [(t.name, t.columns) for t in told.tables] != [(t.name, t.columns) for t in seen.tables]:
            raise ReleaseError(
                f"{seen.release}: expected a release of the tables that the permit in force names, found one of more; "
                f"ask {permit.contact} for a new one: oeverum sandbox release {permit.project}"
            )
        page = "text/html" in request.headers.get("accept", "")
        try:
            content = (seen.folder / _CODEBOOK[page]).read_bytes()
        except OSError:
            raise ReleaseError(f"{seen.release}: expected its codebook, found none that can be read") from None
        policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}
        media = "text/html; charset=utf-8" if page else "application/json"
        return Response(content, media_type=media, headers={**policy, "Cache-Control": "no-store"})

    @app.get("/healthz", summary="Whether anybody could be let in", responses=problems.described(503))
    def healthz() -> dict[str, str]:
        gateway.healthy()
        return {"status": "ok"}

    @app.get(
        "/metrics",
        summary="Counts, for Prometheus",
        response_class=Response,
        responses={200: {"description": "Counts", "content": {"text/plain": {}}}},
    )
    def counts() -> Response:
        return Response(gateway.metrics.text(gateway.gauges()), headers={"Content-Type": metrics.MEDIA})


def _told(number: int, permit: Permit) -> int:
    """How many, as it is told: in tier company two exact numbers would, beside each other, tell of few people."""
    return about(number, permit.small_cell_threshold) if permit.tier == "company" else number
