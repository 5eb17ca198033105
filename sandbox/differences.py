"""How two releases of a sandbox differ, by their manifests: counts, columns, conditions, sources, code and keys.

No row is read. A difference of fewer people than the threshold of the permit is told as few, for beside each other two
counts tell of those who are in one of them alone; then rows are not told either, since one person may have many.
A manifest holds how many people there are in all: of people who are exchanged, as many for as many, it does not tell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.manifest import Release, read_manifest

FEW = "few"
NOT_TOLD = "not told"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same: what, how it was and how it is, and of numbers by how much, where it is told."""

    what: str
    before: str
    after: str
    change: str = ""


def differences(before: Release, after: Release) -> list[Difference]:
    """All that differs between two releases of a project; none for one that is compared with itself."""
    return list(_differences(before, after))


def _differences(before: Release, after: Release) -> Iterator[Difference]:
    old, new = read_manifest(before.folder), read_manifest(after.folder)
    least = max(release.permit.get("small_cell_threshold", 5) for release in (before, after))
    yield from _count("subjects", before.subjects, after.subjects, least)
    few = 0 < abs(after.subjects - before.subjects) < least
    tables, now = ({table.name: table for table in release.tables} for release in (before, after))
    for name in [*tables, *(name for name in now if name not in tables)]:
        if name not in now or name not in tables:
            yield Difference(name, *("there" if name in one else "not there" for one in (tables, now)))
            continue
        if not few:
            yield from _count(f"{name}, rows", tables[name].rows, now[name].rows, least)
        elif tables[name].rows != now[name].rows:
            # Not whether they are few either: that would tell whether somebody has many.
            yield Difference(f"{name}, rows", f"about {tables[name].rows:,}", NOT_TOLD, "few people differ")
        yield from _text(f"{name}, columns", _columns(tables[name].columns), _columns(now[name].columns))
        if tables[name].rows == now[name].rows and tables[name].digest != now[name].digest:
            yield Difference(f"{name}, rows", f"{tables[name].rows:,}", f"{now[name].rows:,}", "as many, other values")
    yield from _parts("permit", before.permit, after.permit)
    yield from _parts("delivery of", _deliveries(old), _deliveries(new))
    yield from _text("code", old["code_version"], new["code_version"])
    yield from _parts("version of key", old["key_versions"], new["key_versions"])


def _count(what: str, before: int, after: int, least: int) -> Iterator[Difference]:
    """Two counts that are not the same; nearly the same ones are not told exactly."""
    if before == after:
        return
    if abs(after - before) < least:
        yield Difference(what, f"about {before:,}", f"about {before:,}", FEW)
    else:
        yield Difference(what, f"{before:,}", f"{after:,}", f"{after - before:+,}")


def _text(what: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(what, before, after)


def _parts(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in [*before, *(name for name in after if name not in before)]:
        yield from _text(f"{what} {name}", str(before.get(name, "none")), str(after.get(name, "none")))


def _columns(columns: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{name} {data_type}" for name, data_type in columns)


def _deliveries(manifest: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for delivery in manifest["deliveries"]:
        found.setdefault(str(delivery.get("source")), []).append(str(delivery.get("delivery")))
    return {source: ", ".join(ids) for source, ids in found.items()}
