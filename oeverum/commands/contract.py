"""Commands about source contracts: draft one from a sample, render them, check them."""

from pathlib import Path
from typing import Annotated

import typer

from ingestion.contract import load_all
from ingestion.errors import ContractError
from oeverum.output import console, table

app = typer.Typer(no_args_is_help=True, help="Source contracts: list, new, docs.")


@app.command("list")
def list_() -> None:
    """The sources under contract: who supplies them, how, how often."""
    rows = [
        (c.source, c.owner, c.mode, c.form.format, c.frequency_days, c.version, ", ".join(c.key))
        for c in load_all().values()
    ]
    table(None, ("source", "supplier", "mode", "format", "days between", "version", "key"), rows, right=(4,))


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="A sample of what the supplier sends.", exists=True, dir_okay=False)],
    out: Annotated[Path | None, typer.Option(help="Write the draft here, and never over a file.")] = None,
) -> None:
    """Draft a contract from a sample file: names, types, and what has to be decided marked DECIDE."""
    from ingestion.drafting import draft

    text = draft(file)
    if out is None:
        console.print(text, markup=False, soft_wrap=True)
        return
    try:
        with out.open("x", encoding="utf-8") as target:
            target.write(text)
    except OSError as error:
        raise ContractError(
            f"{out} cannot be written ({error.strerror}); name a new file in a folder that is there"
        ) from None
    console.print(f"wrote {out}; decide what is marked DECIDE, and see docs/how-to/add-a-source.md", soft_wrap=True)


@app.command()
def docs(
    out: Annotated[Path, typer.Option(help="Folder for the pages; made when it is not there.")] = Path(
        "contracts-docs"
    ),
) -> None:
    """Render every contract as a page that opens without a network."""
    from ingestion.contract_pages import write_pages

    try:
        pages = write_pages(load_all(), out)
    except OSError as error:
        raise ContractError(f"{out} cannot be written ({error.strerror}); name a folder that can") from None
    console.print(f"{len(pages) - 1} contracts: {out / 'index.html'}", soft_wrap=True)
