"""How the figure of an expectation is written for people: one form for the pages, the command line and Dagster."""

from quality.judge import Verdict
from quality.measure import Measure


def figure(found: Verdict | Measure) -> str:
    """What decides: the share of failing rows, or what was seen over time; of what was not seen there is none."""
    if not found.seen:
        return "not seen"
    return percent(found.share) if found.value is None else f"{found.value:.2f}"


def borne(verdict: Verdict) -> str:
    """How much of it is borne: the largest share of failing rows, or which figures of what is seen over time."""
    return verdict.limits or percent(verdict.max_share)


def percent(share: float) -> str:
    """A share as per cent; a small one is never shown as nought, nor one that is not all as all."""
    if 0 < share < 0.0001:
        return "< 0.01 %"
    if 0.9999 < share < 1:
        return "> 99.99 %"
    return f"{100 * share:.2f} %" if 0 < share < 1 else f"{100 * share:g} %"
