"""A permit's file: reading it with its errors in one line, its form as JSON Schema, and what activates a template."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from sandbox.errors import PermitError
from sandbox.permits.model import Permit


def schema() -> dict[str, Any]:
    """The form of a permit's file as JSON Schema, by which an editor completes and checks it while it is written."""
    return {"title": "Permit", **Permit.model_json_schema(by_alias=True)}


class _Loader(yaml.SafeLoader):
    """YAML in which a name that stands twice is an error: the later one would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def load(path: Path) -> Permit:
    """The permit in a YAML file. Raises PermitError: one line with the file, the field and the remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PermitError(f"{path.name}: expected a permit in UTF-8, found none that can be read; mend it") from error
    return parse(text, name=path.name)


# The gateway reads the permits several times a second, and reading YAML is slow; the text tells whether it is the same.
@lru_cache(maxsize=256)
def parse(text: str, *, name: str) -> Permit:
    """The permit in a YAML text; `name` is that of its file. Raises PermitError as `load` does."""
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise PermitError(f"{name}: {where}{problem}; mend the YAML") from error
    if not isinstance(content, dict):
        raise PermitError(f"{name}: expected the fields of a permit, found none; see permits/ for examples")
    try:
        return Permit.model_validate(content)
    except ValidationError as error:
        raise PermitError(f"{name}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, with its field, and how many more there are."""
    found = error.errors(include_url=False, include_input=False)
    # A field of many types reports one error for each of them; the types are no part of the field's name.
    parts = [str(part) for part in found[0]["loc"] if isinstance(part, int) or re.fullmatch(r"[a-z_]+", str(part))]
    field = ".".join(part for part in parts if part not in {"bool", "int", "float", "str", "date", "datetime"})
    remedy = "remove it or mend its name" if found[0]["type"] == "extra_forbidden" else "mend it"
    if found[0]["type"] == "missing":
        remedy = "add it"
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    return f"{field or 'permit'}: {found[0]['msg'].removeprefix('Value error, ')}; {remedy}{more}"


def activate(template: Path, today: date, *, people: Sequence[str] = ()) -> str:
    """The YAML text of a template as a permit in force: [today, today + duration_days).

    `people` are the logins of those who may be given access, all for the first of its parties; they take the place of
    the template's `people: []`. Raises PermitError.
    """
    permit = load(template)
    if permit.duration_days is None:
        raise PermitError(f"{template.name}: expected duration_days, found from and to; it is in force as it stands")
    if people and permit.people:
        raise PermitError(f"{template.name}: expected people: [] in a template, found some; name no others")
    end = today + timedelta(days=permit.duration_days)
    text = _with(template.read_text(encoding="utf-8"), "duration_days", {"from": today, "to": end})
    if people:
        named = [{"login": login, "party": permit.parties[0].name} for login in people]
        text = _with(text, "people", {"people": named})
    parse(text, name=template.name)
    return text


def _with(text: str, field: str, instead: Mapping[str, Any]) -> str:
    """A permit's text with other fields in the place of one that stands in a line."""
    line = re.compile(rf"^{field}:.*\n", re.MULTILINE)
    put = yaml.safe_dump(dict(instead), sort_keys=False, allow_unicode=True)
    return line.sub(lambda _: put, text, count=1) if line.search(text) else text + put
