"""Deliveries on disk: written in a draft beside the landing zone's folders, moved there whole, never over others."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from synthetic.files import sha256_of
from synthetic.schedule import Cut
from synthetic.suppliers import Source


class SyntheticError(Exception):
    """The synthetic extracts cannot be written as asked."""

    exit_code = 2


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery."""

    name: str
    rows: int
    bytes: int
    sha256: str


@contextmanager
def draft(landing: Path) -> Iterator[Path]:
    """A folder to write in, empty, on the disk of the landing zone and removed in the end.

    Raises SyntheticError when the landing zone cannot be written, is full, or another call is writing there.
    """
    folder = landing / ".synthesise"
    try:
        landing.mkdir(parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
        held = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise SyntheticError(_told(error, landing)) from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SyntheticError(
                f"expected nobody else to write to {landing}, found another synthesise: wait for it"
            ) from error
        try:
            _emptied(folder)
            yield folder
        except OSError as error:
            raise SyntheticError(_told(error, landing)) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(held)


def manifest(source: Source, cut: Cut, files: list[DeliveredFile]) -> str:
    """The text of `delivery.yaml`."""
    lines = [
        f"source: {source.name}",
        f'delivery: "{cut.delivery}"',
        f"mode: {source.mode}",
        f'created: "{cut.created}"',
        f'period: {{from: "{cut.start}", to: "{cut.end}"}}',
        "synthetic: true",
        "files:",
        *(f'  - {{name: {file.name}, sha256: "{file.sha256}", rows: {file.rows}}}' for file in files),
    ]
    return "\n".join(lines) + "\n"


def lies_there(folder: Path, told: str, files: list[DeliveredFile]) -> bool:
    """Whether a folder of the landing zone holds this very delivery. Raises SyntheticError when it holds another."""
    if not folder.exists():
        return False
    said = folder / "delivery.yaml"
    same = said.is_file() and said.read_text(encoding="utf-8") == told
    if not (same and all((folder / f.name).is_file() and sha256_of(folder / f.name) == f.sha256 for f in files)):
        raise SyntheticError(
            f"expected no delivery or the same one in {folder.parent.name}/{folder.name}, found another: "
            "choose an empty landing folder, or remove that delivery"
        )
    return True


def _emptied(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def _told(error: OSError, landing: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"no space left for {landing}: free some, or ask for fewer adults; nothing was delivered"
    return f"cannot write to {landing} ({os.strerror(error.errno or 0)}): choose a folder that you may write to"
