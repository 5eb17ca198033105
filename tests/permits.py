"""Permits in force, for tests: asked for by one person and approved by another; not a test."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from sandbox.permits.model import Permit
from sandbox.permits.versions import approve, submit, versions

ASKS, APPROVES = "requester", "approver"
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def approved(folder: Path, content: dict[str, Any]) -> Permit:
    """The next version of a permit, with this content, in force."""
    number = len(versions(folder, content["project"])) + 1
    return approved_text(folder, yaml.safe_dump(content | {"version": number}, sort_keys=False))


def approved_text(folder: Path, text: str) -> Permit:
    """As `approved`, of a file's text."""
    asked = submit(folder, text, name="permit.yaml", by=ASKS, now=AT)
    return approve(folder, asked.permit.project, asked.number, mark=asked.mark, by=APPROVES, now=AT).permit


def alter(folder: Path, project: str) -> None:
    """Change the text of the permit in force, as somebody with an editor does."""
    path = max((folder / project).glob("[0-9]*")) / "permit.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("purpose:", "purpose: Another; "), encoding="utf-8")
