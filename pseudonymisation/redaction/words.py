"""The word pass: names of people, and places without a number, by their capitals, neighbours and lists.

Danish writes common nouns in lower case, so every capitalised word that nothing explains is taken for a
name. What explains it: it opens a sentence and is an ordinary word (`vocabulary.py`), or it is a term of
the allow-list (`lexicon.py`). A hit in the name lists (`names.py`) is never cancelled by a dictionary;
only a name that is also a word (Hans, Per, Skov), alone at the head of a sentence, is taken for the word.

Not seen: an uncommon name alone in lower case, initials outside signatures, titles and the brackets after a name,
a street in lower case without a number.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pseudonymisation.redaction import lexicon
from pseudonymisation.redaction.initials import NOT_INITIALS, find_initials
from pseudonymisation.redaction.names import last_names
from pseudonymisation.redaction.spans import Span
from pseudonymisation.redaction.traits import (
    ACTIVE,
    ALLOWED,
    AT_START,
    CAPITALS,
    CODE,
    EPONYM,
    LETTER,
    LOWER_NAME,
    NAME,
    ORDINARY,
    PARTICLE,
    SIGNATURE,
    STREET,
    TITLE,
    TOWN,
    UPPER,
    is_compound,
    traits_of,
)


class _Token(NamedTuple):
    start: int
    end: int
    low: str
    traits: int
    gap: str  # what stands between the word before and this one


class _Place(NamedTuple):
    """A word among its neighbours."""

    token: _Token
    before: _Token | None
    after: _Token | None
    after_name: bool  # nothing but a space parts it from a word taken for a name
    after_title: bool  # "overlæge", "spl.", "datter" stands before it
    initials: bool  # in brackets after a name that begins with the same letter
    signed: bool  # it stands in a signature

    @property
    def starts(self) -> bool:
        """Whether it may open a sentence. After "ca." too: an ordinary word there is no name either way."""
        return self.before is None or _BREAK.search(self.token.gap) is not None

    @property
    def announced(self) -> bool:
        """Whether a title stands before it in the same sentence."""
        return self.after_title and self.token.gap in _SPACES


_TOKEN = re.compile(r"[^\W\d_](?:[\w’'´-]*\w)?")
# Where a capital follows small letters: "JensHansen".
_JOINT = re.compile(r"(?<=[a-zæøåé]{2})(?=[A-ZÆØÅ][a-zæøå])")
_BREAK = re.compile(r"[.!?:;\n\r\t•·*\"“”»(\[/|>=+]|(?:^|\s)[-–](?:\s|$)")
_SPACES = frozenset((" ", "", "  ", "\u00a0"))
_AFTER_TITLE = frozenset((" ", "", ". ", ".", ": ", ", ", "  ", ".: ", "/", "/ ", "\u00a0"))
_BEFORE_INITIALS = frozenset(
    ("af", "ved", "v", "sign", "dikt", "konf", "konfereret", "ordineret", "dikteret", "skrevet")
)
_NOUN_OF_EPONYM = re.compile(
    r"sygdom|syndrom|test|tegn|prøve|cyste|score|skala|fraktur|parese|øvelse|manøvre|inde(?:x|ks)|kontraktur|lymfom"
    r"|klassifikation|stadi|bandage|kateter|apparat|monitorering|graft|chorea|sarkom|(?:e|ø)sof?ph?agus|palsy|demens"
    r"|kriteri|legeme|divertikel|ligament|tremor|triade|refleks|thyreoiditis|dystrofi|hernie|anæmi"
)
# A signature holds no more characters than these.
_SIGNATURE_CHARACTERS = 120


def find_words(text: str, *, known: frozenset[str] = frozenset()) -> Iterator[Span]:
    """Yield names and places of a text; `known` are parts of names of the note's own people, in lower case."""
    tokens = _tokens(text)
    last = len(tokens) - 1
    signature_end = -1
    name_before = False
    name_letter = ""  # the letter that the name before begins with
    for index, token in enumerate(tokens):
        traits = token.traits
        if not traits & ACTIVE and not (known and _is_known(token.low, known)):
            name_before = False
            continue
        if traits & SIGNATURE and not name_before:
            signature_end = max(signature_end, _signature_end(text, token.end))
            continue
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index < last else None
        place = _Place(
            token=token,
            before=before,
            after=after,
            after_name=name_before and before is not None and _adjoins(before, token),
            after_title=before is not None and before.traits & TITLE != 0 and token.gap in _AFTER_TITLE,
            signed=token.start < signature_end,
            initials=name_before and token.gap == " (" and token.low[0] == name_letter,
        )
        if known and _is_known(token.low, known):
            entity: str | None = "PERSON"
        elif traits & LETTER:
            entity = "PERSON" if traits & UPPER and _is_initial(tokens, index, place) else None
        else:
            entity = _judge(place)
        if entity:
            dotted = traits & LETTER and text[token.end : token.end + 1] == "."
            yield Span(token.start, token.end + (1 if dotted else 0), entity, _rule(place, entity, known))
        if entity == "PERSON" and not place.after_name:
            name_letter = token.low[0]
        name_before = entity == "PERSON"
    yield from find_initials(text)


