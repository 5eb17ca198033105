"""What the lists and the letters tell of a single word, wherever it stands; what follows from it is in `words.py`."""

from functools import lru_cache
from typing import Final

from pseudonymisation.redaction import lexicon
from pseudonymisation.redaction.addresses import is_street
from pseudonymisation.redaction.names import first_names, last_names, towns
from pseudonymisation.redaction.vocabulary import is_ordinary

# Plain integers, not an enum: the word pass tests them a million times a second.
UPPER: Final = 1  # starts with a capital
CAPITALS: Final = 2  # nothing but capitals, two or more
NAME: Final = 4  # in the lists of first names or surnames, with or without the genitive's s
ALLOWED: Final = 8  # may stand with a capital anywhere
EPONYM: Final = 16  # an allowed term that may be a name of a person too
ORDINARY: Final = 32  # explains a capital at the head of a sentence
TITLE: Final = 64  # announces a name
SIGNATURE: Final = 128  # opens a signature
TOWN: Final = 256
STREET: Final = 512
CODE: Final = 1024  # holds a digit
LETTER: Final = 2048  # a single letter
AT_START: Final = 4096  # a name that is also a word
LOWER_NAME: Final = 8192  # a name in lower case as well
PARTICLE: Final = 16384  # stands inside names: "von", "de"
# A word in lower case with none of these is passed over at once.
ACTIVE: Final = UPPER | NAME | SIGNATURE | LOWER_NAME | PARTICLE

_PARTICLES = frozenset(("af", "de", "den", "der", "du", "el", "la", "le", "van", "von", "al", "bin"))


@lru_cache(maxsize=131_072)
def traits_of(word: str) -> int:
    """Return the sum of the traits of a word as it is written."""
    low = word.lower()
    traits = 0
    if word[0] != low[0]:
        traits |= UPPER
        if len(word) > 1 and word.isupper():
            traits |= CAPITALS
    if len(word) == 1:
        return traits | LETTER
    if any(char.isdigit() for char in word):
        traits |= CODE
    return traits | _listed(low.replace("’", "'"))


def _listed(low: str) -> int:
    """Return the traits that the lists give a word in lower case."""
    bare = (low[:-1] if len(low) > 3 and low.endswith("s") else low).removesuffix("'")
    forms = {low, bare, *(low.split("-") if "-" in low else ())}
    is_name = any(form in first_names() or form in last_names() for form in forms)
    is_lower_name = any(
        form in lexicon.also_lower() or (form.endswith("sen") and form in last_names()) for form in forms
    )
    found = (
        (NAME, is_name),
        (ALLOWED, not lexicon.allowed().isdisjoint((low, bare))),
        (EPONYM, not lexicon.eponyms().isdisjoint((low, bare))),
        (ORDINARY, is_ordinary(low)),
        (TITLE, low in lexicon.titles()),
        (SIGNATURE, low in lexicon.signatures()),
        (TOWN, not towns().isdisjoint((low, bare))),
        (STREET, is_street(low)),
        (AT_START, low in lexicon.at_start()),
        (LOWER_NAME, is_lower_name),
        (PARTICLE, low in _PARTICLES),
    )
    return sum(trait for trait, holds in found if holds)


def is_compound(low: str) -> bool:
    """Tell whether a hyphenated word in lower case is made of terms and ordinary words, no name among them."""
    parts = [part for part in low.split("-") if part]
    if any(part in first_names() or part in last_names() for part in parts):
        return False
    return any(part in lexicon.allowed() for part in parts) or is_ordinary(parts[-1])
