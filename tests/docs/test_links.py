"""Links lead somewhere, pictures show what there is, and nothing committed names a registry or a machine."""

import re
import subprocess
from pathlib import Path

import pytest

from ingestion.contract import load_all
from oeverum.settings import REPOSITORY
from tests.docs.pages import PAGES, anchors, inline_code, links, repository_path, text_of

# Each is written so that it does not match itself, here and below.
FORBIDDEN = {
    "a registry's address": re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.](org|com)|anaconda[.]org|artifactor[y]"),
    "a registry's setting": re.compile(r"--(extra-)?index-url[ =]|PIP_INDEX_URL[=]"),
    "a machine's path": re.compile(r"(?<![\w.})*])/(work|root|opt)(?![\w-])|file:[/]{2}|/home/[a-z]"),
}
# What a query asks for in the tests of the gateway: a file of every machine, which it must not get.
ATTACK = "file:" + "///etc/passwd"
TEXTS = {".md", ".py", ".sql", ".yml", ".yaml", ".toml", ".sh", ".lock", ".csv", ".svg", ".txt", ""}


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: str) -> None:
    for link in links(page):
        if re.match(r"https?:|mailto:", link):
            continue
        target, _, anchor = link.partition("#")
        path = repository_path(page, target).resolve()
        assert path.is_relative_to(REPOSITORY), f"{page}: {link} leads out of the repository"
        assert path.exists(), f"{page}: {link}"
        if anchor:
            assert anchor in anchors(path.relative_to(REPOSITORY).as_posix()), f"{page}: {link}"


@pytest.mark.parametrize("page", PAGES)
def test_every_folder_and_file_that_a_page_names_is_there(page: str) -> None:
    """Inline code that starts with a folder of the repository; what holds a placeholder or a blank is no path."""
    folders = {path.parts[0] for path in committed() if len(path.parts) > 1}
    for code in inline_code(page):
        if "/" in code and code.split("/")[0] in folders and not re.search(r"[<>*\s]", code):
            assert (REPOSITORY / code).exists(), f"{page}: {code}"


def test_the_picture_and_the_glossary_name_what_is_there_and_count_it() -> None:
    picture = (REPOSITORY / "docs" / "pictures" / "graph.svg").read_text(encoding="utf-8")
    lists = re.findall(r'<g class="mono">(.*?)</g>', picture, re.DOTALL)
    shown = [set(re.findall(r"<text[^>]*>([a-z0-9_]+)</text>", names)) for names in lists[:2]]
    sources = set(load_all())
    marts = {path.stem for path in (REPOSITORY / "dbt_project" / "models" / "marts").glob("*.sql")}
    assert all(len(names) >= 12 for names in shown)
    assert shown[0] <= sources
    assert shown[1] <= marts
    assert f">{len(sources)} sources<" in picture
    assert f">{len(marts)} marts<" in picture
    (row,) = [line for line in text_of("GLOSSARY.md").splitlines() if line.startswith("| **source**")]
    assert set(re.findall(r"`([a-z_]+)`", row)) <= sources


def test_no_committed_file_names_a_registry_or_a_path_of_a_machine() -> None:
    found = []
    for path in committed():
        if path.suffix not in TEXTS or not (REPOSITORY / path).is_file():
            continue
        for number, line in enumerate((REPOSITORY / path).read_text(encoding="utf-8").splitlines(), start=1):
            read = line.replace(ATTACK, "")
            found += [f"{path}:{number}: {what}" for what, pattern in FORBIDDEN.items() if pattern.search(read)]
    assert found == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("see https://pypi." + "org/project/duckdb", "a registry's address"),
        ("pip install --index-" + "url https://mirror", "a registry's setting"),
        ("wrote /wo" + "rk/main/data", "a machine's path"),
        ("open file:/" + "/x", "a machine's path"),
    ],
)
def test_what_is_forbidden_is_seen(line: str, what: str) -> None:
    assert FORBIDDEN[what].search(line)
