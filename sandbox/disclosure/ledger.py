"""The ledger of answers: of which people each project was told what, so that no two answers differ by a few of them.

Two answers about nearly the same people tell, taken from one another, of those few who are in one of them alone. The
ledger keeps no names: a group of people is its number and two sketches under a secret salt (`cells.Told`), and two
groups that differ by fewer than the threshold differ in fewer of their buckets. Equal groups differ in none.

Counts are compared with counts, whoever is in them and whatever each brings; values with values that come from one
column. An attack by many answers, each of which differs from the others by many people, is not seen in the groups: how
many numbers are told until somebody looks at the questions bounds it.
"""

import hashlib
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sandbox.disclosure.cells import BUCKETS, Groups, Sketch, Told
from sandbox.disclosure.rules import NUMBERS, REFUSALS
from sandbox.errors import DisclosureRefused

_TABLES = """
create table if not exists salts (project text primary key, salt text not null);
create table if not exists told (
    project text not null, people integer not null, who blob not null, what blob not null, columns text not null,
    unique (project, people, who, what, columns)
);
create table if not exists refusals (project text primary key, number integer not null);
create table if not exists shown (project text not null, mark blob not null, unique (project, mark));
create table if not exists numbers (project text primary key, number integer not null);
"""

_MORE = "insert into {} values (?, ?) on conflict (project) do update set number = number + excluded.number"


@dataclass(frozen=True, slots=True)
class Since:
    """What came of a project's questions since somebody looked: refusals that may tell of a few, and numbers told."""

    refusals: int
    numbers: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger in one file; several processes may use it at once, one after the other."""

    path: Path

    def salt(self, project: str) -> str:
        """What a project's sketches and noise are keyed with, made at its first question."""
        with self._opened() as file:
            file.execute("insert or ignore into salts values (?, ?)", (project, secrets.token_hex(32)))
            (salt,) = file.execute("select salt from salts where project = ?", (project,)).fetchone()
        return str(salt)

    @contextmanager
    def of(self, project: str) -> Iterator["Page"]:
        """The answers of one project, for one more. What was added is kept when the block ends without an error.

        Raises DisclosureRefused when so many questions were refused in ways that may tell of a few people
        (`rules.REFUSALS`), or so many numbers were told (`rules.NUMBERS`), that somebody has to look.
        """
        with self._opened() as file:
            file.execute("begin immediate")
            _refuse_unreviewed(file, project)
            try:
                yield Page(file, project)
            except DisclosureRefused as refusal:
                file.execute("rollback")
                if refusal.rule == "differencing":
                    _count_refusal(file, project)
                raise
            file.execute("commit")

    def require_reviewed(self, project: str) -> None:
        """Raise DisclosureRefused as `of`, before a question is looked at."""
        with self._opened() as file:
            _refuse_unreviewed(file, project)

    def count_refusal(self, project: str) -> None:
        """Count a refusal that may tell of a few people; of `differencing` it is done by itself."""
        with self._opened() as file:
            _count_refusal(file, project)

    def since(self, project: str) -> Since:
        """What came of a project's questions since somebody looked."""
        with self._opened() as file:
            return Since(_number(file, "refusals", project), _number(file, "numbers", project))

    def reviewed(self, project: str, since: Since) -> None:
        """Somebody has looked at so much of a project's questions: it may ask on. No answer is forgotten."""
        with self._opened() as file:
            for table, number in (("refusals", since.refusals), ("numbers", since.numbers)):
                file.execute(f"update {table} set number = max(number - ?, 0) where project = ?", (number, project))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The file. Raises DisclosureRefused when it cannot be used: without it nothing is answered."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as file:
                file.executescript(_TABLES)
                yield file
        except (sqlite3.Error, OSError) as error:
            raise DisclosureRefused(
                f"expected the ledger of answers, found that it cannot be used ({type(error).__name__}); "
                "no question passes until whoever runs the platform has put its file back",
                rule="ledger",
            ) from None


def _refuse_unreviewed(file: sqlite3.Connection, project: str) -> None:
    """A refusal tells that two groups differ by a few: many of them would tell who these are."""
    refused = _number(file, "refusals", project)
    if refused >= REFUSALS:
        raise DisclosureRefused(
            f"{project}: {refused} questions were refused because they differ from earlier ones by a few people, or "
            f"took more than they may, and nothing is answered until somebody has looked at them; {_look(project)}",
            rule="review",
        )


def _count_refusal(file: sqlite3.Connection, project: str) -> None:
    file.execute(_MORE.format("refusals"), (project, 1))


def _number(file: sqlite3.Connection, table: str, project: str) -> int:
    row = file.execute(f"select number from {table} where project = ?", (project,)).fetchone()
    return int(row[0]) if row else 0


