"""The truth folder: one world at a time, staged before anything is delivered, never over what is not a truth."""

import json
import os
import shutil
from pathlib import Path

from synthetic.delivery import SyntheticError
from synthetic.schedule import Plan
from synthetic.world import World

ORDER, STAGED = "world.json", ".staged"


class Truth:
    """A truth folder, and the world that is about to be told there.

    Raises SyntheticError when the folder cannot be used.
    """

    def __init__(self, folder: Path, world: World, plan: Plan, sources: tuple[str, ...]) -> None:
        self.folder = folder
        self.order = {
            "seed": world.seed,
            "first_year": world.period.first_year,
            "last_year": world.period.last_year,
            "adults": world.adults,
            "faults": world.faults,
            "held_out": world.held_out,
            "deliveries": plan,
            "sources": list(sources),
        }
        self.stands = self._checked(set(sources))

    def stage(self, written: Path) -> None:
        """Copy what was written beside the truth that lies there, so that a full disk is noticed before deliveries
        are moved.
        """
        if self.stands:
            return
        try:
            shutil.copytree(written, self.folder / STAGED)
            (self.folder / STAGED / ORDER).write_text(json.dumps(self.order, indent=1) + "\n", encoding="utf-8")
        except (OSError, shutil.Error) as error:
            shutil.rmtree(self.folder / STAGED, ignore_errors=True)
            raise self._cannot_write(error) from error

    def put(self) -> None:
        """Put what is staged in place of what lies there."""
        if self.stands:
            return
        for new in sorted((self.folder / STAGED).iterdir()):
            target = self.folder / new.name
            if target.is_dir():
                shutil.rmtree(target)
            new.replace(target)
        (self.folder / STAGED).rmdir()

    def _checked(self, sources: set[str]) -> bool:
        """Whether the truth that lies there is about these sources and more, and so stays as it is."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(self.folder / STAGED, ignore_errors=True)
            lies = sorted(path.name for path in self.folder.iterdir())
        except OSError as error:
            raise self._cannot_write(error) from error
        if not lies:
            return False
        if ORDER not in lies:
            raise SyntheticError(
                f"expected an empty folder or a truth in {self.folder}, found other files: name another"
            )
        before = json.loads((self.folder / ORDER).read_text(encoding="utf-8"))
        if {**before, "sources": None} != {**self.order, "sources": None}:
            raise SyntheticError(
                f"expected the truth of the same world in {self.folder}, found that of another: "
                "name another folder for landing and truth, or remove both"
            )
        known = set(before["sources"])
        if not (known <= sources or sources < known):
            raise SyntheticError(
                f"the truth in {self.folder} knows of other sources ({', '.join(before['sources'])}): name them as well"
            )
        return sources < known

    def _cannot_write(self, error: Exception) -> SyntheticError:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else "not all files"
        return SyntheticError(
            f"cannot write the truth to {self.folder} ({why}): choose a folder with room that you may write to; "
            "nothing was delivered"
        )
