"""Breaches of `dodsaasg`: a day of death that the register of deaths, which is asked first, tells otherwise."""

from datetime import date, timedelta

import pyarrow as pa

from synthetic.breaches.kinds import Breach, Seen, Telling
from synthetic.columns import Ints

DAY = "d_dodsdato"


def seen_certificates(rows: pa.Table, who: Ints, telling: Telling) -> Seen:
    """Certificates as they are."""
    return Seen(rows)


CERTIFICATES = (
    Breach(
        ("dod/same_day_in_certificate",),
        {DAY: lambda row: (date.fromisoformat(row[DAY]) - timedelta(days=1)).isoformat()},
        lambda rows: rows.has(DAY),
    ),
)
