"""Rows of one person: which relations a question may be asked of, so that every row of them is about one person.

A table of a release is such a relation. A subquery is one when it hands on `subject_id`, joins by it, groups by it and
looks through windows within it; then nothing of one person reaches a row of another, and only the last step, which is
in `question.py`, brings people together. Each select is checked and made safe in one walk.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from sandbox.disclosure import remedies
from sandbox.disclosure.expressions import check_of_a_person, check_of_a_row, conjuncts, is_subject, place, refused
from sandbox.disclosure.origin import Origin, named, origin
from sandbox.disclosure.safe import safe, safe_condition
from sandbox.tables import SUBJECT

Columns = Mapping[str, Origin]
Relations = Mapping[str, Columns]

_PARTS = {"expressions", "from_", "joins", "where", "group", "having", "qualify", "distinct", "with_"}
_JOINS = {"", "INNER", "LEFT", "SEMI", "ANTI"}


@dataclass(frozen=True, slots=True)
class From:
    """What a select reads: its relations by the names that it gives them, the first one's name, and columns by name."""

    first: str
    relations: Relations
    certain: frozenset[str] = frozenset()  # Those whose subject_id is never NULL: not behind a LEFT JOIN.
    names: frozenset[str] = frozenset()  # What the select calls what it shows.

    def resolve(self, column: exp.Column) -> Origin:
        """Where a column comes from; of several of one name, from all of them."""
        if column.table:
            return named(self.relations.get(column.table.lower(), {}), column.name)
        found = [columns[column.name.lower()] for columns in self.relations.values() if column.name.lower() in columns]
        if len(found) <= 1:
            return found[0] if found else Origin("chosen")
        kind = found[0].kind if len({one.kind for one in found}) == 1 else "chosen"
        return Origin(kind, frozenset[str]().union(*(one.columns for one in found)))


def check_parts(select: exp.Select, allowed: set[str]) -> None:
    """Refuse a select that has other parts than these, each told by its name."""
    for part, value in select.args.items():
        if value and part not in allowed:
            raise refused(f"{part.strip('_').upper()} in a query", remedies.of_a_part(part))


def with_queries(select: exp.Select, known: Relations) -> Relations:
    """The relations that a select can read: those that are known, and those of its WITH, each made safe."""
    clause = select.args.get("with_")
    if clause is None:
        return known
    if clause.args.get("recursive"):
        raise refused("WITH RECURSIVE", "write WITH alone: no query passes that reads itself")
    relations = dict(known)
    for query in clause.expressions:
        if query.args["alias"].columns or query.args.get("key_expressions"):
            raise refused("names of columns behind a WITH", remedies.NAME_INSIDE)
        relations[query.alias.lower()] = of_person(_select(query.this), relations)
    return relations


def read(select: exp.Select, known: Relations) -> From:
    """What FROM and its joins bring. Refuses another join than one by subject_id."""
    source = select.args.get("from_")
    if source is None:
        raise refused("a query without FROM", remedies.OF_TABLES)
    first, columns = _relation(source.this, known)
    relations = {first: columns}
    certain = {first}
    names = frozenset(one.alias.lower() for one in select.expressions if one.alias)
    for join in select.args.get("joins") or ():
        name, columns = _relation(join.this, known)
        if name in relations:
            raise refused(f"the name {name} twice", "give each table a name of its own by AS")
        if (join.args.get("side") or "").upper() != "LEFT":
            certain.add(name)
        _check_join(join, name, From(first, {**relations, name: columns}))
        relations[name] = columns
    return From(first, relations, frozenset(certain), names)


def make_where_safe(select: exp.Select, source: From, known: Relations) -> None:
    """Check WHERE, and put what is safe in its place; people of a subquery may be asked for by subject_id."""
    where = select.args.get("where")
    if where is None:
        return
    made = []
    for condition in conjuncts(where.this):
        people = condition.this if isinstance(condition, exp.Not) else condition
        people = people.unnest()
        if isinstance(people, exp.In) and people.args.get("query"):
            made.append(_of_people(condition, people, source, known))
        else:
            check_of_a_row(condition)
            refuse_subject(condition, source)
            made.append(safe_condition(condition))
    where.set("this", exp.and_(*made, copy=False))


def refuse_subject(node: exp.Expr, source: From) -> None:
    """Refuse a use of subject_id, and of a whole row by the name of its table."""
    for column in node.find_all(exp.Column):
        check_known(column, source)
        if is_subject(column) and not _is_null_test(column):
            raise refused(f"{SUBJECT} in an expression", remedies.PEOPLE)
        if not column.table and column.name.lower() in source.relations:
            raise refused(f"the whole row {column.name}", f"write {column.name}. and the name of a column")


def _is_null_test(column: exp.Column) -> bool:
    """Whether it is asked only if there is somebody, as behind a LEFT JOIN."""
    return isinstance(column.parent, exp.Is) and isinstance(column.parent.expression, exp.Null)


