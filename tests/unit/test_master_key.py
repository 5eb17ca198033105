"""The master key: from a file, the environment or a command, and no other; what they say besides is never told."""

import base64
import sys
from pathlib import Path

import pytest

from oeverum.settings import from_environment
from pseudonymisation import master_key
from pseudonymisation.errors import KeyRingError
from pseudonymisation.keyring import KeyRing
from pseudonymisation.master_key import CommandKey, EnvironmentKey, provider

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()


def printing(text: str, *, code: int = 0) -> str:
    return (
        f"{sys.executable} -c \"import sys; sys.stdout.write('{text}'); sys.stderr.write('{TEXT}'); sys.exit({code})\""
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"OEVERUM_KEY_PROVIDER": "environment", "OEVERUM_MASTER_KEY": TEXT},
        {"OEVERUM_KEY_PROVIDER": "command", "OEVERUM_MASTER_KEY_COMMAND": printing(TEXT)},
    ],
    ids=["environment", "command"],
)
def test_a_ring_is_read_with_the_key_of_its_provider_and_no_other(tmp_path: Path, environment: dict[str, str]) -> None:
    settings = from_environment(tmp_path, environment=environment)
    first = settings.key_ring().key("person")
    assert settings.key_ring().key("person") == first
    assert not (settings.keys / master_key.FILE).exists()
    assert KeyRing(settings.keys, master=EnvironmentKey(TEXT)).key("person") == first
    with pytest.raises(KeyRingError, match="the master key is not the one"):
        KeyRing(settings.keys, master=EnvironmentKey(base64.b64encode(bytes(32)).decode())).key("person")
    with pytest.raises(KeyRingError, match=r"master\.key is missing"):
        from_environment(tmp_path, environment={}).key_ring().key("person")


def test_an_unknown_provider_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="OEVERUM_KEY_PROVIDER is 'vault'; expected file, environment, command"):
        from_environment(tmp_path, environment={"OEVERUM_KEY_PROVIDER": "vault"})


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (None, "OEVERUM_MASTER_KEY is not set"),
        (TEXT[:-8], "OEVERUM_MASTER_KEY holds no key"),
        ("ø" * 44, "OEVERUM_MASTER_KEY holds no key"),
    ],
)
def test_an_environment_without_a_key_is_refused(tmp_path: Path, key: str | None, told: str) -> None:
    with pytest.raises(KeyRingError, match=told) as refusal:
        provider("environment", folder=tmp_path, key=key, command=None).read(may_make=True)
    assert TEXT[:-8] not in str(refusal.value)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("", "is no command"),
        ("echo 'open", "is no command"),
        ("/no/such/command", "cannot be run .FileNotFoundError."),
        (printing(TEXT, code=3), "ended with code 3"),
        (printing(TEXT[:-8]), "holds no key"),
        (printing(""), "holds no key"),
    ],
)
def test_a_command_without_a_key_is_refused_and_its_words_are_not_told(
    command: str, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyRingError, match=told) as refusal:
        CommandKey(command).read(may_make=True)
    assert TEXT[:-8] not in str(refusal.value)
    assert TEXT not in "".join(capfd.readouterr())


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(master_key, "COMMAND_SECONDS", 0.2)
    with pytest.raises(KeyRingError, match="gave no key within"):
        CommandKey("sleep 60").read(may_make=True)


def test_no_provider_shows_what_it_holds(tmp_path: Path) -> None:
    settings = from_environment(
        tmp_path, environment={"OEVERUM_KEY_PROVIDER": "environment", "OEVERUM_MASTER_KEY": TEXT}
    )
    assert TEXT not in f"{settings!r} {settings.master_key!r} {CommandKey(TEXT)!r} {settings.key_ring()!r}"
