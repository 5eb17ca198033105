"""The risk behind the observations: acute admission within 30 days, as the course of life itself reckons it.

This is truth, which no supplier delivers: no model can do better than it, but for chance.
"""

import numpy as np

from synthetic.columns import DAY_MINUTES, Floats, Ints, dates, minute, numbers, of_person, plus_days, table
from synthetic.municipality.care import at_home_with_help
from synthetic.people import course as c
from synthetic.people.conditions import weights
from synthetic.world import Block, Rows

DAYS = 30
_WEEKS = np.arange(-(-DAYS // 7))  # The last of them in part.
_SHARE = np.minimum(1.0, (DAYS - 7 * _WEEKS) / 7)


def risk_rows(block: Block) -> Rows:
    """Truth about `plejeobservation`: one row per person with home care, not in hospital, and week: `pnr`, `dato` (the
    first day of the week of the course) and `risiko`, the probability of an acute admission on that day or the 29
    after it.

    The rate of the week is carried forward: instability falls back towards its mean and spreads, aftermath fades, all
    else stays; the sum over the weeks is taken as lognormal. Those who die in hospital were admitted before, so a
    share of the risk of death is added.
    """
    people = block.people
    course = people.course
    week, who = np.nonzero((course.care == c.HOME_CARE) & (course.present > 0))
    day = plus_days(np.full(len(week), course.start), week * 7)
    keep = at_home_with_help(block, who, minute(day))
    week, who, day = week[keep], who[keep], day[keep]
    risk = thirty_days(block, who, week)
    rows = table({"pnr": people.pnr(who, day), "dato": dates(day), "risiko": numbers(np.round(risk, 6))})
    return Rows(rows, who, day)


def thirty_days(block: Block, who: Ints, week: Ints) -> Floats:
    """Probability of an acute admission within 30 days of the first day of the weeks, for people at home with help."""
    course = block.people.course
    unstable = _instability(block, who, week)
    after = _aftermath(block, who, week)
    keep = np.exp(-_WEEKS / c.WEEKS_OF_INSTABILITY)
    fades = np.exp(-_WEEKS / c.WEEKS_OF_AFTERMATH)
    early = np.minimum.outer(_WEEKS, _WEEKS)
    apart = np.abs(np.subtract.outer(_WEEKS, _WEEKS))
    spread = np.exp(-apart / c.WEEKS_OF_INSTABILITY) * (1 - np.exp(-2 * early / c.WEEKS_OF_INSTABILITY))
    back, gone = (keep - 1)[None, :] * unstable[:, None], (fades - 1)[None, :] * after[:, None]
    log = course.rate[week, who][:, None] + c.INSTABILITY * back + c.AFTERMATH * gone
    each = np.exp(log + c.INSTABILITY**2 * np.diag(spread)[None, :] / 2) * _SHARE
    mean = each.sum(axis=1)
    variance = np.einsum("ij,jk,ik->i", each, np.expm1(c.INSTABILITY**2 * spread), each)
    width = np.sqrt(np.log1p(variance / mean**2))
    nodes, share = np.polynomial.hermite_e.hermegauss(7)
    sums = np.exp(np.log(mean)[:, None] + width[:, None] * nodes[None, :] - width[:, None] ** 2 / 2)
    stays = np.exp(-sums) @ (share / share.sum())
    deadly = _death(block, who, week)[:, None] + c.DEATH_INSTABILITY * back + c.DEATH_AFTERMATH * gone
    dies = (np.exp(deadly + c.DEATH_INSTABILITY**2 * np.diag(spread)[None, :] / 2) * _SHARE).sum(axis=1)
    return np.asarray(1 - stays * np.exp(-c.DIES_IN_HOSPITAL[c.HOME_CARE] * dies))


def _instability(block: Block, who: Ints, week: Ints) -> Floats:
    """Instability as the week began: the course tells it after the relief of a stay that began in the week."""
    course = block.people.course
    relieved = np.zeros(course.rate.shape, dtype=bool)
    relieved[course.week(course.admissions.start), course.admissions.who] = True
    return np.asarray(course.instability[week, who] + c.RELIEF * relieved[week, who], dtype=np.float64)


def _aftermath(block: Block, who: Ints, week: Ints) -> Floats:
    """Aftermath of the last discharge before the weeks, 1 on its day and fading."""
    course = block.people.course
    day = minute(plus_days(np.full(len(week), course.start), week * 7))
    key = of_person(course.admissions.who, course.admissions.end)
    order = np.argsort(key, kind="stable")
    at = np.searchsorted(key[order], of_person(who, day), side="right") - 1
    last = order[at.clip(0)]
    known = (at >= 0) & (course.admissions.who[last] == who)
    since = (day - course.admissions.end[last]).astype(np.int64) / (7 * DAY_MINUTES)
    return np.where(known, np.exp(-np.maximum(since, 0) / c.WEEKS_OF_AFTERMATH), 0.0)


def _death(block: Block, who: Ints, week: Ints) -> Floats:
    """Logarithm of the rate of death in the weeks, as `synthetic/people/course.py` reckons it for home care."""
    people = block.people
    day = plus_days(np.full(len(week), people.course.start), week * 7)
    ill = (people.onset[who] <= day[:, None]) @ weights("death")
    log = np.log(c.DEATH / 52) + c.DEATH_GROWTH * people.age(who, day) + c.DEATH_MEN * (people.sex[who] == 1) + ill
    log = log + c.DEATH_FRAILTY * people.frailty[who] + c.DEATH_INSTABILITY * _instability(block, who, week)
    return np.asarray(log + c.DEATH_AFTERMATH * _aftermath(block, who, week))