def check_known(column: exp.Expr, source: From) -> None:
    """Refuse a column of another select than this: of one around it, or of none."""
    name, table = column.name.lower(), str(column.args.get("table") or "").strip('"').lower()
    if table:
        found = table in source.relations and (name == SUBJECT or name in source.relations[table])
    else:
        found = name in {SUBJECT, *source.names, *source.relations} or any(
            name in one for one in source.relations.values()
        )
    if not found:
        raise refused(
            f"a column {column.sql('duckdb')[:60]}",
            f"name a column of what FROM reads, or add its table: {remedies.BY_PERSON}",
        )


def of_person(select: exp.Select, known: Relations) -> Columns:
    """Check a select whose rows are each about one person, make it safe, and tell its columns."""
    check_parts(select, _PARTS)
    relations = with_queries(select, known)
    source = read(select, relations)
    make_where_safe(select, source, relations)
    distinct = select.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        raise refused("DISTINCT ON", remedies.ONE_ROW_EACH)
    columns: dict[str, Origin] = {}
    made = [_shown(one, source, columns) for one in select.expressions]
    if not any(_carries(one) for one in select.expressions):
        raise refused(f"a subquery that does not hand on {SUBJECT}", f"write SELECT {SUBJECT} in it as well")
    _check_groups(select, source)
    select.set("expressions", made)
    for part in ("having", "qualify"):
        if clause := select.args.get(part):
            check_of_a_person(clause.this)
            _refuse_subject_but_in_windows(clause.this, source)
            clause.set("this", safe_condition(clause.this))
    return columns


def _shown(shown: exp.Expr, source: From, columns: dict[str, Origin]) -> exp.Expr:
    """What a select shows in one place, made safe; its columns are added to those of the select."""
    star = _star(shown, source)
    if star is not None:
        _add(columns, star)
        return shown
    name = shown.alias_or_name
    if is_subject(shown.unalias()):
        if name.lower() != SUBJECT:
            raise refused(f"{SUBJECT} under another name", "hand it on without AS")
        check_known(shown.unalias(), source)
        return shown
    check_of_a_person(shown)
    _refuse_subject_but_in_windows(shown, source)
    if name.lower() == SUBJECT:
        raise refused(f"another column called {SUBJECT}", "give that column another name by AS")
    _add(columns, {name.lower(): origin(shown, source.resolve)})
    return _as_named(safe(shown.unalias()), shown)


def _add(columns: dict[str, Origin], more: Columns) -> None:
    """Add columns. Of two of one name the engine would take another than we."""
    if twice := sorted(set(columns) & set(more)):
        raise refused(f"the column {twice[0]} twice", remedies.ONCE_EACH)
    columns |= more


def _carries(shown: exp.Expr) -> bool:
    """Whether subject_id is handed on here."""
    return is_subject(shown.unalias()) or bool(shown.is_star)


def _select(node: exp.Expr) -> exp.Select:
    if not isinstance(node, exp.Select):
        raise refused(f"{node.key.upper()} where a SELECT is expected", remedies.of_a_statement(node))
    return node


def _relation(node: exp.Expr, known: Relations) -> tuple[str, Columns]:
    alias = node.args.get("alias")
    if alias is not None and alias.args.get("columns"):
        raise refused("names of columns behind a table", remedies.NAME_INSIDE)
    if isinstance(node, exp.Subquery):
        if strange := [name for name, value in node.args.items() if value and name not in ("this", "alias")]:
            alone = remedies.of_a_source(strange[0], "(SELECT ...) AS name")
            raise refused(f"{strange[0].upper()} of a subquery", alone)
        if not node.alias:
            raise refused("a subquery without a name", "give it one with AS")
        return node.alias.lower(), of_person(_select(node.this), known)
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        raise refused(f"{node.sql('duckdb')[:60]} as a table", remedies.OF_TABLES)
    if strange := [name for name, value in node.args.items() if value and name not in ("this", "alias")]:
        alone = remedies.of_a_source(strange[0], "the name of a table in the codebook")
        raise refused(f"{strange[0].upper()} of a table", alone)
    name = node.name.lower()
    if name not in known:
        raise refused(f"a table {node.name[:60]}", f"write one of {', '.join(known)[:200]}")
    return (node.alias or node.name).lower(), known[name]


