"""What a reader can paste works: every page is followed from top to bottom in a home after the road."""

import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from ingestion import contract
from ingestion.delivery import DeliveryManifest
from oeverum.cli import app, main
from oeverum.settings import REPOSITORY, Settings, operator
from quality.override import overrides
from sandbox.gateway.metrics import GAUGES, Metrics
from sandbox.grants import Grants
from sandbox.manifest import latest
from sandbox.permits.file import load
from tests.docs.pages import PAGES, Block, Command, blocks, commands, inline_code, text_of

PROJECT = "readmissions-elderly"
LANGUAGES = {"sh", "text", "python", "yaml", "sql"}
FOLLOWED = tuple(page for page in PAGES if any(block.language in {"sh", "python"} for block in blocks(page)))

# Commands that are not run here, and why.
NOT_RUN = {
    "demo": "five thousand people take a minute; the road itself is walked in tests/integration",
    "synthesise": "the same",
    "graph": "serves until it is interrupted",
    "serve": "the same",
}
# Programs beside oeverum whose lines are run as they stand: they only read.
READERS = {"ls", "cat"}
ACTIVATE = (".", ".venv/bin/activate")

_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}(:[0-9]{2})?)?( CES?T)?")
_TOKENS = re.compile(r"oev_[\w-]+")
_IDS = re.compile(r"\b(g[0-9a-f]{8}|r[0-9]{4}-[0-9a-f]{8})\b")
_NUMBERS = re.compile(r"[0-9][0-9,.]*")


def filled(words: tuple[str, ...], home: Settings) -> list[str]:
    """A command's words with the placeholders filled in: a closed map."""
    release = latest(home.releases, PROJECT)
    assert release is not None
    values = {
        "PROJECT": PROJECT,
        "RELEASE": release.release,
        "FILE": f"permits/{PROJECT}.yaml",
        "YOUR_LOGIN": operator(),
        "ID": Grants(home.grants).list()[-1].id,
    }
    return [values[word] if re.fullmatch(r"[A-Z][A-Z_]+", word) else word for word in words]


