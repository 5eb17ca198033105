"""Initials of staff by where they stand: behind a slash or a greeting, at the end of a note, before a place of work.

Those that follow a name or a title are found in `words.py`.
"""

import re
from collections.abc import Iterator

from pseudonymisation.redaction.spans import CLASSES, Span
from pseudonymisation.redaction.traits import ALLOWED, ORDINARY, SIGNATURE, TITLE, UPPER, traits_of

# Capitals that are no initials, wherever they stand.
NOT_INITIALS = frozenset(("ssa", "sosu", "ssh", "kbu", "auh", "ruh", "rhg", *map(str.lower, CLASSES.values())))
_SLASH = re.compile(r"(?:(?<=[\s.,;)])|^)/\s?([^\W\d_]{2,4})(?!\w)(?P<end>\s*\.?\s*$)?", re.MULTILINE)
_GREETED = re.compile(r"\b(?:mvh|vh|dbh|kh|hilsen)\b[.,]?\s+([^\W\d_]{2,4})\.?\s*\Z", re.IGNORECASE)
_LAST_LINE = re.compile(r"\n[ \t]*([^\W\d_]{2,4})\.?\s*\Z")
# Who wrote the note, at its very end: "... ikke svimmel. mha", "mvh Mette Hansen mha".
_SIGNED_OFF = re.compile(r"(?:[.!?]|\b(?:mvh|vh|dbh|kh|hilsen)\b[^.!?\n]{1,60})\s+([a-zæøå]{3,4})\s*\Z")
# The end of a note, where these three are looked for.
_END_CHARACTERS = 120
# Who wrote a referral, and where: "MHA, Lægerne Birkevej", "MHA spl."
_AT_WORK = re.compile(r"^[ \t]*([A-ZÆØÅ]{2,4})(?:,[ \t]?|[ \t])([^\W\d_]+)", re.MULTILINE)
_WORK = re.compile(
    r"læge(?:rne|huset|klinik|praksis|fællesskab|center)|(?:privat)?klinik|praksis|almen|sundhedshus", re.I
)


def find_initials(text: str) -> Iterator[Span]:
    """Yield initials after a slash, "/MHA", after a greeting, "vh mha", at the head of a line before a title or a
    place of work, "MHA, Lægerne", "MHA spl.", and those that are all of the last line.
    """
    if "/" in text:
        for match in _SLASH.finditer(text):
            at_end = match["end"] is not None
            if at_end or (match[1].isupper() and not traits_of(match[1]) & ALLOWED):
                yield Span(match.start(1), match.end(1), "PERSON", "word.initials")
    near_end = max(0, len(text.rstrip()) - _END_CHARACTERS)
    last = _LAST_LINE.search(text, near_end)
    if last and last[1].isupper() and last[1].lower() not in NOT_INITIALS:
        yield Span(last.start(1), last.end(1), "PERSON", "word.initials")
    signed_off = _SIGNED_OFF.search(text, near_end)
    if signed_off and not traits_of(signed_off[1]) & (TITLE | ORDINARY | ALLOWED | SIGNATURE):
        yield Span(signed_off.start(1), signed_off.end(1), "PERSON", "word.initials")
    greeted = _GREETED.search(text, near_end)
    if greeted and not (greeted[1].lower() in NOT_INITIALS or traits_of(greeted[1]) & (TITLE | ORDINARY)):
        yield Span(greeted.start(1), greeted.end(1), "PERSON", "word.initials")
    for match in _AT_WORK.finditer(text):
        initials, next_word = match.groups()
        works_there = text[match.end(1)] == "," and next_word[0].isupper() and _WORK.match(next_word)
        titled = traits_of(next_word) & TITLE and not traits_of(next_word) & UPPER
        allowed = initials.lower() in NOT_INITIALS or traits_of(initials) & ALLOWED
        if works_there or (titled and not allowed):
            yield Span(match.start(1), match.end(1), "PERSON", "word.initials")