def _rule(place: _Place, entity: str, known: frozenset[str]) -> str:
    """What spoke for a word that was taken for an identifier, the surest first."""
    traits = place.token.traits
    spoke = (
        ("known.part", bool(known) and _is_known(place.token.low, known)),
        ("word.place", entity == "LOCATION"),
        ("word.initials", bool(traits & LETTER) or place.initials),
        ("word.title", place.announced),
        ("word.signature", place.signed),
        ("word.pair", place.after_name),
        ("word.lower", not traits & UPPER),
        ("word.list", bool(traits & NAME)),
    )
    return next((rule for rule, does in spoke if does), "word.capital")


def _judge(place: _Place) -> str | None:
    """Return the entity that a word is part of, or None."""
    traits = place.token.traits
    if not traits & UPPER:
        return "PERSON" if _is_lower_name(place) else None
    if traits & CODE:
        return None
    if place.initials and traits & CAPITALS and len(place.token.low) <= 4 and place.token.low not in NOT_INITIALS:
        return "PERSON"  # "Mette Hansen (MHA)"
    if place.signed:
        return _judge_signed(place)
    if traits & CAPITALS:
        return _judge_capitals(place)
    if traits & NAME:
        return "PERSON" if _is_name(place) else None
    return _judge_unlisted(place)


def _judge_unlisted(place: _Place) -> str | None:
    """Judge a capitalised word that is in no name list."""
    traits = place.token.traits
    if traits & EPONYM and (place.after_name or place.announced):
        return "PERSON"  # "Mette Viborg", "overlæge Borg"
    if traits & ALLOWED:
        return None
    if traits & (TOWN | STREET) and not (place.after_name or place.after_title):
        return "LOCATION"
    if "-" in place.token.low and is_compound(place.token.low):
        return None
    if traits & ORDINARY and place.starts and not place.announced:
        return None
    return "PERSON"


def _is_name(place: _Place) -> bool:
    """Tell whether a capitalised word from the name lists is a name here, and no eponym or ordinary word."""
    traits = place.token.traits
    if place.after_name or place.announced:
        return True
    if traits & EPONYM and place.after and _NOUN_OF_EPONYM.search(place.after.low):
        return False
    if not (traits & AT_START and place.starts) or (place.after_title and place.token.gap == ". "):
        return True  # "Pt. Sand"
    after = place.after
    if after is None or after.gap not in _SPACES:
        return False
    return after.low in lexicon.verbs() or (after.traits & UPPER != 0 and not after.traits & ALLOWED)


def _judge_signed(place: _Place) -> str | None:
    """Judge a capitalised word of a signature: initials and everything that is no title or term."""
    token = place.token
    if token.low in NOT_INITIALS or token.traits & TITLE:
        return None
    if place.after_title or place.after_name or (token.traits & CAPITALS and len(token.low) <= 4):
        return "PERSON"
    return None if token.traits & (ALLOWED | ORDINARY) and not token.traits & NAME else "PERSON"


