"""Services of general practice and other providers under the health insurance (`sssy`)."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synthetic.columns import Period, firsts, integers, iso_week, numbers, pick, plus_days, table, texts
from synthetic.people import People


@dataclass(frozen=True)
class Service:
    """A service: six digits (80 is general practice), fee in DKK, yearly rate, contact or not, for whom."""

    code: str
    fee: float
    rate: float
    contact: int
    condition: str = ""


SERVICES = (
    Service("800101", 155.43, 1.55, 1),
    Service("800105", 48.20, 0.75, 1),
    Service("800201", 30.11, 0.95, 1),
    Service("800120", 331.84, 0.14, 1),
    Service("800204", 155.43, 0.06, 1),
    Service("800411", 250.90, 0.05, 1),
    Service("802101", 53.64, 0.55, 0),
    Service("807101", 71.02, 0.30, 0),
    Service("807115", 107.30, 0.12, 0),
    Service("806101", 412.75, 0.05, 1),
    Service("500101", 182.00, 0.35, 1),
    Service("510011", 214.56, 0.16, 1),
    Service("530110", 98.10, 0.07, 1),
    Service("540110", 176.22, 1.10, 1, "diabetes_2"),
    Service("540120", 176.22, 1.10, 1, "diabetes_1"),
    Service("190110", 265.40, 0.11, 1),
    Service("210110", 248.15, 0.10, 1),
    Service("040110", 259.90, 0.09, 1),
    Service("630110", 1062.00, 0.60, 1, "depression"),
)


def service_table(people: People, period: Period, rng: np.random.Generator) -> pa.Table:
    """`sssy`: one row per person, provider, service and week, by week; no two rows alike."""
    middle = period.start + (period.end - period.start) // 2
    everyone = np.arange(len(people))
    age = people.age(everyone, np.full(len(people), middle))
    push = np.exp(0.45 * people.frailty + 0.008 * (age - 50)) * np.where(people.sex == 2, 1.15, 0.85)
    who_parts, day_parts, service_parts = [], [], []
    for place, service in enumerate(SERVICES):
        who, day = people.events(service.rate * 0.74 * push, rng)
        if service.condition:
            has = people.has(service.condition, who, day)
            who, day = who[has], day[has]
        who_parts.append(who)
        day_parts.append(day)
        service_parts.append(np.full(len(who), place))
    who, day, service_at = (np.concatenate(parts) for parts in (who_parts, day_parts, service_parts))
    # The fee is paid in the week of the service or in the one after, as long as the year lasts.
    paid = plus_days(day, rng.choice([0, 7], len(day), p=[0.8, 0.2]))
    alive = paid < np.minimum(people.seen_to[who].astype("datetime64[D]"), period.end - np.timedelta64(3, "D"))
    paid = np.where(alive, paid, day)
    year, week = iso_week(paid)
    own = people.kom_after * 100 + everyone % 23
    practice = np.array([service.code.startswith("80") for service in SERVICES])[service_at]
    away = rng.random(len(who)) < 0.04
    provider = np.where(practice & ~away, own[who], (people.kom_after[who] * 100 + 50 + service_at))
    kept = firsts(who, provider, service_at, year * 100 + week)
    kept = kept[np.lexsort((service_at[kept], who[kept], year[kept] * 100 + week[kept]))]
    who, provider, service_at = who[kept], provider[kept], service_at[kept]
    year, week = year[kept], week[kept]
    count = rng.choice([1, 2, 3, 4], len(who), p=[0.86, 0.10, 0.03, 0.01])
    child = (rng.random(len(who)) < 0.004) & (age[who] > 22) & (age[who] < 50)
    return table(
        {
            "pnr": pick(people.cpr, who),
            "ydernr": texts(provider, width=6),
            "speciale": pick([service.code for service in SERVICES], service_at),
            "ydlant": integers(count),
            "bruhon": numbers(np.round(np.array([service.fee for service in SERVICES])[service_at] * count, 2)),
            "honuge": texts(year % 100 * 100 + week, width=4),
            "barnmak": integers(child),
            "sikgrup": integers(1 + (rng.random(len(people)) < 0.01)[who]),
            "kontakt": integers(np.array([service.contact for service in SERVICES])[service_at]),
        }
    )
