"""Terms of the health services that the word pass asks for: what may stand with a capital, and what announces
or follows a name.

In lower case; the rules are in `words.py`, ordinary words in `vocabulary.py`, names in `names.py`.
"""

from functools import cache

from pseudonymisation.redaction.lists import word_list

_ALLOWED = ("abbreviations", "eponyms", "drugs", "terms", "titles", "signatures")


@cache
def titles() -> frozenset[str]:
    """Return words that announce a name."""
    return word_list("titles")


@cache
def signatures() -> frozenset[str]:
    """Return words that open a signature."""
    return word_list("signatures")


@cache
def allowed() -> frozenset[str]:
    """Return terms that may stand with a capital anywhere in a line."""
    return frozenset().union(*map(word_list, _ALLOWED))


@cache
def eponyms() -> frozenset[str]:
    """Return allowed terms that are names of people too: they explain a capital when no name is beside."""
    return word_list("eponyms")


@cache
def at_start() -> frozenset[str]:
    """Return names that are taken for words when they stand alone at the head of a sentence."""
    return word_list("names_that_are_words")


@cache
def also_lower() -> frozenset[str]:
    """Return first names that are taken for names in lower case."""
    return word_list("lower_names")


@cache
def verbs() -> frozenset[str]:
    """Return words that follow the name of a person who does something."""
    return word_list("verbs")
