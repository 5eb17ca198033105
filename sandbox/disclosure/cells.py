"""Cells: what each group of an answer is made of, what of it may be told, and what of it is kept for comparison.

All is computed in the engine from one table: each person's part of each cell. A cell of too few people is left out, and
so is, of a cell, what too few people bring or one person makes most of. What is told is moved a little: by as much as
one person may bring at most, and always by the same for the same people who bring the same (`rules.NOISE`). So no
difference, whether of answers, of groups or of a group and a margin, tells what one person brings.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sandbox.disclosure import remedies
from sandbox.disclosure.question import Aggregate, Question
from sandbox.disclosure.rules import CELLS, DOMINANCE, NOISE, Rules
from sandbox.errors import DisclosureRefused

BUCKETS = 64
_GROUPS, _AMONG_THEMSELVES, _CELLS_EACH = b"groups", b"among_themselves", b"cells_each"
Sketch = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Told:
    """People of whom something is told: how many, and two sketches, of who they are and of what each brings.

    Sketches of two groups differ in as many of their buckets at most as there are people in one alone. `columns` are
    those that a value comes from; counts have none. Of values there are two of what each brings, one behind the other:
    by the largest, so that a unit is none, and by the second, for a group in which the largest is missing. Of one
    answer, what is told of the same people beside each other has the same `cell`; `shown` is what stands in it as a
    number, and not only follows from others.
    """

    people: int
    who: Sketch
    what: Sketch
    columns: frozenset[str]
    cell: int = 0
    shown: bool = False

    def as_row(self) -> tuple[int, bytes, bytes, str]:
        """In the form in which it is kept and sent."""
        return self.people, self.who.tobytes(), self.what.tobytes(), json.dumps(sorted(self.columns))

    @classmethod
    def of_row(
        cls, people: int, who: bytes, what: bytes, columns: str, cell: int = 0, *, shown: bool = False
    ) -> "Told":
        """What `as_row` gave."""
        columns_of = frozenset(json.loads(columns))
        return cls(people, np.frombuffer(who, np.uint64), np.frombuffer(what, np.uint64), columns_of, cell, shown)


class Cells:
    """The cells of one question in an engine of its own, which holds the tables of the release.

    `salt` keys the sketches and the noise. Raises DisclosureRefused when there are too many cells, or none that may be
    told.
    """

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, question: Question, rules: Rules, salt: str, *, slices: int = 1
    ) -> None:
        self._engine = engine
        self._slices = range(slices)
        self._question = question
        self._rules = rules
        self._salt = salt
        self._numbered = list(enumerate(question.aggregates))
        self._keys = [f"k{n}" for n in range(len(question.keys))]
        self._engine.execute(_keys(question))
        (number,) = self._one("select count(*) from keys")
        if number > CELLS:
            raise DisclosureRefused(
                f"expected at most {CELLS:,} groups, found more; group {remedies.COARSER}", rule="cells"
            )
        for place in self._slices:
            into = "insert into people" if place else "create or replace temp table people as"
            self._engine.execute(f"{into} {_people(question)}", {"salt": salt, "slices": slices, "slice": place})
        self._engine.execute(self._cells())
        while question.recorded and self._suppress_beside():
            pass
        self._engine.execute(self._noise(), {"salt": salt})
        self._engine.execute(self._answers())
        self._refuse_nothing()

    def answer(self) -> pa.Table:
        """The cells that may be told, as the question shows them, unordered."""
        made = ", ".join(f"{sql} as c{n}" for n, (_, sql) in enumerate(self._question.shown))
        return self._engine.execute(f"select {made} from answers").to_arrow_table()

    def told(self) -> Iterator[Told]:
        """The people of every cell that is told, and of every margin that can be added up from them; for each aggregate
        those of whom it tells.
        """
        every = (*((kept, False) for kept in self._margins()), (tuple(self._keys), True))
        found = ((told, shown) for kept, shown in every for told in self._told_by(kept))
        for number, ((everybody, *told), shown) in enumerate(found):
            # How many stand in a cell is not shown but by its numbers, so that is told beside nothing.
            of_one = [replace(everybody, cell=2 * number)]
            of_one += [replace(one, cell=2 * number + 1, shown=shown) for one in told]
            yield from (one for one in of_one if one.people >= self._rules.threshold)

    def cells_each(self) -> int:
        """The most cells that any one person is in, of those that are told: more than one where rows are events."""
        return self._one(
            "select coalesce(max(cells), 0) from (select count(*) as cells from people p join cells c using (number) "
            "where c.told group by p.s)"
        )[0]

    def _cells(self) -> str:
        """The statement that makes table `cells`: of each cell its people, and of each aggregate what it is made of."""
        made = ["count(*) as people", f"count(*) >= {self._rules.threshold} as told"]
        for n, one in self._numbered:
            part = "b" if one.kind == "value" else "c"
            made += [f"count(*) filter (where c{n} > 0) as p{n}", f"sum(c{n}) as s{n}", f"max({part}{n}) as m{n}"]
            made.append(f"{_dominated(f'{part}{n}') if one.kind != 'people' else 'false'} as d{n}")
            if one.kind == "value":
                made += [f"sum(t{n}) as t{n}", f"sum(t{n}) / nullif(sum(c{n}), 0) as e{n}"]
        counted = f"select number, {', '.join(made)} from people group by number"
        return f"create or replace temp table cells as select * from keys join ({counted}) using (number)"

    def _suppress_beside(self) -> bool:
        """In each margin of which one cell or too few people are left out, leave out the smallest too; whether one was.

        One cell alone could be reckoned from the margin, and through it, across, a small one that it stands for.
        """
        found = False
        for kept in self._margins():
            same = " and ".join(f"c.{key} is not distinct from m.{key}" for key in kept) or "true"
            by = "".join(f"c.{key}, " for key in kept)
            groups = f"group by {by.removesuffix(', ')}" if kept else ""
            self._engine.execute(
                f"""
                create or replace temp table beside as
                with margins as (
                  select {by} count(distinct p.s) as people, count(distinct number) as cells
                  from people p join cells c using (number) where not c.told {groups}
                )
                select c.number from cells c join margins m on {same}
                where c.told and (m.cells = 1 or m.people between 1 and {self._rules.threshold - 1})
                qualify row_number() over (partition by {by} 0 order by c.people, c.number) = 1
                """
            )
            (more,) = self._one("select count(*) from beside")
            if more:
                self._engine.execute("update cells set told = false where number in (select number from beside)")
                found = True
        return found

    def _noise(self) -> str:
        """The statement that makes table `noise`: of each aggregate of each cell a number between -1 and 1, by who is
        in it and what each brings, whatever the unit; of values another for their spread, and what one brings to that.
        """
        made = []
        for n, one in self._numbered:
            brings = {
                "people": "p.s",
                # Where each has one row, rows are people, and are moved as these.
                "rows": f"case when c.m{n} = 1 then p.s else hash($salt, p.s, p.c{n}) end",
                "value": f"hash($salt, p.s, p.c{n}, round(p.t{n} / nullif(c.m{n}, 0), 9))",
            }
            key = f"bit_xor({brings[one.kind]}) filter (where p.c{n} > 0)"
            made.append(f"{_unit(f'hash($salt, {key})')} as z{n}")
            if one.kind == "value":
                away = f"p.q{n} - 2 * c.e{n} * p.t{n} + c.e{n} * c.e{n} * p.c{n}"
                made += [f"{_unit(f'hash($salt, 0, {key})')} as y{n}", f"sum({away}) as v{n}", f"max({away}) as w{n}"]
                made.append(f"{_dominated(away)} as o{n}")
        return (
            f"create or replace temp table noise as select number{''.join(f', {one}' for one in made)} "
            "from people p join cells c using (number) where c.told group by number"
        )

    def _answers(self) -> str:
        """The statement that makes table `answers`: of each cell that is told its keys, and its aggregates."""
        made = [*self._keys]
        for n, one in self._numbered:
            enough = f"p{n} >= {self._rules.threshold} and not d{n}"
            if one.kind == "value":
                made += [
                    f"case when {enough} then t{n} + z{n} * m{n} end as a{n}sum",
                    f"a{n}sum / nullif(s{n}, 0) as a{n}mean",
                    f"case when {enough} and not o{n} then greatest(v{n} + y{n} * w{n}, 0) / nullif(s{n} - 1, 0) end "
                    f"as a{n}variance",
                    f"sqrt(a{n}variance) as a{n}spread",
                ]
            else:
                count, most = (f"p{n}", f"{NOISE}") if one.kind == "people" else (f"s{n}", f"greatest({NOISE}, m{n})")
                moved = f"greatest({count} + round(z{n} * {most}), {self._rules.threshold})"
                step = self._rules.rounding or 1
                made.append(f"case when {enough} then cast({step} * round({moved} / {step}) as bigint) end as a{n}")
        return f"create or replace temp table answers as select {', '.join(made)} from cells join noise using (number)"

    def _refuse_nothing(self) -> None:
        """Refuse an answer in which nothing is told."""
        values = [f"a{n}{'sum' if one.kind == 'value' else ''}" for n, one in self._numbered]
        told = self._one(
            f"select count(coalesce({', '.join(f'cast({one} as double)' for one in values)})) from answers"
        )
        if told[0]:
            return
        dominated = " or ".join(f"d{n} and p{n} >= {self._rules.threshold}" for n, _ in self._numbered)
        (most,) = self._one(f"select count(*) filter (where {dominated}) from cells where told")
        if most:
            raise DisclosureRefused(
                "expected groups of which no one person makes most, found none; "
                "write count(DISTINCT subject_id) in its place, or ask of more people",
                rule="dominance",
            )
        raise DisclosureRefused(
            f"expected {self._rules.threshold} people or more in a group, found fewer in every one, or one alone "
            f"beside those; ask of numbers, under fewer conditions, and {remedies.COARSER}",
            rule="threshold",
        )

    def _told_by(self, kept: tuple[str, ...]) -> Iterator[list[Told]]:
        self._engine.execute(
            "create or replace temp table margins as select number, "
            f"dense_rank() over (order by {', '.join(kept) or '0'}) as margin from cells where told"
        )
        parts = self._parts(of_cells=len(kept) == len(self._keys))
        values = [n for n, one in self._numbered if one.kind == "value"]
        if values:
            self._largest(parts, values)
        of_margin: dict[int, list[tuple[int, ...]]] = {}
        for place in self._slices:
            found = self._engine.execute(
                self._sketches(parts, values), {"salt": self._salt, "slices": len(self._slices), "slice": place}
            ).fetchall()
            for margin, *numbers in found:
                of_margin.setdefault(margin, []).append(tuple(numbers))
        everybody = Aggregate("rows", "true")
        for numbers in of_margin.values():
            yield [
                _told(numbers, 1 + 4 * place, one.columns if one.kind == "value" else frozenset())
                for place, one in enumerate((everybody, *self._question.aggregates))
            ]

    def _largest(self, parts: str, values: Sequence[int]) -> None:
        """Make table `largest`: of each margin the most that one person brings of each value, and the second."""
        most = ", ".join(f"max(abs(t{n}), 2) as m{n}" for n in values)
        for place in self._slices:
            into = "insert into largest" if place else "create or replace temp table largest as"
            self._engine.execute(
                f"{into} select margin, {most} from ({parts}) group by margin",
                {"slices": len(self._slices), "slice": place},
            )

    def _parts(self, *, of_cells: bool) -> str:
        """The select of each person's part of each margin, in one slice of the people; of cells it is there already."""
        made = ["n", *(f"c{n}" for n, _ in self._numbered)]
        made += [f"t{n}" for n, one in self._numbered if one.kind == "value"]
        summed = made if of_cells else [f"sum({one}) as {one}" for one in made]
        return (
            f"select margin, s, {', '.join(summed)} from people join margins using (number) "
            f"where s & ($slices - 1)::ubigint = $slice::ubigint{'' if of_cells else ' group by margin, s'}"
        )

    def _sketches(self, parts: str, values: Sequence[int]) -> str:
        """The select of the buckets of each margin's sketches. Slices share no bucket."""
        sketched = "".join(_sketched(n, one) for n, one in self._numbered)
        both = [(n, f"list_reverse_sort(flatten(list(m{n})))") for n in values]
        most = ", ".join(f"{two}[1] as m{n}, {two}[2] as l{n}" for n, two in both)
        sizes = f"join (select margin, {most} from largest group by margin) using (margin)" if values else ""
        return f"""
            select margin, s & {BUCKETS - 1}::ubigint as bucket,
              count(*), bit_xor(s), bit_xor(hash($salt, s, n)), 0{sketched}
            from ({parts}) {sizes} group by margin, bucket
        """

    def _margins(self) -> Iterator[tuple[str, ...]]:
        """The keys of every margin: fewer than those of the cells, none for all cells together."""
        for size in range(len(self._keys)):
            yield from combinations(self._keys, size)

    def _one(self, sql: str) -> tuple[int, ...]:
        return self._engine.execute(sql).fetchall()[0]


