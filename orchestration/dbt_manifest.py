"""The parsed manifest of the dbt project, from which Dagster knows the models.

It is a build product (`dbt_project/target/`, not committed): made by `make install`, and made again here when a
file of the project is younger than it.
"""

import subprocess
from pathlib import Path

from orchestration.resources import DBT_EXECUTABLE, DBT_PROJECT

MANIFEST = DBT_PROJECT / "target" / "manifest.json"


class DbtProjectError(Exception):
    """The dbt project cannot be parsed."""

    exit_code = 1


def prepare_manifest(*, project: Path = DBT_PROJECT, manifest: Path = MANIFEST) -> Path:
    """The path of an up-to-date manifest, parsed now when a model is younger. Raises DbtProjectError."""
    sources = [
        path for folder in ("models", "macros", "seeds") for path in (project / folder).rglob("*") if path.is_file()
    ]
    youngest = max(path.stat().st_mtime for path in [*sources, project / "dbt_project.yml"])
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
