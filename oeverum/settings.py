"""Settings: the one place where the environment is read, and where the zones of an installation lie.

| variable | meaning | default |
|---|---|---|
| `OEVERUM_HOME` | the folder that holds all zones | `./data` |
| `OEVERUM_ENV` | `development` or `production`; production refuses demo keys | `development` |
| `OEVERUM_MEMORY` | memory that one engine may use, in DuckDB's form | `4GB` |
| `OEVERUM_ALERTS` | where alerts go: `log`, or the http(s) address of a webhook | `log` |
| `OEVERUM_GRANTS_URL` | the register of grants, `postgresql://user:password@host/database` | a file in `state/` |
| `OEVERUM_KEY_PROVIDER` | where the master key comes from: `file`, `environment` or `command` | `file` |
| `OEVERUM_MASTER_KEY` | for the provider `environment`: 32 bytes in base64 | none |
| `OEVERUM_MASTER_KEY_COMMAND` | for the provider `command`: a command that prints 32 bytes in base64 | none |
"""

import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pseudonymisation.keyring import KeyRing
from pseudonymisation.master_key import MasterKey, provider

ENVIRONMENTS = ("development", "production")
KEYS = "keys"
REPOSITORY = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting has a value that the platform does not know."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an installation lies and how it runs."""

    home: Path
    production: bool = False
    memory_limit: str = "4GB"
    alerts: str = "log"
    # It may hold a password.
    grants_url: str | None = field(default=None, repr=False)
    master_key: MasterKey | None = field(default=None, repr=False)

    def key_ring(self, *, demo: bool = False) -> KeyRing:
        """The keys of the installation; `demo` marks a ring that is made now. Raises KeyRingError."""
        return KeyRing(self.keys, production=self.production, demo=demo, master=self.master_key)

    def make_home(self) -> None:
        """Make the home and its zones where they are not, for their owner alone; what is there stays as it is."""
        zones = (self.landing, self.restricted, self.lake, self.warehouse.parent, self.releases, self.state)
        for folder in (self.home, *zones):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def landing(self) -> Path:
        """Files as suppliers sent them."""
        return self.home / "landing"

    @property
    def restricted(self) -> Path:
        """Typed rows, encrypted; the quarantine; the truth about synthetic people."""
        return self.home / "restricted"

    @property
    def truth(self) -> Path:
        """Who the synthetic people are, for tests."""
        return self.restricted / "truth"

    @property
    def lake(self) -> Path:
        """Pseudonymised deliveries."""
        return self.home / "lake"

    @property
    def warehouse(self) -> Path:
        """The cohort, as dbt built it last."""
        return self.home / "warehouse" / "cohort.duckdb"

    @property
    def releases(self) -> Path:
        """Published sandboxes."""
        return self.home / "releases"

    @property
    def keys(self) -> Path:
        """The key ring's folder."""
        return self.home / KEYS

    @property
    def state(self) -> Path:
        """Permits in force, grants, the audit log, records of quality, Dagster's home."""
        return self.home / "state"

    @property
    def permits(self) -> Path:
        """Permits in force."""
        return self.state / "permits"

    @property
    def grants(self) -> Path | str:
        """The register of grants: a file, or the address of a server, which may hold a password."""
        return self.grants_url or self.state / "grants.sqlite"

    @property
    def ended(self) -> Path:
        """The certificates of sandboxes that have ended."""
        return self.state / "ended"

    @property
    def audit(self) -> Path:
        """The audit log."""
        return self.state / "audit.jsonl"

    @property
    def answers(self) -> Path:
        """The ledger of what companies were told."""
        return self.state / "answers.sqlite"

    @property
    def measures(self) -> Path:
        """The records of what was measured."""
        return self.state / "measures"

    @property
    def overrides(self) -> Path:
        """Overrides of the quality gate."""
        return self.state / "overrides"

    @property
    def dbt_target(self) -> Path:
        """What dbt compiled and logged last."""
        return self.state / "dbt"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own records."""
        return self.state / "dagster"


def from_environment(home: Path | None = None, *, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; `home` overrules `OEVERUM_HOME`. Raises SettingsError and KeyRingError."""
    stage = environment.get("OEVERUM_ENV", "development")
    if stage not in ENVIRONMENTS:
        raise SettingsError(f"OEVERUM_ENV is {stage!r}; expected {' or '.join(ENVIRONMENTS)}")
    memory = environment.get("OEVERUM_MEMORY", "4GB")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?\s?(MB|GB|MiB|GiB)", memory):
        raise SettingsError(f"OEVERUM_MEMORY is {memory!r}; expected a size such as 4GB")
    alerts = environment.get("OEVERUM_ALERTS", "log")
    if alerts != "log" and not alerts.startswith(("http://", "https://")):
        raise SettingsError("OEVERUM_ALERTS is neither log nor an address that begins with https:// or http://")
    chosen = home or Path(environment.get("OEVERUM_HOME", "data"))
    home = chosen.resolve()
    return Settings(
        home=home,
        production=stage == "production",
        memory_limit=memory,
        alerts=alerts,
        grants_url=environment.get("OEVERUM_GRANTS_URL") or None,
        master_key=provider(
            environment.get("OEVERUM_KEY_PROVIDER", "file"),
            folder=home / KEYS,
            key=environment.get("OEVERUM_MASTER_KEY"),
            command=environment.get("OEVERUM_MASTER_KEY_COMMAND"),
        ),
    )


LOGIN_UID = Path("/proc/self/loginuid")
NOBODY_LOGGED_IN = 2**32 - 1


def operator() -> str:
    """The login name of whoever runs this process, by the operating system: the environment can be set by anyone.

    It is who logged in, where the system keeps that (Linux, PAM): two people who work as the platform's account by
    `sudo` stay two. Else it is the account of the process.
    """
    try:
        uid = int(LOGIN_UID.read_text(encoding="ascii"))
    except (OSError, ValueError):
        uid = NOBODY_LOGGED_IN
    return pwd.getpwuid(os.getuid() if uid == NOBODY_LOGGED_IN else uid).pw_name