def _check_join(join: exp.Join, name: str, source: From) -> None:
    """An inner, left, semi or anti join that holds rows of one person together, with more conditions or without."""
    strange = [n for n, value in join.args.items() if value and n not in ("this", "on", "using", "kind", "side")]
    kinds = {(join.args.get("kind") or "").upper(), (join.args.get("side") or "").upper()}
    if strange or not kinds <= _JOINS:
        raise refused("another join than JOIN, LEFT, SEMI or ANTI JOIN", remedies.BY_PERSON)
    using = [name.name.lower() for name in join.args.get("using") or ()]
    if using:
        if using != [SUBJECT]:
            raise refused(f"USING something else than {SUBJECT}", f"write USING ({SUBJECT}), and conditions in WHERE")
        return
    on = list(conjuncts(join.args.get("on")))
    held = [condition for condition in on if _same_person(condition, name, source)]
    if not held:
        raise refused(
            "a join that does not hold rows of one person together",
            f"write JOIN ... ON {source.first}.{SUBJECT} = {name}.{SUBJECT}",
        )
    made: list[exp.Expr] = list(held)
    for condition in on:
        if condition not in held:
            check_of_a_row(condition)
            refuse_subject(condition, source)
            made.append(safe_condition(condition))
    join.set("on", exp.and_(*made, copy=False))


def _same_person(condition: exp.Expr, name: str, source: From) -> bool:
    if not isinstance(condition, exp.EQ) or not (is_subject(condition.this) and is_subject(condition.expression)):
        return False
    tables = {condition.this.table.lower(), condition.expression.table.lower()}
    return len(tables) == 2 and name in tables and tables <= set(source.relations)


def _of_people(condition: exp.Expr, people: exp.In, source: From, known: Relations) -> exp.Expr:
    """`subject_id IN (SELECT subject_id ...)`, or NOT."""
    query = people.args["query"].unnest()
    shown = [one.unalias() for one in query.expressions] if isinstance(query, exp.Select) else []
    if not is_subject(people.this) or len(shown) != 1 or not is_subject(shown[0]):
        raise refused("IN with a subquery of something else than people", f"write {SUBJECT} IN (SELECT {SUBJECT} ...)")
    if not people.this.table:
        people.this.set("table", exp.to_identifier(source.first))
    of_person(query, known)
    query.where(exp.Not(this=exp.Is(this=shown[0].copy(), expression=exp.Null())), copy=False)
    return condition


def _star(shown: exp.Expr, source: From) -> Columns | None:
    """The columns that * brings; None for something else. Every relation holds subject_id, which is carried with it."""
    if isinstance(shown, exp.Star) and not any(shown.args.values()):
        names = [name for columns in source.relations.values() for name in columns]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise refused(f"the column {twice[0]} twice", remedies.ONCE_EACH)
        return {name: found for columns in source.relations.values() for name, found in columns.items()}
    if isinstance(shown, exp.Column) and isinstance(shown.this, exp.Star) and not any(shown.this.args.values()):
        return source.relations.get(shown.table.lower(), {})
    return None


def _refuse_subject_but_in_windows(node: exp.Expr, source: From) -> None:
    node = node.copy()
    for window in node.find_all(exp.Window):
        for part in window.args["partition_by"]:
            if is_subject(part):
                check_known(part, source)
                if part.table and part.table.lower() not in source.certain:
                    raise refused("a window over people of a LEFT JOIN", f"write PARTITION BY {source.first}.{SUBJECT}")
        window.set("partition_by", [part for part in window.args["partition_by"] if not is_subject(part)])
    refuse_subject(node, source)


def _as_named(made: exp.Expr, shown: exp.Expr) -> exp.Expr:
    """What was made, under the name that the shown expression had."""
    return exp.alias_(made, shown.alias_or_name or shown.sql("duckdb"), quoted=True)


def _check_groups(select: exp.Select, source: From) -> None:
    """Refuse a grouping over several people."""
    group = select.args.get("group")
    over_rows = any(
        isinstance(part, exp.AggFunc) and not part.find_ancestor(exp.Window)
        for shown in select.expressions
        for part in shown.find_all(exp.AggFunc)
    )
    if group is None:
        if over_rows or select.args.get("having"):
            raise refused("an aggregate over several people in a subquery", f"write GROUP BY {SUBJECT} in it")
        return
    if strange := [name for name, value in group.args.items() if value and name not in ("expressions", "all")]:
        raise refused(strange[0].replace("_", " ").upper(), remedies.EACH_GROUPING)
    if group.args.get("all"):
        return  # subject_id is shown, and so is grouped by.
    by_subject = False
    for key in group.expressions:
        at = place(key)
        if is_subject(key) or (at is not None and _shows_subject(select, at)):
            if at is None:
                check_known(key, source)
            by_subject = True
        elif at is None:
            check_of_a_row(key)
            refuse_subject(key, source)
    if not by_subject:
        raise refused("a grouping over several people in a subquery", f"add {SUBJECT} to its GROUP BY")
    group.set(
        "expressions", [key if is_subject(key) or place(key) is not None else safe(key) for key in group.expressions]
    )


def _shows_subject(select: exp.Select, at: int) -> bool:
    return 0 < at <= len(select.expressions) and is_subject(select.expressions[at - 1].unalias())
