"""Services of general practice and other providers under the health insurance (`sssy`)."""

from dataclasses import dataclass

import numpy as np

from synthetic.columns import Days, Ints, firsts, integers, iso_week, numbers, pick, plus_days, table, texts
from synthetic.world import Block, Rows


@dataclass(frozen=True)
class Service:
    """A service: six digits (80 is general practice, 81 its out-of-hours service), fee in DKK, yearly rate, contact or
    not, for whom.
    """

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
    Service("810501", 108.20, 0.12, 1),
    Service("810601", 345.10, 0.02, 1),
    Service("810101", 268.60, 0.07, 1),
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


SELDOM = (0.045, 0.10)  # Share of women and of men who go to nobody unless they are acutely ill.
LEVEL = 740.0  # Turns a yearly rate of a service into events of 1,000 people a year at the age of 50.
CONSULTATION, TALK, VISIT_AT_HOME, VAGT_TALK, VAGT_VISIT = (
    [service.code for service in SERVICES].index(code) for code in ("800101", "800201", "800411", "810501", "810601")
)


def service_rows(block: Block) -> Rows:
    """`sssy`: one row per person, provider, service and week, by week; no two rows alike."""
    people, period, rng = block.people, block.period, block.rng("sssy")
    everyone = np.arange(len(people))
    who, day, service_at = _events(block, rng)
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
    who, provider, service_at, paid = who[kept], provider[kept], service_at[kept], paid[kept]
    year, week = year[kept], week[kept]
    count = rng.choice([1, 2, 3, 4], len(who), p=[0.86, 0.10, 0.03, 0.01])
    age = people.age(who, paid)
    child = (rng.random(len(who)) < 0.004) & (age > 22) & (age < 50)
    rows = table(
        {
            "pnr": people.pnr(who, paid),
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
    late = block.sown(len(who), 0.01, "late services")
    return Rows(rows, who, plus_days(paid, 7 + late * rng.integers(30, 120, len(who))), marks={"late_row": late})


def _events(block: Block, rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    """Who has which service when: by age, sex and illness; before an admission; after a discharge; in pregnancy."""
    people, stays = block.people, block.contacts.stays
    # All services rise alike with age and illness: one draw at the sum of their rates, then which service each one is.
    rate = np.array([service.rate for service in SERVICES])
    of_sex = np.where(people.sex == 2, 1.15, 0.85).astype(np.float32)
    seldom = rng.random(len(people)) < np.where(people.sex == 2, *SELDOM)
    of_sex = np.where(seldom, 0.01, of_sex).astype(np.float32)
    who, day = people.course.happenings(people.weekly(rate.sum() * LEVEL, 0.008, 0.18) * of_sex, rng)
    every = rng.choice(len(SERVICES), len(who), p=rate / rate.sum())
    wanted = np.ones(len(who), dtype=bool)
    for place, service in enumerate(SERVICES):
        if service.condition:
            wanted &= (every != place) | people.has(service.condition, who, day)
    parts: list[tuple[Ints, Days, Ints | int]] = [(who[wanted], day[wanted], every[wanted])]
    ill = np.flatnonzero(stays.acute)
    for place, chance in (
        (CONSULTATION, 0.30),
        (TALK, 0.20),
        (VISIT_AT_HOME, 0.06),
        (VAGT_TALK, 0.35),
        (VAGT_VISIT, 0.12),
    ):
        at = ill[rng.random(len(ill)) < chance]
        span = (stays.start[at] - stays.ill[at]).astype(np.int64)
        when = stays.ill[at] + np.floor(span * rng.random(len(at))).astype("timedelta64[m]")
        parts.append((stays.who[at], when.astype("datetime64[D]"), place))
    home = np.flatnonzero(~stays.terminal)
    for place, chance in ((CONSULTATION, 0.45), (TALK, 0.25)):
        at = home[rng.random(len(home)) < chance]
        day = plus_days(stays.end[at].astype("datetime64[D]"), 2 + np.round(rng.gamma(2.0, 4.0, len(at))))
        parts.append((stays.who[at], day, place))
    children = np.repeat(np.flatnonzero(people.mother >= 0), 3)
    day = plus_days(people.birth[children], np.tile([-210, -100, -35], len(children) // 3))
    parts.append((people.mother[children], day, CONSULTATION))
    who, day, service_at = (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([np.broadcast_to(part[2], len(part[0])) for part in parts]),
    )
    seen = (day >= people.seen_from[who].astype("datetime64[D]")) & (day < people.seen_to[who].astype("datetime64[D]"))
    return who[seen], day[seen], service_at[seen]
