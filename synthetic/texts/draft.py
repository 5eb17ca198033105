"""The draft of a note: who it is about, who writes it, and the places of everything personal in its text.

A text is put together from pieces. A piece that is personal says of what kind it is, and its place in the finished
text is known from the pieces before it: no text is ever searched for its spans.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from synthetic.texts.staff import Relative, Staff

NURSING_KIND = "sygeplejenotat"
HOSPITAL_KINDS = ("indlaeggelsesnotat", "kontinuationsnotat", NURSING_KIND, "epikrise")
HOME_CARE_KIND = "hjemmeplejenotat"
REFERRAL_KIND = "henvisning"
KINDS = (*HOSPITAL_KINDS, HOME_CARE_KIND, REFERRAL_KIND)
# Forms that a redactor without context cannot tell from ordinary words stand in these kinds only.
HARD_KINDS = (HOME_CARE_KIND, REFERRAL_KIND)

SPAN_KINDS = ("name", "initials", "cpr", "address", "phone", "email", "date", "number")
TERM_KINDS = ("diagnosis", "condition", "drug", "treatment", "complaint", "finding")


class Piece(NamedTuple):
    """A part of a text; `kind` is one of SPAN_KINDS or TERM_KINDS, or empty for ordinary words."""

    text: str
    kind: str = ""


class Span(NamedTuple):
    """A place in a text: `text` is exactly what stands from `start` up to `end`."""

    start: int
    end: int
    kind: str
    text: str


@dataclass
class Draft:
    """One note while it is written.

    `cpr` has ten characters and may hold letters; `phone` has eight digits; `town` is postcode and town; `diagnosis`
    is an SKS code or empty; `conditions` and `drugs` are what the person has and takes. `spans` (personal) and
    `terms` (clinical, for counting what a redactor takes away wrongly) are filled by `write`.
    """

    kind: str
    day: date
    name: tuple[str, str]
    cpr: str
    address: str
    town: str
    phone: str
    age: int
    woman: bool
    relatives: list[Relative]
    author: Staff
    colleague: Staff
    diagnosis: str = ""
    conditions: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    spans: list[Span] = field(default_factory=list)
    terms: list[Span] = field(default_factory=list)
    held_out: bool = False
    # The relatives of whom this note speaks, drawn when it is begun.
    relative: Relative | None = None
    other: Relative | None = None
    # The illnesses of which the note has spoken.
    told: set[str] = field(default_factory=set)

    @property
    def full_name(self) -> str:
        """First and last name."""
        return " ".join(self.name)

    @property
    def hard(self) -> bool:
        """Whether the note may hold forms that a redactor without context cannot find."""
        return self.kind in HARD_KINDS

    def set_text(self, pieces: Iterable[Piece]) -> str:
        """Join the pieces and record where the personal and the clinical ones stand."""
        parts: list[str] = []
        self.spans, self.terms = [], []
        position = 0
        for text, kind in pieces:
            end = position + len(text)
            if kind in SPAN_KINDS:
                self.spans.append(Span(position, end, kind, text))
            elif kind:
                self.terms.append(Span(position, end, kind, text))
            parts.append(text)
            position = end
        return "".join(parts)
