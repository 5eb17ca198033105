"""What a test types at the command line, in this process, and what it sees."""

from collections.abc import Callable
from dataclasses import dataclass

from oeverum.settings import Settings


@dataclass(frozen=True)
class Typed:
    """How a command ended, and what it printed; the output of the console alone."""

    exit_code: int
    shown: str
    error: BaseException | None


Type = Callable[..., Typed]


def home_of(settings: Settings | None) -> list[str]:
    """The option that names a home."""
    return ["--home", str(settings.home)] if settings else []