def _look(project: str) -> str:
    return f"ask the permit's contact for oeverum sandbox reviewed {project}, and then again"


@dataclass(frozen=True, slots=True)
class Page:
    """One project's answers, held while one more is compared with them."""

    file: sqlite3.Connection
    project: str

    def add(self, groups: Groups, threshold: int) -> None:
        """Keep what is told of these groups. Raises DisclosureRefused when one differs from another by a few people.

        A group that was told before is told again. Those of one answer are compared among themselves but where each
        row comes into its cell by what stands in the release: who is in home care in one year and in the next. What is
        told of one cell always is: two numbers of it that differ by one person alone are equal where that one is not
        among them, and then seldom else.
        """
        new = [one for one in groups.listed if one.people]
        self._count([one for one in new if one.shown], groups.cells_each)
        of_cell: dict[int, list[Told]] = {}
        for place, one in enumerate(new):
            earlier = self._near(one, threshold)
            beside = of_cell.setdefault(one.cell, [])
            others = new[:place] if groups.among_themselves else beside
            if _differs_by_few(one, earlier + others, threshold, told=earlier):
                raise DisclosureRefused(
                    f"expected numbers that differ from each other and from each earlier one by {threshold} people or "
                    "more, or by nobody, found one that differs by fewer; ask an earlier question again, fewer numbers "
                    f"at once, or under conditions that take in or leave out {threshold} people or more",
                    rule="differencing",
                )
            beside.append(one)
        self.file.executemany(
            "insert or ignore into told values (?, ?, ?, ?, ?)",
            [(self.project, *one.as_row()) for one in new],
        )

    def _count(self, shown: list[Told], cells_each: int) -> None:
        """Count what is shown for the first time and one person can be in: each number is moved by itself, so that the
        mean of many would be near to what is so. Nobody is in more cells than `cells_each`.
        """
        first: Counter[int] = Counter()
        for one in shown:
            mark = hashlib.sha256(repr(one.as_row()).encode("utf-8")).digest()
            first[one.cell] += self.file.execute(
                "insert or ignore into shown values (?, ?)", (self.project, mark)
            ).rowcount
        numbers = min(first.total(), cells_each * max(first.values(), default=0))
        before = _number(self.file, "numbers", self.project)
        if numbers and before + numbers > NUMBERS:
            raise DisclosureRefused(
                f"{self.project}: expected at most {NUMBERS} new numbers of one group until somebody has looked at the "
                f"questions, found {before} told and {numbers} more; {_look(self.project)}, or fewer numbers at once",
                rule="review",
            )
        self.file.execute(_MORE.format("numbers"), (self.project, numbers))

    def _near(self, one: Told, threshold: int) -> list[Told]:
        """The groups of about as many people."""
        rows = self.file.execute(
            "select people, who, what, columns from told where project = ? and people between ? and ?",
            (self.project, one.people - threshold + 1, one.people + threshold - 1),
        )
        return [Told.of_row(*row) for row in rows]


def _differs_by_few(one: Told, others: list[Told], threshold: int, *, told: list[Told]) -> bool:
    """Whether a group differs from another by a few people, or by what a few bring; not where the same was `told`."""
    kin = [other for other in others if _comparable(one, other) and abs(one.people - other.people) < threshold]
    if not kin:
        return False
    new_people = not any(np.array_equal(one.who, other.who) for other in told if _comparable(one, other))
    new_parts = not any(np.array_equal(one.what, other.what) for other in told if _comparable(one, other))
    who = _apart(one.who, [other.who for other in kin])
    # By the second largest, too: without the largest, it is what all are reckoned by.
    what = _apart(one.what, [other.what for other in kin])
    return bool(
        (new_people and np.any((who > 0) & (who < threshold)))
        or (new_parts and np.any((what > 0) & (what < threshold)))
    )


def _apart(one: Sketch, others: list[Sketch]) -> npt.NDArray[np.intp]:
    """In how many buckets each sketch of one group differs from each of the others' sketches; in none of one alike."""
    mine = one.reshape(-1, BUCKETS)
    found = [np.zeros(0, np.intp)]
    for size in {other.size for other in others}:
        theirs = np.stack([other for other in others if other.size == size]).reshape(-1, size // BUCKETS, BUCKETS)
        apart = np.count_nonzero(theirs[:, None] != mine[:, None], axis=3)
        if size == one.size:
            apart[np.all(theirs == mine, axis=(1, 2))] = 0
        found.append(apart.reshape(-1))
    return np.concatenate(found)


def _comparable(one: Told, other: Told) -> bool:
    """Whether both are counts, or values that come from one column."""
    return bool(one.columns & other.columns) or not (one.columns or other.columns)