def _judge_capitals(place: _Place) -> str | None:
    """Judge a word of capitals: an abbreviation, initials after a title, or a name in a heading."""
    token, size = place.token, len(place.token.low)
    if token.traits & ALLOWED or token.low in NOT_INITIALS:
        return None
    called = place.after_title or (place.before is not None and place.before.low in _BEFORE_INITIALS)
    if (token.traits & NAME and (size > 3 or place.after_name)) or (called and size <= 5):
        return "PERSON"
    if token.traits & ORDINARY:
        return None
    if token.traits & TOWN:
        return "LOCATION"
    return "PERSON" if size > 5 or (place.after_name and size > 2) else None


def _is_lower_name(place: _Place) -> bool:
    """Tell whether a word in lower case is a name.

    So is a common one, a surname in -sen, one beside a name or title, and two words of the name lists side by side, of
    which one is nothing but a name: "uffe juhl", "minna skov".
    """
    traits, after = place.token.traits, place.after
    if traits & LOWER_NAME:
        return True
    if traits & PARTICLE:  # "Mette von Bülow"
        return place.after_name and after is not None and after.gap == " " and after.traits & UPPER != 0
    if not traits & NAME or traits & (ORDINARY | ALLOWED) or place.token.low in lexicon.verbs():
        return False
    if traits & AT_START:
        return place.after_name and _is_lower(place.before) and place.token.low in last_names()
    return place.after_name or place.announced or (after is not None and after.gap == " " and _may_be_name(after))


def _is_lower(token: _Token | None) -> bool:
    return token is not None and not token.traits & UPPER


def _may_be_name(token: _Token) -> bool:
    """Tell whether a word in lower case is in the name lists and no verb or term."""
    return (
        _is_lower(token)
        and token.traits & NAME != 0
        and not (token.traits & (ORDINARY | ALLOWED) or token.low in lexicon.verbs())
    )


def _is_initial(tokens: list[_Token], index: int, place: _Place) -> bool:
    """Tell whether a single capital is an initial: after a name, or before one, as in "M. Hansen", "J.P. Hansen"."""
    if place.after_name:
        return True
    for token in tokens[index + 1 : index + 4]:
        if token.gap not in (".", ". ") or not token.traits & UPPER:
            return False
        if token.traits & NAME:
            return True
        if not token.traits & LETTER:
            return False
    return False


def _adjoins(before: _Token, token: _Token) -> bool:
    return token.gap in _SPACES or (before.traits & LETTER != 0 and token.gap in (".", ". "))


def _is_known(low: str, known: frozenset[str]) -> bool:
    return low in known or ("-" in low and not known.isdisjoint(low.split("-")))


def _signature_end(text: str, position: int) -> int:
    """Return where a signature ends that opens before the position: with this line or one of the next two."""
    end = position
    for _ in range(3):
        newline = text.find("\n", end)
        if newline < 0:
            return min(len(text), position + _SIGNATURE_CHARACTERS)
        end = newline + 1
    return min(end, position + _SIGNATURE_CHARACTERS)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    for match in _TOKEN.finditer(text):
        word = match[0]
        start, end = match.span()
        joint = _JOINT.search(word) if len(word) > 5 and not word.islower() else None
        if joint and _is_joined(word[: joint.start()], word[joint.start() :]):
            middle = start + joint.start()
            first = word[: joint.start()]
            tokens.append(_Token(start, middle, first.lower(), traits_of(first), text[position:start]))
            word, start, position = word[joint.start() :], middle, middle
        tokens.append(_Token(start, end, word.lower(), traits_of(word), text[position:start]))
        position = end
    return tokens


def _is_joined(first: str, second: str) -> bool:
    """Tell whether a word is two whose space is missing, "JensHansen", "naboenViola", and not one, "OxyContin"."""
    if traits_of(second) & (NAME | TOWN | STREET):
        return True
    return first[0].islower() and traits_of(first) & (TITLE | ORDINARY) != 0
