"""Refusals as problem documents (RFC 9457): what went wrong, in the server's one line, with the class of refusal."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox import errors
from sandbox.errors import NoGrant, SandboxError
from sandbox.gateway.body import BODY_BYTES, Question
from sandbox.gateway.guesses import TooManyTokens
from sandbox.gateway.metrics import Metrics
from sandbox.gateway.turns import Busy

MEDIA = "application/problem+json"
# The HTTP status of each class. What is not here is a failure of the platform, which lets nobody in.
STATUS: dict[type[Exception], int] = {
    errors.NoGrant: 403,
    errors.GrantEnded: 403,
    errors.DisclosureRefused: 422,
    errors.ReleaseError: 404,
    errors.QueryRefused: 422,
    Busy: 429,
    TooManyTokens: 429,
}
TITLES = {
    400: "The request cannot be read",
    401: "No valid token",
    403: "No access",
    404: "Not there",
    405: "No such method here",
    406: "No such form of an answer",
    413: "The request is too long",
    422: "Refused as it stands",
    429: "Too much at once",
    500: "A failure of the platform",
    503: "The gateway is closed",
}


class Problem(BaseModel):
    """A refusal. `class` is the class that the command line has too, `exit_code` its exit code there."""

    type: str = Field(description="oeverum:refusal: and the class")
    title: str
    status: int
    detail: str = Field(description="what was expected, what was found, what to do")
    class_: str = Field(alias="class")
    exit_code: int
    kind: str | None = Field(
        default=None,
        description="of a refused query: the reason in a word or two, such as the rule of disclosure control",
    )


class Unauthorised(Exception):
    """No token, or one that opens nothing."""


def told(error: Exception) -> JSONResponse:
    """The answer to one of our own errors."""
    again = getattr(error, "retry_after", None)
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 503)
    line = str(error)
    if isinstance(error, errors.PermitError):
        # Its own line tells of other sandboxes.
        line = "a permit of this platform cannot be read, so nobody is let in; tell who runs it"
    elif not isinstance(error, SandboxError):
        line = "a file of this platform cannot be read or written, so nothing is answered; tell who runs it"
    return problem(
        status,
        line,
        kind=type(error).__name__ if isinstance(error, SandboxError) else "SandboxError",
        exit_code=getattr(error, "exit_code", 1),
        reason=getattr(error, "kind", None) or getattr(error, "rule", None),
        headers={"Retry-After": str(again)} if again else None,
    )


def problem(
    status: int,
    detail: str,
    *,
    kind: str,
    exit_code: int,
    reason: str | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem document."""
    body: dict[str, Any] = {
        "type": f"oeverum:refusal:{kind}",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
        "class": kind,
        "exit_code": exit_code,
    }
    if reason is not None:
        body["kind"] = reason
    more = {"Retry-After": "2"} if status in (429, 503) else {}
    return JSONResponse(body, status, headers={**more, **(headers or {})}, media_type=MEDIA)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the OpenAPI document: these statuses, each with a problem document."""
    schema = Problem.model_json_schema(by_alias=True)
    return {code: {"description": TITLES[code], "content": {MEDIA: {"schema": schema}}} for code in statuses}


def add_problems(app: FastAPI, metrics: Metrics) -> None:
    """Answer whatever goes wrong by a problem document, and count it."""

    def unauthorised(_: Request, error: Exception) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"}
        return problem(401, str(error), kind="NoGrant", exit_code=NoGrant.exit_code, headers=headers)

    def refused(_: Request, error: Exception) -> JSONResponse:
        metrics.refused(type(error).__name__)
        return told(error)

    def unreadable(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return problem(422, _to_mend(error), kind="BadRequest", exit_code=2)

    def not_there(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        detail = "expected a path and method that /openapi.json describes, found another"
        if error.status_code == 400:
            # Not UTF-8, nested too deeply, or a number of thousands of digits.
            detail = _question()
        elif error.status_code == 413:
            detail = f"expected a body of at most {BODY_BYTES:,} bytes, found a longer one; send a shorter query"
        headers = dict(error.headers or {})
        return problem(error.status_code, detail, kind="BadRequest", exit_code=2, headers=headers)

    def failed(_: Request, error: Exception) -> JSONResponse:
        metrics.refused("failure")
        return problem(500, "the platform failed; tell who runs it", kind=type(error).__name__, exit_code=1)

    handlers: dict[type[Exception], Callable[[Request, Exception], JSONResponse]] = {
        Unauthorised: unauthorised,
        SandboxError: refused,
        OSError: refused,
        RequestValidationError: unreadable,
        HTTPException: not_there,
        Exception: failed,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _to_mend(error: RequestValidationError) -> str:
    """What is wrong with a request, without what was sent: it may hold anything."""
    found = error.errors()
    # The body as a whole: there is none, or it is no JSON, or no object.
    if any(one["type"] == "json_invalid" or tuple(one["loc"]) == ("body",) for one in found):
        return _question()
    fields = {".".join(str(part) for part in one["loc"][:2]) for one in found}
    return f"expected a request as /openapi.json describes it; mend {', '.join(sorted(fields))[:200]}"


def _question() -> str:
    """What a body should be."""
    fields = Question.model_fields.items()
    needed, more = (" and ".join(name for name, one in fields if one.is_required() is so) for so in (True, False))
    return (
        f"expected an object of JSON in UTF-8 (Content-Type: application/json) with the field {needed} and, if wished, "
        f'{more}, found another body; send for example {{"sql": "select 1"}}'
    )