def _keys(question: Question) -> str:
    """The statement that makes table `keys`: a number for each cell, and what it is told apart by."""
    keys = ", ".join(f"{sql} as k{n}" for n, sql in enumerate(question.keys)) or "0 as whole"
    order = ", ".join(f"k{n}" for n in range(len(question.keys))) or "whole"
    return f"""
        create or replace temp table keys as
        {question.with_}
        select distinct cast(dense_rank() over (order by {order}) as uinteger) as number, {order}
        from (select distinct {keys} {question.source}) as keys_of_rows
    """


def _people(question: Question) -> str:
    """The select of table `people`, in one slice of them: each person's rows in each cell, and of each aggregate the
    rows (c), the sum (t), the sum of sizes (b) and of squares (q) that they bring. A person is a keyed hash, a cell its
    number: of those many rows, little is kept of each.
    """
    keys = "".join(f"{sql} as k{n}, " for n, sql in enumerate(question.keys))
    named = "".join(f"k{n}, " for n in range(len(question.keys)))
    same = " and ".join(f"r.k{n} is not distinct from k.k{n}" for n in range(len(question.keys))) or "true"
    taken, sums = "", ""
    for n, one in enumerate(question.aggregates):
        taken += f", {one.taken} as f{n}"
        sums += f", cast(count(*) filter (where f{n}) as uinteger) as c{n}"
        if one.kind == "value":
            taken += f", {one.value} as v{n}"
            for name, made in (("t", f"v{n}"), ("b", f"abs(v{n})"), ("q", f"v{n} * v{n}")):
                sums += f", coalesce(sum({made}) filter (where f{n}), 0) as {name}{n}"
    return f"""
        {question.with_}
        select k.number, r.* exclude ({named.removesuffix(", ") or "whole"})
        from (
          select {named or "0 as whole, "} s, cast(count(*) as uinteger) as n{sums}
          from (
            select *, hash($salt, subject) as s
            from (select {keys} {question.subject} as subject{taken} {question.source}) as rows_of_people
            where subject is not null
          ) as people_of_rows
          where s & ($slices - 1)::ubigint = $slice::ubigint group by {named} s
        ) as r join keys k on {same}
    """


