"""The command line: reads what was typed, calls the libraries, prints, and exits with a code for each class of failure.

| code | class |
|---:|---|
| 0 | success |
| 1 | a failure of the platform |
| 2 | wrong use |
| 10 | a delivery was refused |
| 11 | the gate failed |
| 12 | no grant |
| 13 | the grant has ended |
| 14 | disclosure control |
| 15 | a permit is not valid |
| 16 | the key ring cannot be used |
| 17 | a query was refused |
| 18 | a release is damaged |
| 19 | an identifier was left in a delivery or a release |
| 20 | a free text could not be redacted |
| 21 | a subject is not traced to a person |

Commands of one noun are in a module of their own, such as `commands/delivery.py` and `commands/sandbox.py`.
"""

import re
from pathlib import Path
from typing import Annotated

import typer

from oeverum.commands import (
    contract,
    delivery,
    grant,
    keys,
    permit,
    platform,
    quality,
    quarantine,
    reidentify,
    sandbox,
    text,
    warehouse,
)
from oeverum.output import console, fail, line_of
from oeverum.settings import from_environment

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A data platform for a cross-sector health cohort: from extracts to time-boxed sandboxes.",
)
app.add_typer(contract.app, name="contract")
app.add_typer(delivery.app, name="delivery")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(warehouse.app, name="warehouse")
app.add_typer(quality.app, name="quality")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(permit.app, name="permit")
app.add_typer(grant.app, name="grant")
app.add_typer(platform.audit_app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(text.app, name="text")
app.add_typer(reidentify.app, name="reidentify")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]


@app.command()
def demo(
    home: Home = None,
    adults: Annotated[int, typer.Option(min=50, help="How many adults to synthesise.")] = 5000,
) -> None:
    """The whole road on synthetic people, then where to look."""
    from oeverum.demo import run_demo

    raise typer.Exit(run_demo(from_environment(home), adults=adults))


@app.command()
def synthesise(
    out: Annotated[Path, typer.Option(help="The landing folder to write to.")],
    adults: Annotated[int, typer.Option(help="How many adults.")] = 5000,
    years: Annotated[str, typer.Option(help="First and last year.")] = "2019-2025",
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 7,
    truth: Annotated[Path | None, typer.Option(help="Where the truth goes; default beside OUT, in truth/.")] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only this source; may be given again. Default: all.")
    ] = None,
    notes: Annotated[bool, typer.Option(help="With free text, or without.")] = True,
    faults: Annotated[float, typer.Option(help="How much is wrong or hard, from 0 to 1.")] = 0.1,
    deliveries: Annotated[
        str, typer.Option(help="yearly, monthly or daily: history first, then in pieces.")
    ] = "yearly",
    held_out: Annotated[bool, typer.Option(help="Names and sentences that are kept for measuring only.")] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; default one per core.")] = None,
    report: Annotated[
        bool, typer.Option(help="Count published figures in the extracts, target beside achieved.")
    ] = False,
) -> None:
    """Write extracts of synthetic people as suppliers send them."""
    from oeverum.synthesis import show_report, write_extracts
    from synthetic.delivery import SyntheticError

    span = re.fullmatch(r"([0-9]{4})-([0-9]{4})", years)
    if not span:
        raise SyntheticError(f"expected two years such as 2019-2025, found {years}: give --years so")
    first_year, last_year = int(span[1]), int(span[2])
    write_extracts(
        adults=adults,
        first_year=first_year,
        last_year=last_year,
        seed=seed,
        landing=out,
        truth=truth or out.parent / "truth",
        sources=source or None,
        notes=notes,
        faults=faults,
        deliveries=deliveries,
        held_out=held_out,
        workers=workers,
    )
    if report:
        raise typer.Exit(show_report(out, first_year, last_year))


@app.command()
def run(home: Home = None) -> None:
    """Take in what waits in landing/, rebuild what it touches, gate, release."""
    from oeverum.output import Steps
    from oeverum.step import exit_code
    from orchestration.road import travel

    steps = Steps()
    with steps.shown():
        done = travel(from_environment(home), started=steps.started, ended=steps.ended)
    if not done:
        console.print("nothing to do: no delivery waits in landing/, and the lake is empty")
    raise typer.Exit(exit_code(done))


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 8443,
    certificate: Annotated[Path | None, typer.Option(help="TLS: the certificate and its chain, PEM.")] = None,
    key: Annotated[Path | None, typer.Option(help="TLS: the certificate's key, PEM.")] = None,
) -> None:
    """The query gateway: sandboxes over HTTP, for holders of a token."""
    from oeverum.gateway import serve as serve_gateway

    serve_gateway(from_environment(home), host=host, port=port, certificate=certificate, key=key)


@app.command()
def graph(
    home: Home = None,
    port: Annotated[int, typer.Option(help="Port on this machine alone.")] = 3000,
) -> None:
    """Dagster's page with the asset graph of this installation."""
    platform.serve_graph(from_environment(home), port=port)


def main() -> None:
    """Run the command line; a failure that we know is one line and its own exit code, never a traceback."""
    try:
        app()
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if code is None:
            raise
        fail(line_of(error))
        raise SystemExit(code) from None


if __name__ == "__main__":
    main()
