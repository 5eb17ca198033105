"""Danish words that explain a capital at the start of a sentence.

How they are used is decided in `words.py`, and what may stand with a capital anywhere is in `lexicon.py`. No word here
is in the name lists of `names.py`, and none cancels a hit there.
"""

from functools import cache

from pseudonymisation.redaction.lists import word_list

# Endings that names do not have: a capitalised word of six letters or more that ends so is ordinary.
_ENDINGS = (
    "else",
    "elsen",
    "elser",
    "elserne",
    "hed",
    "heden",
    "heder",
    "ning",
    "ningen",
    "ninger",
    "tion",
    "tionen",
    "tioner",
    "itet",
    "isk",
    "iske",
    "iskt",
    "lig",
    "lige",
    "ligt",
    "løs",
    "løse",
    "løst",
    "ende",
    "ede",
    "eres",
    "eret",
    "erer",
    "erede",
    "ethed",
    "svigt",
    "scanning",
    "skopi",
    "grafi",
    "tomi",
    "ektomi",
    "itis",
    "æmi",
    "pati",
    "terapi",
    "logi",
    "logisk",
    "syndrom",
)
# Words of four letters that are often the head of a compound.
_SHORT_HEADS = frozenset(("plan", "brev", "test", "svar", "vagt", "stue", "mand", "kone", "kort", "hjem", "stol"))
# No word is longer: looking for its parts takes time that grows with the square of its length.
_LONGEST = 60
# Endings of inflected forms, tried after a known stem.
_INFLECTIONS = frozenset(
    ("e", "s", "n", "r", "t", "en", "et", "er", "es", "ne", "te", "ene", "ens", "ets", "ede", "erne", "ende")
)


@cache
def words() -> frozenset[str]:
    """Return ordinary words in lower case."""
    return word_list("words")


def is_ordinary(word: str) -> bool:
    """Tell whether a word in lower case is ordinary: known, inflected, or a compound that ends in one."""
    known = words()
    if len(word) > _LONGEST:
        return False
    if word in known:
        return True
    if len(word) >= 6 and word.endswith(_ENDINGS):
        return True
    if len(word) >= 5:
        for size in range(1, min(4, len(word) - 4) + 1):
            if word[-size:] in _INFLECTIONS and (word[:-size] in known or word[:-size] + "e" in known):
                return True
    if len(word) >= 9 and word[-4:] in _SHORT_HEADS:
        return True
    # "blodtryksmåling" ends in "måling": the head of a Danish compound stands last.
    return any(word[cut:] in known for cut in range(3, len(word) - 4))
