"""The reference page of the commands says what the program does: commands, options, codes, settings, limits."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from oeverum.cli import app
from oeverum.settings import REPOSITORY, Settings, from_environment
from pseudonymisation.master_key import FileKey
from pseudonymisation.redaction.spans import CLASSES
from sandbox.query import Limits
from tests.docs.pages import tables, text_of

PAGE = "docs/reference/commands.md"
PACKAGES = ("ingestion", "pseudonymisation", "quality", "sandbox", "orchestration", "oeverum", "synthetic")


def leaves(group: TyperGroup, name: str = "oeverum") -> Iterator[tuple[str, TyperCommand]]:
    """Every command with its full name."""
    for word, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from leaves(command, f"{name} {word}")
        else:
            assert isinstance(command, TyperCommand)
            yield f"{name} {word}", command


def program() -> dict[str, TyperCommand]:
    """The commands of the program; the names of their arguments stand after them, as on the page."""
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    found = {}
    for name, command in leaves(root):
        arguments = [p for p in command.params if isinstance(p, TyperArgument)]
        found[" ".join([name, *(str(p.metavar or p.name).upper() for p in arguments)])] = command
    return found


def default_of(option: TyperOption) -> str:
    """A default as the page writes it."""
    if option.required:
        return "required"
    return "" if option.default is None else f"`{option.default}`"


def codes_of_classes() -> dict[int, set[str]]:
    """The exit code of every error class that has one, read from the source."""
    found: dict[int, set[str]] = {}
    for path in (path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and (code := _own_code(node)) is not None:
                found.setdefault(code, set()).add(node.name)
    return found


def _own_code(node: ast.ClassDef) -> int | None:
    if not any(isinstance(base, ast.Name) and base.id.endswith(("Error", "Exception")) for base in node.bases):
        return None
    for statement in node.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if isinstance(target, ast.Name) and target.id == "exit_code":
            value = getattr(statement, "value", None)
            assert isinstance(value, ast.Constant)
            return int(str(value.value))
    return None


def test_the_page_has_exactly_the_commands_of_the_program() -> None:
    assert re.findall(r"^### `(.+)`$", text_of(PAGE), re.MULTILINE) != []
    assert set(re.findall(r"^### `(.+)`$", text_of(PAGE), re.MULTILINE)) == set(program())


def test_each_command_has_exactly_its_options_and_their_defaults() -> None:
    told = tables(PAGE)
    for name, command in program().items():
        options = [p for p in command.params if isinstance(p, TyperOption)]
        wanted = {f"`{'`, `'.join(option.opts)}`": default_of(option) for option in options}
        assert {row[0]: row[1] for row in told.get(f"`{name}`", [])} == wanted, name


def test_the_exit_codes_are_those_of_the_error_classes() -> None:
    rows = tables(PAGE)["Exit codes"]
    told = {int(row[0]): set(re.findall(r"`(\w+)`", row[2])) for row in rows}
    assert told == {0: set(), **codes_of_classes()}
    assert [int(row[0]) for row in rows] == sorted(told)


def test_the_settings_are_those_that_the_program_reads() -> None:
    source = (REPOSITORY / "oeverum" / "settings.py").read_text(encoding="utf-8")
    told = {row[0].strip("`"): row[1].strip("`") for row in tables(PAGE)["Settings"]}
    assert set(told) == set(re.findall(r'environment\.get\("(\w+)"', source))
    spelt_out = from_environment(environment=told)
    assert spelt_out == from_environment(environment={})
    plain = Settings(home=Path("data").resolve(), production=False, memory_limit=told["OEVERUM_MEMORY"])
    assert replace(spelt_out, master_key=None) == plain
    assert spelt_out.master_key == FileKey(plain.keys / "master.key")


def test_the_limits_of_a_query_are_those_of_the_gateway() -> None:
    told = {row[0]: row[1] for row in tables(PAGE)["Limits of a query"]}
    limits = Limits()
    assert told == {
        "seconds, or until the grant ends": f"{limits.seconds:g}",
        "rows of the result": f"{limits.rows:,}",
        "MiB of the result": f"{limits.mebibytes}",
        "memory": limits.memory,
        "threads": f"{limits.threads}",
    }


def test_the_page_of_redaction_names_every_class_and_rule() -> None:
    folder = REPOSITORY / "pseudonymisation" / "redaction"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    page = tables("docs/reference/redaction.md")
    told = {row[0].strip("`") for row in page["Redaction of free text"]}
    assert told == {f"<{name} 1>" for name in CLASSES.values()}
    rules = {rule for row in page["Rules"] for rule in re.findall(r"`([a-z.]+)`", row[0])}
    assert rules == set(re.findall(r'"((?:known|number|address|word)\.[a-z]+)"', source))
