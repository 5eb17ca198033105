"""`RESULTS.md`: one section for every benchmark, renewed without touching the others."""

import re
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


def write_section(name: str, title: str, text: str, path: Path = RESULTS) -> None:
    """Put a benchmark's section in place of its older one, or behind the others."""
    section = f"<!-- {name} -->\n## {title}\n\n{text.strip()}\n<!-- /{name} -->"
    told = path.read_text(encoding="utf-8") if path.exists() else "# Results\n"
    older = re.compile(rf"<!-- {name} -->.*<!-- /{name} -->", re.DOTALL)
    told = older.sub(lambda _: section, told) if older.search(told) else f"{told}\n{section}\n"
    path.write_text(told, encoding="utf-8")


def tell(name: str, title: str, table: str, *, write: bool) -> None:
    """Print what was measured and, with `write`, keep it as a section with the day."""
    print(table)
    if write:
        write_section(name, title, f"Measured {date.today().isoformat()}. {table}")