def _dominated(part: str) -> str:
    """The p%-rule: whoever is the second largest must not be able to tell the largest from the total."""
    return f"coalesce(sum({part}) - list_sum(max({part}, 2)) < {DOMINANCE} * max({part}) and max({part}) > 0, false)"


def _unit(number: str) -> str:
    """A number between -1 and 1 from a hash."""
    return f"({number} % 2000001) / 1000000.0 - 1"


def _sketched(n: int, one: Aggregate) -> str:
    brings = {
        "people": ("s", "0::ubigint"),
        "rows": (f"hash($salt, s, c{n})", "0::ubigint"),
        "value": tuple(f"hash($salt, s, c{n}, round(t{n} / nullif({by}{n}, 0), 9))" for by in ("m", "l")),
    }
    made = ("s", *brings[one.kind])
    taking = f"filter (where c{n} > 0)"
    return f", count(*) {taking}" + "".join(f", coalesce(bit_xor({part}) {taking}, 0)" for part in made)


def _told(numbers: list[tuple[int, ...]], at: int, columns: frozenset[str]) -> Told:
    made = np.zeros((3, BUCKETS), np.uint64)
    people = 0
    for of_bucket in numbers:
        people += of_bucket[at]
        made[:, of_bucket[0]] = of_bucket[at + 1 : at + 4]
    return Told(people, made[0], made[1:].reshape(-1) if columns else made[1], columns)


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of which one answer tells: whether they are compared `among_themselves`, and `cells_each`, the most
    cells of the answer that any one person is in.
    """

    listed: list[Told]
    among_themselves: bool = True
    cells_each: int = 1


def with_groups(table: pa.Table, groups: Groups) -> pa.Table:
    """An answer with the groups of which it tells in its schema's metadata, as it comes from another process."""
    listed = [(*one.as_row(), one.cell, one.shown) for one in groups.listed]
    kinds = (pa.int64(), pa.binary(), pa.binary(), pa.string(), pa.int64(), pa.bool_())
    columns = [pa.array([one[at] for one in listed], kind) for at, kind in enumerate(kinds)]
    sink = pa.BufferOutputStream()
    batch = pa.record_batch(columns, names=["people", "who", "what", "columns", "cell", "shown"])
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    facts = {
        _GROUPS: sink.getvalue().to_pybytes(),
        _AMONG_THEMSELVES: b"yes" if groups.among_themselves else b"no",
        _CELLS_EACH: str(groups.cells_each).encode("ascii"),
    }
    return table.replace_schema_metadata(facts)


def groups_of(table: pa.Table) -> Groups:
    """The groups of which an answer tells."""
    facts = table.schema.metadata
    rows = pa.ipc.open_stream(facts[_GROUPS]).read_all().to_pylist()
    listed = [Told.of_row(**row) for row in rows]
    return Groups(listed, facts[_AMONG_THEMSELVES] != b"no", int(facts[_CELLS_EACH]))
