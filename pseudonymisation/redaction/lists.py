"""The word lists of redaction: files beside this module, in `lists/`, whose first lines name source and licence."""

from pathlib import Path

FOLDER = Path(__file__).parent / "lists"


def word_list(name: str) -> frozenset[str]:
    """Return the words of `lists/<name>.txt` in lower case. Raises OSError without the file, ValueError if it is empty.

    Lines that begin with `#` tell what is in the list, its source and its licence.
    """
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    words = frozenset(word for line in lines if not line.startswith("#") for word in line.lower().split())
    if not words:
        raise ValueError(f"the word list {name}.txt holds no word; restore it")
    return words
