"""The snippets of a codebook, run as they stand in it: each road to a real release gives the same answer."""

import ast
import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from oeverum.settings import operator
from sandbox.codebook.roads import ADDRESS, SETUP, TOKEN, roads
from sandbox.disclosure.question import question
from tests.unit.gateway_server import Served, live_place, serving
from tests.unit.sandbox_door import Place

SHELL = shutil.which("bash")
CURL = shutil.which("curl")
FEW = {"person": {"columns": ["sex"]}, "note": {"columns": ["note_text"]}}
PEOPLE = [{"login": login, "party": "Hjertecentret"} for login in ("anna", operator())]
Rows = list[dict[str, Any]]


class Snippets(HTMLParser):
    """What can be copied from a page, as whoever copies it gets it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self.found.append("")
        self._inside = tag == "pre"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def codebook(place: Place) -> tuple[dict[str, Any], list[str]]:
    """The codebook of the only release, and the snippets of its page."""
    (folder,) = (place.folder / "releases" / place.permit.project).glob("r*")
    book = json.loads((folder / "codebook.json").read_text(encoding="utf-8"))
    return book, Snippets((folder / "codebook.html").read_text(encoding="utf-8")).found


def pasted(code: str, home: Path, given: str = "") -> str:
    """What a shell prints of what was pasted into it; `given` is typed after that."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "OEVERUM_HOME": str(home), "HOME": str(home), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [str(SHELL), "--norc", "-c", code], env=environment, input=given, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def from_text(text: str) -> Rows:
    return [{name: int(value) for name, value in row.items()} for row in csv.DictReader(io.StringIO(text))]


def sent(code: str, served: Served, token: str) -> Rows:
    """The answer to the request that the snippet for curl makes, sent by Python."""
    filled = code.replace(f"${ADDRESS}", served.url).replace(f"${TOKEN}", token).replace("\\\n", "")
    program, *words = shlex.split(filled)
    assert program == "curl"
    headers = [value for name, value in pairwise(words) if name == "--header" and value != "@-"]
    (address,) = (word for word in words if word.startswith(served.url))
    (data,) = (value for name, value in pairwise(words) if name == "--data")
    told = dict(header.split(": ", 1) for header in [*headers, words[words.index("<<<") + 1]])
    with urllib.request.urlopen(urllib.request.Request(address, data.encode(), told), timeout=60) as answer:
        return from_text(answer.read().decode())


# The command line and Python start anew for each.
@pytest.mark.parametrize(
    "tier",
    ["research", pytest.param("practice", marks=pytest.mark.long), pytest.param("company", marks=pytest.mark.long)],
)
def test_the_three_roads_of_a_real_codebook_give_the_same_answer(tmp_path: Path, tier: str) -> None:
    place = live_place(tmp_path, tier=tier, tables=FEW, people=PEOPLE)
    book, copied = codebook(place)
    setup, code = book["how_to_ask"]["setup"], {road["road"]: road["code"] for road in book["how_to_ask"]["roads"]}
    assert copied[:4] == [code["machine"], setup, code["python"], code["http"]]
    (tmp_path / "snippet.py").write_text(code["python"], encoding="utf-8")
    with serving(place) as served:
        served.grant(operator())
        _, token = served.grant()
        here = f"{setup.replace('GATEWAY_ADDRESS', served.url)}\n"
        heading, number = pasted(code["machine"], tmp_path).split()
        told = {
            "machine": [{heading: int(number)}],
            "python": ast.literal_eval(pasted(f"{here}python {tmp_path}/snippet.py", tmp_path, f"{token}\n")),
            "http": sent(code["http"], served, token),
        }
        # Where there is no curl, its request was sent all the same.
        if CURL:
            told["curl"] = from_text(pasted(here + code["http"], tmp_path, f"{token}\n"))
    (row,) = told["http"]
    assert all(answer == [row] for answer in told.values()), told
    assert abs(row["people"] - 10) <= (2 if tier == "company" else 0)
    asked = [entry.facts for entry in place.audit.read() if entry.kind == "query"]
    assert {(one["sql"], one["release"]) for one in asked} == {(book["queries"][0]["sql"], book["release"])}
    assert len(asked) == len(told)
    assert token not in json.dumps(book)
    assert not re.search(r"oev_|https?:", json.dumps(book))


def test_every_question_of_a_company_s_codebook_is_one_that_disclosure_control_knows(tmp_path: Path) -> None:
    place = Place(tmp_path, tier="company")
    release, (book, _) = place.release(), codebook(place)
    tables = {table.name: [name for name, _ in table.columns] for table in release.tables}
    assert [question(query["sql"], tables).aggregates != [] for query in book["queries"]] == [True] * 3
    assert "only results come out" in (release.folder / "codebook.html").read_text(encoding="utf-8")


def test_without_the_people_the_longest_table_is_asked(tmp_path: Path) -> None:
    place = Place(
        tmp_path, tables={"home_care_visit": {"columns": ["delivered_minutes"]}, "note": {"columns": ["note_text"]}}
    )
    rows = {table.name: table.rows for table in place.release().tables}
    assert rows["note"] > rows["home_care_visit"]
    assert codebook(place)[0]["queries"][0]["sql"].endswith(" from note")


def test_a_query_with_quotes_stays_one_query_on_every_road() -> None:
    sql = """select count(*) as "n" from person where sex = 'it''s $HOME `id` \\ '"""
    code = {
        road["road"]: road["code"].replace("\\\n", "") for road in roads(project="p", release="r", sql=sql)["roads"]
    }
    assert sql in shlex.split(code["machine"])
    (data,) = (word for word in shlex.split(code["http"]) if word.startswith("{"))
    assert json.loads(data) == {"sql": sql, "release": "r"}
    assert sql in [node.value for node in ast.walk(ast.parse(code["python"])) if isinstance(node, ast.Constant)]


def test_what_is_pasted_in_one_piece_does_not_take_a_line_for_the_token(tmp_path: Path) -> None:
    shown = f'{SETUP}\nprintf %s "${TOKEN}"'
    assert pasted(shown, tmp_path, "oev_x\nmore\n") == "oev_x"
    assert SETUP.splitlines()[-1].startswith("read ")
