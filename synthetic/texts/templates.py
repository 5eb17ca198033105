"""How the lists of sentences are written down, and which of them a world may use.

A list stands in a text, one template a line; an empty line parts topics. `¶` is a line break inside a template, and a
word in braces is a mark that `marks.py` fills in.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, TypeVar

Value = TypeVar("Value")

# Of every list each fifth template is held out, for measuring only.
FIFTH = 5


class Templates(NamedTuple):
    """The sentences of one kind of note.

    `openings` and `signatures` are lists; `main` holds the sentences that name the diagnosis, one of which stands in
    every note whose opening does not; of each topic of `body` at most one sentence stands in a note, in this order.
    """

    openings: tuple[str, ...]
    main: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    signatures: tuple[str, ...]

    def lists(self) -> tuple[tuple[str, ...], ...]:
        """Every list."""
        return (self.openings, self.main, *self.body, self.signatures)


def choose(templates: Sequence[Value], held_out: bool) -> tuple[Value, ...]:
    """The templates that a world may use: four fifths of a list, or the fifth that is held out."""
    return tuple(value for place, value in enumerate(templates) if (place % FIFTH == FIFTH - 1) == held_out)


def listed(text: str) -> tuple[str, ...]:
    """The templates of a text, one a line."""
    return tuple(line.replace("¶", "\n") for line in text.strip().splitlines())


def topics(text: str) -> tuple[tuple[str, ...], ...]:
    """The topics of a text, parted by empty lines."""
    return tuple(listed(part) for part in text.strip().split("\n\n"))


@cache
def allowed(templates: Templates, held_out: bool) -> Templates:
    """The same templates without those that the world may not use."""
    return Templates(
        openings=choose(templates.openings, held_out),
        main=choose(templates.main, held_out),
        body=tuple(choose(topic, held_out) for topic in templates.body),
        signatures=choose(templates.signatures, held_out),
    )
