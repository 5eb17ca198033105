"""`oeverum synthesise`: writes a world, and shows how far it agrees with what is published about the real one."""

from pathlib import Path
from typing import Any

from oeverum.output import console, table


def write_extracts(*, sources: list[str] | None, notes: bool, **arguments: Any) -> None:
    """Write a world as `synthetic.generator.synthesise` does (its keyword arguments), and tell what was written."""
    from synthetic.generator import synthesise
    from synthetic.suppliers import SOURCES, WITH_NOTES

    chosen = [name for name in sources or SOURCES if notes or name not in WITH_NOTES]
    done = synthesise(
        sources=chosen, progress=lambda line: console.print(line, style="dim", highlight=False), **arguments
    )
    rows = [
        (one.source, f"{one.deliveries}", f"{one.files}", f"{one.rows:,}", f"{one.bytes / 2**20:,.1f}")
        for one in done.sources
    ]
    console.print()
    table("Written", ("source", "deliveries", "files", "rows", "MiB"), rows, right=(1, 2, 3, 4))
    console.print(
        f"\n{done.rows:,} rows about {done.people:,} people, {done.faults:,} faults, "
        f"{done.rows / done.seconds:,.0f} rows a second",
        highlight=False,
    )


def show_report(landing: Path, first_year: int, last_year: int) -> int:
    """Print the published figures beside those of the extracts; gives 1 when one is outside its tolerance, else 0.

    Raises SyntheticError where the extracts lack a source that is counted.
    """
    from synthetic.columns import Period
    from synthetic.report import calibration

    figures = calibration(landing, Period(first_year, last_year))
    rows = [
        (
            "✓" if one.holds else "✗",
            one.name,
            f"{one.target:g} ± {one.tolerance:g} {one.unit}",
            f"{one.achieved:.1f}",
            one.source,
        )
        for one in figures
    ]
    console.print()
    table("Calibration", ("", "figure", "target", "achieved", "source"), rows, right=(3,))
    return 0 if all(one.holds for one in figures) else 1