def run_oeverum(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of the command line, in this process; what is asked for at a prompt is one query."""
    monkeypatch.setattr(sys, "argv", ["oeverum", *words])
    monkeypatch.setattr(sys, "stdin", io.StringIO("select 1 as one;\n"))
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


def make_targets() -> set[str]:
    """The targets of the Makefile."""
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))


def known(words: list[str]) -> bool:
    """Whether a command line names a command that there is and options that it has."""
    command = get_command(app)
    while words and isinstance(command, TyperGroup):
        word, *words = words
        if word not in command.commands:
            return False
        command = command.commands[word]
    if not isinstance(command, TyperCommand):
        return False
    options = {name for option in command.params if isinstance(option, TyperOption) for name in option.opts}
    return {word for word in words if word.startswith("--")} <= options | {"--help"}


def shape(text: str) -> list[str]:
    """Lines without what differs from one home to the next: days, ids, numbers, blanks."""
    for pattern, mark in ((_TOKENS, "TOKEN"), (_DATED, "DAY"), (_IDS, "ID"), (_NUMBERS, "N")):
        text = pattern.sub(mark, text)
    return [" ".join(line.split()) for line in text.splitlines()]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_its_language(page: str) -> None:
    assert [f"line {block.line}" for block in blocks(page) if block.language not in LANGUAGES] == []


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_can_be_followed(
    page: str, home: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    printed: str | None = None
    for block in blocks(page):
        where = f"{page}, line {block.line}"
        if block.language == "sh":
            done = [_follow(command, home, monkeypatch, where) for command in commands(block)]
            streams = capfd.readouterr()
            assert "Traceback" not in streams.err, where
            printed = streams.out + streams.err if all(done) else None
        elif block.language == "python":
            exec(compile(block.text, where, "exec"), names)
            capfd.readouterr()
            printed = None
        elif block.language == "text" and printed is not None:
            assert _not_printed(block, printed) == [], where
            printed = None


def _follow(command: Command, home: Settings, monkeypatch: pytest.MonkeyPatch, where: str) -> bool:
    """Run a command, or check it when it cannot be run here; gives whether it was run."""
    words = filled(command.words, home)
    if command.program == "oeverum":
        assert known(words[1:]), f"{where}: no such command or option: {shlex.join(words)}"
        if words[1] in NOT_RUN:
            return False
        assert run_oeverum(words[1:], monkeypatch) == command.exit_code, f"{where}: {shlex.join(words)}"
        return True
    if command.program == "make":
        assert set(words[1:]) <= make_targets(), f"{where}: {shlex.join(words)}"
        return False
    if command.program in READERS:
        done = subprocess.run(words, capture_output=True, check=False, cwd=Path.cwd(), env=dict(os.environ))
        assert done.returncode == command.exit_code, f"{where}: {shlex.join(words)}"
        return False
    assert command.words == ACTIVATE, f"{where}: expected one of the programs that are known, found {words[0]}"
    return False


def _not_printed(block: Block, printed: str) -> list[str]:
    """The lines of a shown output whose like was not printed; lines of a wrapped table are left out."""
    lines = [line for line in block.text.splitlines() if line and line != "..." and not re.match(r"\s|[0-9]{4}-", line)]
    assert lines, f"{block.page}, line {block.line}: an output without a line that can be compared"
    return [line for line in shape("\n".join(lines)) if line not in shape(printed)]


@pytest.mark.parametrize("name", NOT_RUN)
def test_what_is_not_run_is_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_oeverum([name, "--help"], monkeypatch) == 0


@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_a_sentence_is_there(page: str) -> None:
    for code in inline_code(page):
        program, *words = shlex.split(code) if code.startswith(("oeverum ", "make ", ".venv/bin/")) else [""]
        if program.removeprefix(".venv/bin/") == "oeverum":
            assert known(words), f"{page}: {code}"
        elif program == "make":
            assert set(words) <= make_targets(), f"{page}: {code}"
        elif program:
            assert words[0] == "-m", f"{page}: {code}"
            assert importlib.util.find_spec(words[1]), f"{page}: {code}"


@pytest.mark.parametrize("page", [page for page in PAGES if "```yaml" in text_of(page)])
def test_every_yaml_block_is_what_the_platform_reads(page: str, tmp_path: Path) -> None:
    for block in (block for block in blocks(page) if block.language == "yaml"):
        content = yaml.safe_load(block.text)
        if isinstance(content, list):
            _read_columns(content, tmp_path)
        elif "project" in content:
            path = tmp_path / f"{content['project']}.yaml"
            path.write_text(block.text, encoding="utf-8")
            assert load(path).project == content["project"]
        elif "expectation" in content:
            (tmp_path / "one.yaml").write_text(block.text, encoding="utf-8")
            assert len(overrides(tmp_path)) == 1
        elif "groups" in content:
            _alerts_on_what_the_gateway_tells(content["groups"])
        else:
            manifest = DeliveryManifest.model_validate(content)
            assert manifest.mode == contract.load_all()[manifest.source].mode


def _alerts_on_what_the_gateway_tells(groups: list[dict[str, Any]]) -> None:
    """Rules of Prometheus: about numbers that the gateway tells, and with commands that there are."""
    rules = [rule for group in groups for rule in group["rules"]]
    numbers = {number for rule in rules for number in re.findall(r"oeverum_\w+", rule["expr"])}
    told = Metrics().text(dict.fromkeys(GAUGES, 0)).decode("ascii")
    assert numbers
    assert numbers <= {family.name for family in text_string_to_metric_families(told)}
    said = [rule["annotations"]["summary"] for rule in rules]
    assert all(known(words.split()[1:]) for text in said for words in re.findall(r"run: (oeverum .*)", text))


def _read_columns(columns: list[dict[str, object]], folder: Path) -> None:
    """Read columns as the last ones of a contract."""
    document = yaml.safe_load((contract.CONTRACTS / "dod.yaml").read_text(encoding="utf-8"))
    document["schema"][0]["properties"] = columns
    (folder / "dod.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    read = contract.load(folder / "dod.yaml")
    assert [column.name for column in read.columns] == [column["name"] for column in columns]
