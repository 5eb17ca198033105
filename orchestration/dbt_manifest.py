"""The parsed manifest of the dbt project, from which Dagster knows the models.

It is a build product (`dbt_project/target/`, not committed): made by `make install`, and made again here when a
file of the project is younger than it.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.lake_views import LakeTable
from orchestration.resources import DBT_EXECUTABLE, DBT_PROJECT
from orchestration.statements import POPULATION_WIDE

MANIFEST = DBT_PROJECT / "target" / "manifest.json"


class DbtProjectError(Exception):
    """The dbt project cannot be parsed."""

    exit_code = 1


@dataclass(frozen=True)
class Models:
    """What the parsed dbt project says about its sources."""

    manifest: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> "Models":
        """Of the file that dbt writes."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    @cached_property
    def used(self) -> set[str]:
        """Sources that any model reads."""
        return self._sources_of(node for node in self._models.values())

    @cached_property
    def of_everybody(self) -> set[str]:
        """Sources of which a model is made that is about everybody at once."""
        return self._sources_of(n for n in self._models.values() if POPULATION_WIDE in n["config"]["tags"])

    @cached_property
    def tables(self) -> dict[str, LakeTable]:
        """The tables of the lake, which are the sources."""
        return {node["name"]: LakeTable.of(node) for node in self.manifest["sources"].values()}

    def sources_behind(self, model: str) -> set[str]:
        """Sources that a model is made of, through others too; a source is its own. By its id in the manifest."""
        if model in self.manifest["sources"]:
            return {self.manifest["sources"][model]["name"]}
        return self._sources_of([self.manifest["nodes"][model]])

    @cached_property
    def _models(self) -> dict[str, Any]:
        nodes = self.manifest["nodes"].items()
        return {key: node for key, node in nodes if node["resource_type"] == "model"}

    def _sources_of(self, nodes: Iterable[Mapping[str, Any]]) -> set[str]:
        found: set[str] = set()
        waiting = list(nodes)
        seen: set[str] = set()
        while waiting:
            for parent in waiting.pop()["depends_on"]["nodes"]:
                if parent in self.manifest["sources"]:
                    found.add(self.manifest["sources"][parent]["name"])
                elif parent in self._models and parent not in seen:
                    seen.add(parent)
                    waiting.append(self._models[parent])
        return found


def prepare_manifest(*, project: Path = DBT_PROJECT, manifest: Path = MANIFEST) -> Path:
    """The path of an up-to-date manifest, parsed now when a model is younger. Raises DbtProjectError."""
    sources = [
        path for folder in ("models", "macros", "seeds") for path in (project / folder).rglob("*") if path.is_file()
    ]
    youngest = max(path.stat().st_mtime for path in [*sources, project / "dbt_project.yml", project / "profiles.yml"])
    if not manifest.is_file() or manifest.stat().st_mtime < youngest:
        command = [DBT_EXECUTABLE, "--quiet", "parse", "--project-dir", project]
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [*map(str, command), "--profiles-dir", str(project), "--target-path", str(manifest.parent)],
            capture_output=True,
            text=True,
            check=False,
            cwd=project,
        )
        if done.returncode != 0:
            raise DbtProjectError(f"the dbt project does not parse; run dbt parse in {project.name}/\n{done.stdout}")
        manifest.touch()
    return manifest


if __name__ == "__main__":
    prepare_manifest()
