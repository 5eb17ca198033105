"""The pages of the documentation as data: their fenced blocks, the commands in them, inline code, links, headings."""

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oeverum.settings import REPOSITORY

ROOT_PAGES = ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md")
PAGES = tuple([*ROOT_PAGES, *sorted(p.relative_to(REPOSITORY).as_posix() for p in (REPOSITORY / "docs").rglob("*.md"))])

_FENCE = re.compile(r"^ *```(\w*) *$")
_INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_EXIT_CODE = re.compile(r"#.*\bexit code ([0-9]+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its page, the line on which its content starts, its language, its content."""

    page: str
    line: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a block of language sh, without its comment; `exit_code` is what the comment says, else 0."""

    words: tuple[str, ...]
    exit_code: int

    @property
    def program(self) -> str:
        """The program, wherever it lies."""
        return self.words[0].removeprefix(".venv/bin/")


@cache
def text_of(page: str) -> str:
    """The whole text of a page."""
    return (REPOSITORY / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    language, start = "", 0
    lines = text_of(page).splitlines()
    for number, line in enumerate(lines, start=1):
        fence = _FENCE.match(line)
        if fence and not start:
            language, start = fence[1], number
        elif fence:
            found.append(Block(page, start + 1, language, textwrap.dedent("\n".join(lines[start : number - 1]))))
            start = 0
    assert not start, f"{page}: the fence of line {start} is not closed"
    return found


def prose(page: str) -> str:
    """A page without its fenced blocks."""
    kept, inside = [], False
    for line in text_of(page).splitlines():
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def commands(block: Block) -> Iterator[Command]:
    """The commands of a block; one goes on over several lines while a quotation is open."""
    typed = ""
    for line in block.text.splitlines():
        typed = f"{typed}\n{line}" if typed else line
        try:
            words = shlex.split(typed, comments=True)
        except ValueError:
            continue
        said = _EXIT_CODE.search(line)
        if words:
            yield Command(tuple(words), int(said[1]) if said else 0)
        typed = ""
    assert not typed, f"{block.page}, line {block.line}: a quotation is not closed"


def inline_code(page: str) -> list[str]:
    """What stands between single backticks, line breaks as spaces."""
    return [" ".join(code.split()) for code in _INLINE.findall(prose(page))]


def links(page: str) -> list[str]:
    """The targets of a page's links and pictures."""
    return _LINK.findall(prose(page))


def anchors(page: str) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    titles = (re.sub(r"[`*]|\[|\]\([^)]*\)", "", title).lower() for title in _HEADING.findall(prose(page)))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def tables(page: str) -> dict[str, list[list[str]]]:
    """The rows of the tables of a page by the heading above them, without their head."""
    found: dict[str, list[list[str]]] = {}
    heading, head = "", True
    for line in prose(page).splitlines():
        if title := _HEADING.match(line):
            heading = title[1]
        if not line.startswith("|"):
            head = True
        elif re.fullmatch(r"[|:\- ]+", line) and head:
            head = False
        elif not head:
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            found.setdefault(heading, []).append([cell.strip() for cell in cells])
    return found


def repository_path(page: str, target: str) -> Path:
    """Where a relative link of a page leads."""
    return (REPOSITORY / page).parent / target if target else REPOSITORY / page
