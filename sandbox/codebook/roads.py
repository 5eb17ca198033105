"""The three roads to a sandbox as snippets to paste: on the platform's machine, from Python, over plain HTTP.

Each asks the same question of the same release, so that whoever pastes all three sees one answer three times. No
snippet holds an address or a token: both are read from the environment, which `SETUP` fills. A test takes the snippets
out of a codebook and runs them.
"""

import json
import shlex
from typing import Any

ADDRESS, TOKEN = "OEVERUM_GATEWAY", "OEVERUM_TOKEN"
# The token is typed where it is not shown and in no history of commands. Last, and in one line: of several lines that
# are pasted at once, `read` would take the next one for the token.
SETUP = (
    f"export {ADDRESS}=GATEWAY_ADDRESS   # as it was given to you\n"
    f"read -rs {TOKEN} && export {TOKEN}   # paste the token, press Enter; it is not shown"
)


def roads(*, project: str, release: str, sql: str) -> dict[str, Any]:
    """The snippets of a release: `setup` for the two that come from elsewhere, and `roads`, each with its `code`.

    `sql` is one query in one line. In a `note`, what is typed stands between backticks.
    """
    # A line for each part: pages are read on telephones too.
    question = shlex.quote(json.dumps({"sql": sql, "release": release}, separators=(",\n    ", ": ")))
    made = (
        (
            "machine",
            "On the platform's machine",
            "sh",
            "As a login that holds a grant. Other forms by `--format csv`, `json` or `parquet`; query after query: "
            f"`oeverum sandbox open {project}`.",
            _lines(f"oeverum sandbox query {project}", shlex.quote(sql), f"--release {release}"),
        ),
        (
            "python",
            "From Python",
            "python",
            "With the package `oeverum`, a DB-API 2.0 connection: `fetchall()` gives rows, `fetch_arrow_table()` an "
            "Arrow table.",
            "import os\n\nimport oeverum\n\n"
            f'sandbox = oeverum.connect(\n    os.environ["{ADDRESS}"],\n    {json.dumps(project)},\n'
            f'    os.environ["{TOKEN}"],\n    release={json.dumps(release)},\n)\n'
            f"answer = sandbox.execute(\n    {json.dumps(sql)}\n)\n"
            "print(answer.fetch_arrow_table().to_pylist())",
        ),
        (
            "http",
            "From anything that speaks HTTP",
            "sh",
            "CSV, JSON, Parquet or an Arrow stream, by the Accept header. The token goes by standard input, since "
            "arguments stand in the list of processes.",
            _lines(
                f'curl --silent --show-error "${ADDRESS}/v1/sandboxes/{project}/query"',
                '--header "Content-Type: application/json"',
                '--header "Accept: text/csv"',
                f"--data {question}",
                f'--header @- <<< "Authorization: Bearer ${TOKEN}"',
            ),
        ),
    )
    names = ("road", "title", "language", "note", "code")
    return {"setup": SETUP, "roads": [dict(zip(names, road, strict=True)) for road in made]}


def _lines(*parts: str) -> str:
    """A command of the shell, a part in each line."""
    return " \\\n  ".join(parts)
