"""Long illnesses: which there are, how common they are by age, and when they set in for a person.

The curves say how many of an age have the illness. A person has it from the age at which the curve, raised by the
person's frailty, passes the person's own random number; so prevalence, onset and frailty agree by construction.
"""

from dataclasses import dataclass

import numpy as np

from synthetic.columns import NEVER, Bools, Days, Floats, Ints, plus_days

AGES = (0, 25, 45, 65, 85)


@dataclass(frozen=True)
class Condition:
    """Share of an age that has it (at 25, 45, 65, 85 years; none at birth), what frailty does to the logarithm of that,
    what it adds to the logarithm of the risk of an acute admission and of death, and who can have it (0 both).
    """

    shares: tuple[float, float, float, float]
    frailty: float
    admission: float = 0.0
    death: float = 0.0
    sex: int = 0


CONDITIONS: dict[str, Condition] = {
    "hypertension": Condition((0.01, 0.13, 0.44, 0.60), 0.2, 0.05),
    "cholesterol": Condition((0.00, 0.07, 0.32, 0.33), 0.2),
    "diabetes_1": Condition((0.005, 0.006, 0.006, 0.006), 0.1, 0.4, 0.3),
    "diabetes_2": Condition((0.002, 0.026, 0.100, 0.130), 0.4, 0.25, 0.3),
    "copd": Condition((0.000, 0.015, 0.070, 0.110), 0.6, 0.6, 0.6),
    "asthma": Condition((0.06, 0.06, 0.06, 0.06), 0.2, 0.15),
    "heart_failure": Condition((0.000, 0.005, 0.030, 0.120), 0.8, 0.6, 0.7),
    "atrial_fibrillation": Condition((0.000, 0.007, 0.060, 0.200), 0.4, 0.3, 0.2),
    "ischaemic": Condition((0.000, 0.012, 0.090, 0.180), 0.4, 0.3, 0.2),
    "stroke": Condition((0.000, 0.005, 0.030, 0.090), 0.6, 0.4, 0.4),
    "kidney": Condition((0.001, 0.007, 0.050, 0.150), 0.6, 0.3, 0.4),
    "dementia": Condition((0.000, 0.000, 0.012, 0.140), 0.7, 0.3, 0.7),
    "parkinson": Condition((0.000, 0.000, 0.006, 0.020), 0.6, 0.4, 0.4),
    "depression": Condition((0.05, 0.08, 0.09, 0.13), 0.4, 0.3, 0.2),
    "psychosis": Condition((0.010, 0.014, 0.014, 0.014), 0.6, 0.7, 0.6),
    "epilepsy": Condition((0.008, 0.009, 0.010, 0.015), 0.5, 0.4, 0.2),
    "pain": Condition((0.03, 0.09, 0.14, 0.24), 0.5, 0.2),
    "osteoporosis": Condition((0.000, 0.006, 0.080, 0.200), 0.3, 0.2, 0.1),
    "hypothyroid": Condition((0.01, 0.03, 0.06, 0.08), 0.2),
    "reflux": Condition((0.03, 0.08, 0.14, 0.20), 0.3, 0.05),
    "arthritis": Condition((0.004, 0.010, 0.020, 0.020), 0.3, 0.2, 0.1),
    "cancer": Condition((0.002, 0.013, 0.060, 0.090), 0.5, 0.7, 1.9),
    "prostate": Condition((0.000, 0.010, 0.140, 0.250), 0.2, 0.0, 0.0, 1),
    "glaucoma": Condition((0.000, 0.006, 0.040, 0.090), 0.1),
    "allergy": Condition((0.12, 0.12, 0.12, 0.12), 0.0),
}


def onsets(birth: Days, sex: Ints, frailty: Floats, rng: np.random.Generator) -> Days:
    """When every condition sets in: people x conditions, NEVER for those who do not live to see it."""
    out = np.full((len(birth), len(CONDITIONS)), NEVER)
    for place, (name, one) in enumerate(CONDITIONS.items()):
        raised = np.exp(one.frailty * frailty - one.frailty**2 / 2)
        own = rng.random(len(birth)) / raised
        shares = (0.0, *one.shares)
        age = np.interp(own, _rising(shares), AGES, right=np.nan)
        if name == "diabetes_1":  # Seldom begins after forty.
            age = np.where(np.isnan(age), np.nan, age * 0.8)
        age = np.where((one.sex == 0) | (sex == one.sex), age, np.nan)
        known = ~np.isnan(age)
        out[known, place] = plus_days(birth[known], age[known] * 365.25)
    one_, two = (list(CONDITIONS).index(name) for name in ("diabetes_1", "diabetes_2"))
    out[out[:, one_] < NEVER, two] = NEVER
    return out


def weights(what: str) -> Floats:
    """What every condition adds to the logarithm of a risk, `admission` or `death`."""
    return np.array([getattr(one, what) for one in CONDITIONS.values()])


def has(onset: Days, name: str, who: Ints, when: Days) -> Bools:
    """Whether the condition has set in by the days."""
    return np.asarray(onset[who, list(CONDITIONS).index(name)] <= when.astype("datetime64[D]"))


def _rising(shares: tuple[float, ...]) -> Floats:
    """The shares, each a little above the one before, so that the curve can be read from share to age."""
    return np.asarray(np.maximum.accumulate(shares) + np.arange(len(shares)) * 1e-9)
