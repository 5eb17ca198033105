"""What a request may send: a question, and no more bytes than a bound that is kept while they come in."""

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.statement import SQL_CHARACTERS

BODY_BYTES = 1_000_000


class Question(BaseModel):
    """One SELECT in DuckDB's SQL, and the release that it is asked of; the latest when none is named."""

    model_config = ConfigDict(extra="forbid")

    sql: str = Field(min_length=1, max_length=SQL_CHARACTERS)
    release: str | None = Field(default=None, max_length=100)


class BodyLimit:
    """Answers 413 when a body is longer than BODY_BYTES, whatever its header says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As every ASGI application."""
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > BODY_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, bounded if scope["type"] == "http" else receive, send)
