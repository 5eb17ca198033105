"""Breaches of `dodsaasg`: a day of death that the register of deaths, which is asked first, tells otherwise."""

from datetime import date, timedelta

from synthetic.breaches.kinds import Breach

DAY = "d_dodsdato"

CERTIFICATES = (
    Breach(
        ("dod/same_day_in_certificate",),
        {DAY: lambda row: (date.fromisoformat(row[DAY]) - timedelta(days=1)).isoformat()},
        lambda rows: rows.has(DAY),
    ),
)
