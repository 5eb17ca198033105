"""Commands about free text: what redaction finds in one, and by which rule."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from oeverum.output import console, fail, table

app = typer.Typer(no_args_is_help=True, help="Free text.")


@app.callback()
def text() -> None:
    """Free text."""


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A text in UTF-8; - reads standard input.")],
    name: Annotated[list[str] | None, typer.Option(help="A name that the tables know; may be given again.")] = None,
) -> None:
    """Show which places of a text redaction replaces, and by which rule. Nothing of it is kept or logged."""
    from pseudonymisation.redaction.redactor import Known, Redactor
    from pseudonymisation.redaction.spans import numbered

    try:
        given = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        content = given.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: no text in UTF-8 that can be read ({type(error).__name__})")
        raise typer.Exit(2) from None
    spans = Redactor().spans(content, Known(names=tuple(name or ())))
    marked = Text(content)
    for span in spans:
        marked.stylize("reverse", span.start, span.end)
    console.print(marked, soft_wrap=True)
    rows = [
        (f"{span.start}-{span.end}", placeholder, span.rule, content[span.start : span.end].replace("\n", " "))
        for span, placeholder in zip(spans, numbered(content, spans), strict=True)
    ]
    table(None, ("characters", "becomes", "rule", "text"), rows)
