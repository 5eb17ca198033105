"""Pages of contracts: complete, escaped, the same each time, and free of any outside address."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ingestion.contract import Column, Contract, Form, RowRule, load_all
from ingestion.contract_pages import treatment, write_pages

CONTRACTS = load_all()
HOSTILE = '<script>alert("1")</script>'
VOID = {"meta", "col", "br"}


class Page(HTMLParser):
    """The tags, links and text of a page; a tag that is not closed in order is noted."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.unclosed: list[str] = []
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.unclosed += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.text.append(data)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {path.stem: path for path in write_pages(CONTRACTS, tmp_path_factory.mktemp("pages") / "new")}


def rows_of(path: Path) -> Iterator[list[str]]:
    """The text of the cells of each row."""
    for row in re.findall(r"<tr>(.*?)</tr>", path.read_text(encoding="utf-8")):
        yield [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]


def test_there_is_an_index_and_a_page_per_contract(pages: dict[str, Path]) -> None:
    assert set(pages) == {"index", *CONTRACTS}
    assert {f"{source}.html" for source in CONTRACTS} <= set(Page(pages["index"]).links)


def test_pages_are_whole_and_need_no_network(pages: dict[str, Path]) -> None:
    there = {path.name for path in pages.values()}
    for path in pages.values():
        page = Page(path)
        assert page.unclosed == [], path.name
        assert set(page.links) <= there, path.name
        assert not {"script", "link", "img", "iframe"} & set(page.tags), path.name
        assert not re.search(r"https?:|url\(|@import", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("source", CONTRACTS)
def test_a_page_tells_what_becomes_of_every_column(pages: dict[str, Path], source: str) -> None:
    contract = CONTRACTS[source]
    told = {row[0].split()[0]: row for row in rows_of(pages[source]) if len(row) == 4}
    assert list(told) == [column.name for column in contract.columns]
    for column in contract.columns:
        assert told[column.name][1].split()[0] == treatment(column)
        assert ("required" in told[column.name][0]) == column.required
    text = " ".join(Page(pages[source]).text)
    for said in (contract.title, contract.purpose, contract.limitations, contract.owner, contract.grain):
        assert said in text
    for rule in contract.row_rules:
        assert rule.expression in text and rule.id in text


def test_what_becomes_of_a_column_follows_its_class() -> None:
    def told(classification: str, **settings: str) -> str:
        return treatment(Column("a", "string", classification, "", **settings))  # type: ignore[arg-type]

    assert told("identifier", pseudonym="person") == "pseudonym"
    assert told("identifier", redact_as="name") == "dropped"
    assert told("free_text") == "redacted"
    assert {told("sensitive"), told("quasi_identifier"), told("plain")} == {"kept"}


def test_one_square_is_one_column(pages: dict[str, Path]) -> None:
    text = pages["index"].read_text(encoding="utf-8")
    squares = {}
    for row in re.findall(r"<tr>(.*?)</tr>", text):
        if found := re.search(r'href="(\w+)\.html".*(<svg.*?</svg>)', row):
            squares[found[1]] = [rect.get("class") for rect in ET.fromstring(found[2])]
    for source, contract in CONTRACTS.items():
        assert len(squares[source]) == len(contract.columns)
        identifiers = sum(column.classification == "identifier" for column in contract.columns)
        assert squares[source].count("identifier") == identifiers


def test_the_same_contracts_give_the_same_bytes(pages: dict[str, Path], tmp_path: Path) -> None:
    for path in write_pages(dict(reversed(CONTRACTS.items())), tmp_path):
        assert path.read_bytes() == pages[path.stem].read_bytes(), path.name


def hostile() -> Contract:
    """A contract with markup in each of its texts."""
    column = Column(
        name=HOSTILE,
        logical_type="string",
        classification="identifier",
        description=HOSTILE,
        valid_values=(HOSTILE, *range(20)),
        pattern=HOSTILE,
        pseudonym=HOSTILE,
        format=HOSTILE,
        path=HOSTILE,
    )
    dropped = replace(column, name=f"2{HOSTILE}", pseudonym=None, redact_as=HOSTILE)
    return replace(
        CONTRACTS["dod"],
        title=HOSTILE,
        domain=HOSTILE,
        purpose=HOSTILE,
        limitations=HOSTILE,
        grain=HOSTILE,
        owner=HOSTILE,
        version=HOSTILE,
        columns=(column, dropped),
        row_rules=(RowRule(id=HOSTILE, description=HOSTILE, expression=HOSTILE, severity="warning"),),
        form=Form(format="csv", encoding=HOSTILE, delimiter="<", quote="&", null_values=(HOSTILE,), profile=HOSTILE),
    )


def test_everything_is_escaped(tmp_path: Path) -> None:
    for path in write_pages({"dod": hostile()}, tmp_path):
        page = Page(path)
        assert "script" not in page.tags
        assert page.unclosed == []
        assert not any("alert" in (value or "") for name, value in page.attributes if name != "href")
        assert HOSTILE in "".join(page.text)


def test_a_file_of_fixed_width_tells_where_its_columns_stand(tmp_path: Path) -> None:
    dod = CONTRACTS["dod"]
    columns = tuple(replace(c, start=1 + 10 * place, length=10) for place, c in enumerate(dod.columns))
    contract = replace(dod, columns=columns, form=Form(format="fixed_width", skip_rows=2))
    text = " ".join(Page(write_pages({"dod": contract}, tmp_path)[1]).text)
    assert "places 1 to 10 of the line" in text and "places 11 to 20 of the line" in text
    assert "text of fixed width" in text
