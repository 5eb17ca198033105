"""The pages of the marts: `docs/reference/marts/`, written from what the models, expectations and specs say.

Here: one page per mart, the index of them, and what a mart lacks that every mart must have. Not here: what is said of a
mart (`dbt_project/models/marts/`, `quality/expectations/marts/`, `tests/spec/cases/`), the codebook of a release
(`sandbox/codebook/content.py`).

    python -m orchestration.mart_pages            write the pages
    python -m orchestration.mart_pages --check    fail when they are not what the models give, or a mart lacks something
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from quality.expectation import Expectation, TableExpectations, load

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference" / "marts"
UP = "../../../"
LISTED = 8
HEADER = "<!-- Written by `python -m orchestration.mart_pages`: change the model's YAML instead. -->"

ABBREVIATIONS = r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<!\bca\.)(?<!\bvs\.)(?<!\bnr\.)(?<!\bincl\.)"
SENTENCE_END = re.compile(rf"(?:(?<=[.!?])|(?<=[.!?][)\"'])){ABBREVIATIONS}\s+(?=\S)")
SOURCE = re.compile(r"(Sources?|Definitions?): ")
NAME = re.compile(r"(?<![/\w.])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?:\.[a-z0-9_]+)?(?![/\w])")
MARKUP = re.compile(r"[\\*]|<(?=[A-Za-z/!?])")
NUMBERS = {"INTEGER", "BIGINT", "DOUBLE"}
READS = re.compile(r"""\b(ref|current_rows|source)\(\s*(?:["']lake["'],\s*)?["'](\w+)["']""")


@dataclass(frozen=True, slots=True)
class Case:
    """A section of the specs: its file from the root of the repository, its title."""

    file: str
    title: str

    @property
    def link(self) -> str:
        """The section as a link from a mart's page, with the anchor that GitHub gives to its heading."""
        anchor = re.sub(r"[^\w\- ]", "", self.title.lower()).replace(" ", "-")
        return f"[{self.title}]({UP}{self.file}#{anchor})"


@dataclass(frozen=True, slots=True)
class Project:
    """What the files say: each mart's entry in YAML, what each model reads, and what stands beside the marts."""

    marts: dict[str, dict[str, Any]]
    reads: dict[str, set[str]]
    expected: dict[str, TableExpectations]
    cases: dict[str, list[Case]]
    unit_tested: set[str]

    def parents(self, model: str) -> set[str]:
        """The marts, seeds and `lake` sources that a model is made of, each the first on its road."""
        found: set[str] = set()
        for name in self.reads[model]:
            found |= self.parents(name) if name in self.reads and name not in self.marts else {name}
        return found


def read_project(root: Path) -> Project:
    """Read models, expectations and specs; a mart is an SQL file in `models/marts/`."""
    models = root / "dbt_project" / "models"
    described = [yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted((models / "marts").glob("*.yml"))]
    entries = {entry["name"]: entry for document in described for entry in document.get("models", [])}
    expectations = sorted((root / "quality" / "expectations" / "marts").glob("*.yaml"))
    return Project(
        marts={path.stem: entries.get(path.stem, {}) for path in sorted((models / "marts").glob("*.sql"))},
        reads={path.stem: _reads(path.read_text(encoding="utf-8")) for path in models.rglob("*.sql")},
        expected={path.stem: load(path) for path in expectations},
        cases=_cases(root),
        unit_tested={test["model"] for document in described for test in document.get("unit_tests", [])},
    )


def _reads(sql: str) -> set[str]:
    return {name if how == "ref" else f"lake.{name}" for how, name in READS.findall(sql)}


def _cases(root: Path) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for path in sorted((root / "tests" / "spec" / "cases").glob("*.md")):
        parts = re.split(r"^## (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for title, body in zip(parts[1::2], parts[2::2], strict=True):
            for mart in dict.fromkeys(re.findall(r"^Expect `(\w+)`$", body, flags=re.MULTILINE)):
                found.setdefault(mart, []).append(Case(path.relative_to(root).as_posix(), title))
    return found


def lacking(project: Project) -> list[str]:
    """What marts lack that every mart must have, one line each; none when all is there."""
    found = []
    for name, model in project.marts.items():
        config, columns = model.get("config", {}), model.get("columns", [])
        there = {
            "a grain: a description that starts with 'One row per'": _description(model).startswith("One row per "),
            "its steps: 'Steps: (1) ...' in the description": "Steps: (1) " in _description(model),
            "a tag: config.tags": bool(config.get("tags")),
            "an owner: config.meta.owner": bool(config.get("meta", {}).get("owner")),
            "a contract: enforced, every column with data_type and description": bool(columns)
            and config.get("contract", {}).get("enforced", True)
            and all(c.get("data_type") and c.get("description") for c in columns),
            "a unit test: unit_tests": name in project.unit_tested,
            f"expectations: quality/expectations/marts/{name}.yaml": name in project.expected,
            f"a spec: a case in tests/spec/cases/ with Expect `{name}`": name in project.cases,
        }
        found += [f"{name} lacks {what}" for what, is_there in there.items() if not is_there]
        found += [f"{name} lacks {what}" for column in columns for what in _unsaid(column)]
    return found


def _unsaid(column: dict[str, Any]) -> Iterator[str]:
    """What a column does not say of its values; keys have nothing to say. Only what has a code list is ever counted."""
    name, kind, meta = column["name"], column.get("data_type", ""), column.get("config", {}).get("meta", {})
    if name.endswith("_id"):
        return
    if kind in NUMBERS and not meta.get("unit"):
        yield f"a unit of {name}: config.meta.unit"
    if (kind == "VARCHAR" or name.endswith("_code")) and bool(meta.get("code_list")) == bool(meta.get("free_text")):
        yield f"what {name} may hold: config.meta.code_list, or free_text: true for what somebody wrote"


def render_pages(project: Project) -> dict[str, str]:
    """The text of every page by its file name."""
    pages = {f"{name}.md": _page(name, project) for name in project.marts}
    return {**pages, "README.md": _index(project)}


def _index(project: Project) -> str:
    groups: dict[str, list[str]] = {}
    for name, model in project.marts.items():
        tag = next(iter(model.get("config", {}).get("tags", [])), "other")
        groups.setdefault(tag, []).append(f"- [{name}]({name}.md): {_text(_sentences(model)[0])}")
    intro = "One page per mart: what a row is, how it is made, its columns, what must hold for it, worked examples."
    parts = [HEADER, "# The marts", intro]
    for tag in sorted(groups):
        parts += [f"## {tag.replace('_', ' ').capitalize()}", "\n".join(groups[tag])]
    return "\n\n".join(parts) + "\n"


def _page(name: str, project: Project) -> str:
    model = project.marts[name]
    grain, *rest = _sentences(model)
    others = project.marts.keys() - {name}
    notes = [f"- {_text(sentence, others)}" for sentence in rest if not SOURCE.match(sentence)]
    sections = {
        "What to know": notes,
        "Steps": [f"{number}. {_text(step, others)}" for number, step in enumerate(_steps(model), 1)],
        "Where it comes from": list(_lineage(name, project, [s for s in rest if SOURCE.match(s)])),
        "Columns": markdown_table(
            ("column", "type", "never NULL", "meaning", "origin"), map(_column, model.get("columns", []))
        ),
        "What must hold": _expectations(project.expected.get(name)),
        "Worked examples": [f"- {case.link}" for case in project.cases.get(name, [])],
    }
    written = [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items() if lines]
    return "\n\n".join([HEADER, f"# {name}", _text(grain, others), *written]) + "\n"


def _lineage(name: str, project: Project, sources: list[str]) -> Iterator[str]:
    parents = sorted(project.parents(name))
    lake = [parent.removeprefix("lake.") for parent in parents if parent.startswith("lake.")]
    seeds = [parent for parent in parents if "." not in parent and parent not in project.marts]
    read_by = [f"[`{other}`]({other}.md)" for other in project.marts if name in project.parents(other)]
    yield from (f"- {_text(sentence)}" for sentence in sources)
    for what, links in {
        "From the lake": [f"[`{source}`]({UP}ingestion/contracts/{source}.yaml)" for source in lake],
        "From marts": [f"[`{mart}`]({mart}.md)" for mart in parents if mart in project.marts],
        "From lists": [f"[`{seed}`]({UP}dbt_project/seeds/{seed}.csv)" for seed in seeds],
        "Read by": read_by if len(read_by) <= LISTED else [f"{len(read_by)} marts"],
        "Written in": [f"[`{name}.{kind}`]({UP}dbt_project/models/marts/{name}.{kind})" for kind in ("sql", "yml")],
        "Owner": [project.marts[name].get("config", {}).get("meta", {}).get("owner", "nobody")],
    }.items():
        if links:
            yield f"- {what}: {', '.join(links)}"


def _column(column: dict[str, Any]) -> tuple[str, ...]:
    meta = column.get("config", {}).get("meta", {})
    never_null = any(constraint["type"] == "not_null" for constraint in column.get("constraints", []))
    origin = ", ".join(f"`{one}`" for one in meta.get("origin", [])) or _text(meta.get("note", ""))
    said = {"": column.get("description"), "Unit: ": meta.get("unit"), "Codes: ": meta.get("code_list")}
    meaning = " ".join(f"{what}{_text(_one_line(text).rstrip('.'))}." for what, text in said.items() if text)
    return f"`{column['name']}`", column.get("data_type", ""), "yes" if never_null else "", meaning, origin


def _expectations(of_table: TableExpectations | None) -> list[str]:
    if of_table is None:
        return []
    lead = "An error keeps every release back; a warning is told and lets it pass."
    return [lead, "", *markdown_table(("expectation", "else", "why"), map(_expectation, of_table.expectations))]


def _expectation(one: Expectation) -> tuple[str, ...]:
    source = "" if one.source == "project definition" else f" Source: {one.source}"
    return _text(_one_line(one.title)), severity(one), _text(_one_line(one.why + source))


def severity(one: Expectation) -> str:
    """What becomes of it when rows fail, and from how many on."""
    borne = [f"{100 * one.max_share:g} %"] * (one.max_share > 0) + [f"{one.max_failing} rows"] * (one.max_failing > 0)
    return " above ".join([one.severity, *[" or ".join(borne)] * bool(borne)])


def markdown_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The lines of a table; none without rows."""
    body = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *body] if body else []


def _description(model: dict[str, Any]) -> str:
    return _one_line(model.get("description", ""))


def _sentences(model: dict[str, Any]) -> list[str]:
    """The sentences of the description before its steps; the first is the grain."""
    return SENTENCE_END.split(_description(model).partition("Steps: (1) ")[0].strip())


def _steps(model: dict[str, Any]) -> list[str]:
    steps: list[str] = []
    rest = _description(model).partition("Steps: (1) ")[2]
    while rest:
        step, _, rest = rest.partition(f" ({len(steps) + 2}) ")
        steps.append(step)
    return steps


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str, linked: Iterable[str] = ()) -> str:
    """Prose as Markdown: names with an underscore as code, those of `linked` marts as links, nothing else marked up."""

    def name(found: re.Match[str]) -> str:
        mart = found[0].split(".")[0]
        return f"[`{found[0]}`]({mart}.md)" if mart in linked else f"`{found[0]}`"

    parts = text.split("`")
    parts[::2] = [NAME.sub(name, MARKUP.sub(r"\\\g<0>", part)) for part in parts[::2]]
    return "`".join(parts)


def out_of_date(pages: dict[str, str], folder: Path) -> list[str]:
    """The pages that are missing in the folder, differ, or are of no mart."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in pages.keys() | there.keys() if pages.get(name) != there.get(name))


def write_pages(pages: dict[str, str], folder: Path) -> None:
    """Write what is out of date, and take away the written pages of no mart; what someone else wrote stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder / name for name in out_of_date(pages, folder)):
        if path.name in pages:
            temporary = path.with_name(f".{path.name}.new")
            temporary.write_text(pages[path.name], encoding="utf-8")
            temporary.replace(path)
        elif path.read_text(encoding="utf-8").startswith(HEADER):
            path.unlink()


def keep(page: Path, written: str, arguments: list[str], *, stale: str) -> int:
    """Write one page, or with `--check` compare it: 1, and the line `stale`, when it is not as it would be written."""
    if arguments != ["--check"]:
        page.write_text(written, encoding="utf-8")
        return 0
    if page.is_file() and page.read_text(encoding="utf-8") == written:
        return 0
    sys.stderr.write(f"{stale}\n")
    return 1


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` compare them: 0 when they are as the models say and no mart lacks anything."""
    project = read_project(ROOT)
    pages = render_pages(project)
    if arguments != ["--check"]:
        write_pages(pages, PAGES)
        return 0
    stale = "is not what the models give; run python -m orchestration.mart_pages"
    wrong = [*(f"{name} {stale}" for name in out_of_date(pages, PAGES)), *lacking(project)]
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
