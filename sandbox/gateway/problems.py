"""Refusals as problem documents (RFC 9457): what went wrong, in the server's one line, with the class of refusal."""

from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from sandbox import errors
from sandbox.errors import SandboxError
from sandbox.gateway.guesses import TooManyTokens
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
