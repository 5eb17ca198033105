"""Danish first names and surnames, and towns: the lists that a capitalised word is looked up in.

What a hit means is decided in `words.py`, and words that are no names stand in `lexicon.py`. A name that is also a
word (Bo, Line, Per, Skov, Lund) stays in its list.
"""

from functools import cache

from pseudonymisation.redaction.lists import word_list


@cache
def first_names() -> frozenset[str]:
    """Return first names in lower case."""
    return word_list("first_names")


@cache
def last_names() -> frozenset[str]:
    """Return surnames in lower case."""
    return word_list("last_names")


@cache
def towns() -> frozenset[str]:
    """Return town names in lower case, two words with one space between."""
    return frozenset(town.replace("_", " ") for town in word_list("towns"))
