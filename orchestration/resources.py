"""Resources: what an asset needs to call the libraries, built from the settings of the installation.

Plain domain objects come out of it, so that no library sees Dagster.
"""

import sys
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource

from ingestion.zone import RestrictedZone
from oeverum.settings import REPOSITORY, Settings, from_environment
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import Lake

DBT_PROJECT = REPOSITORY / "dbt_project"
DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
EXPECTATIONS = REPOSITORY / "quality" / "expectations"


class Platform(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One installation. `home` overrules `OEVERUM_HOME`."""

    home: str | None = None

    @property
    def settings(self) -> Settings:
        """Where the zones lie."""
        return from_environment(Path(self.home) if self.home else None)

    @property
    def key_ring(self) -> KeyRing:
        """The keys of the installation."""
        return self.settings.key_ring()

    @property
    def restricted(self) -> RestrictedZone:
        """The zone of typed, encrypted rows."""
        return RestrictedZone(self.settings.restricted, self.key_ring.key("restricted"))

    @property
    def lake(self) -> Lake:
        """The zone of pseudonymised deliveries."""
        return Lake(self.settings.lake)


def dbt_resource() -> DbtCliResource:
    """dbt, run on the project in this repository."""
    return DbtCliResource(
        project_dir=str(DBT_PROJECT), profiles_dir=str(DBT_PROJECT), dbt_executable=str(DBT_EXECUTABLE)
    )
