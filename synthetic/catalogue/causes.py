"""Causes of death: codes of the international ICD-10 (no D in front), with what goes before them and how they kill.

Codes of diseases were found, with a D, in the list of SKS diagnosis codes; those of outer causes (V, W, X), COVID-19
(U071) and R990 are not in that list and not verified. The weights are set by hand; they come from no register.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from synthetic.columns import Bools, Floats, Ints

BANDS = (40, 65, 80)  # Ages at which the four age weights change.
UNKNOWN = "R990"  # What stands there while the cause is not known.
FALL, FRAIL = "W199", "R54"
OUTER = ("V", "W", "X")  # First letters of outer causes.

# Underlying cause; condition without which nobody dies of it (empty: everybody may); weight among those who may;
# weights by age -39,40-64,65-79,80-; sex (0 both); direct causes on line 1a ("-": it stands there itself).
_LISTED = """
C349;cancer;5.5;0,3,7,4;0;-,-,J189,C787,R64
C189;cancer;3;0,2,4,4;0;-,-,C787,K566
C259;cancer;2.25;0,2,4,3;0;-,-,C787
C509;cancer;4;1,3,3,3;2;-,-,C795,C787
C619;cancer;3.5;0,1,3,5;1;-,-,C795
C209;cancer;1.25;0,2,3,3;0;-,C787
C679;cancer;1.25;0,1,3,4;0;-,A419
C569;cancer;1.75;0,2,3,2;2;-,K566
C719;cancer;1.25;3,4,3,1;0;-
C900;cancer;1;0,1,3,3;0;-,A419
C833;cancer;1;1,2,3,3;0;-,A419
C911;cancer;0.75;0,1,3,3;0;-,J189
I509;heart_failure;1.6;0,1,3,4;0;-,I469,J81
I251;ischaemic;0.8;0,2,4,4;0;I469,I219,I509
I219;ischaemic;0.8;0,3,4,4;0;-,-,I469
J449;copd;2.2;0,2,5,4;0;-,J960,J189
J440;copd;0.8;0,2,4,4;0;-,J960
I639;stroke;1.2;0,2,4,4;0;-,-,J189
I694;stroke;0.9;0,1,3,4;0;-,J189,J690
F039;dementia;3.0;0,1,4,5;0;-,J189,J690,E86
G309;dementia;2.0;0,1,4,4;0;-,J189,R64
G209;parkinson;2.0;0,1,4,4;0;-,J189,J690
N189;kidney;0.8;0,1,3,4;0;-,E875,I469
E117;diabetes_2;0.7;0,2,4,3;0;I219,A419,N189
E109;diabetes_1;1.0;1,3,4,2;0;-,I219,N189
I489;atrial_fibrillation;0.5;0,0,2,4;0;I509,I639
I119;hypertension;0.15;0,1,3,4;0;-,I469
G409;epilepsy;0.6;4,3,1,1;0;-
M069;arthritis;0.15;0,1,3,3;0;A419,J189
J459;asthma;0.1;2,2,2,2;0;-,J960
X709;depression;0.5;6,3,0.6,0.2;0;T71
X709;psychosis;0.8;6,3,0.5,0.1;0;T71
X440;psychosis;0.6;6,4,0.2,0;0;T509
W199;osteoporosis;0.3;0,0.3,1.5,4;0;S720,J189,S065
I219;;0.4;0.4,3,4,3;0;-,-,I469
I619;;0.25;0.5,2,3,3;0;-
I713;;0.15;0,0.5,3,2;0;-
I269;;0.15;0.5,2,2,2;0;-
J189;;0.35;0.2,1,2,4;0;-,A419,J960
A419;;0.25;0.2,1,2,3;0;-
K703;;0.45;0.5,6,2,0.2;0;-,K922,K729
K566;;0.10;0,1,2,3;0;-
R54;;0.40;0,0,0.1,4;0;-
R990;;0.20;2,2,1.5,1;0;-
X709;;0.25;6,3,0.8,0.4;0;T71
V899;;0.15;6,2,1,0.6;0;T07
X440;;0.12;6,4,0.2,0;0;T509
W199;;0.10;0.3,0.7,2,4;0;S720,S065
G122;;0.08;0,2,3,1;0;J960
C809;;0.10;0,2,3,2;0;-
"""

# What stands on part II when it contributed: condition, code.
CONTRIBUTING: tuple[tuple[str, str], ...] = (
    ("heart_failure", "I509"),
    ("copd", "J449"),
    ("ischaemic", "I259"),
    ("atrial_fibrillation", "I489"),
    ("diabetes_2", "E119"),
    ("diabetes_1", "E109"),
    ("kidney", "N189"),
    ("stroke", "I694"),
    ("dementia", "F039"),
    ("parkinson", "G209"),
    ("hypertension", "I109"),
    ("cancer", "C809"),
    ("psychosis", "F209"),
    ("epilepsy", "G409"),
    ("osteoporosis", "M819"),
    ("arthritis", "M069"),
)

# Begins of the codes of hospital diagnoses (with a D) that people die of, and of those that may stand on line 1a only.
DEADLY = (
    *("DA0", "DA4", "DB34", "DC", "DG20", "DG30", "DG40", "DF0", "DI", "DJ", "DE1"),
    *("DK25", "DK5", "DK7", "DK8", "DK9", "DN1"),
)
ONLY_DIRECT = ("DE86", "DE87", "DS72", "DS06", "DN39")
NEVER_FATAL = ("DI83", "DI10", "DJ20", "DK590", "DF059")
INJURIES = "DS"


@dataclass(frozen=True, eq=False)
class CauseTable:
    """The listed causes as arrays; `condition` names or '', `weight` cause x age band, `direct` their direct causes."""

    code: NDArray[np.str_]
    condition: NDArray[np.str_]
    weight: Floats
    sex: Ints
    direct: tuple[tuple[str, ...], ...]


@cache
def causes() -> CauseTable:
    """The listed causes."""
    rows = [line.split(";") for line in _LISTED.split()]
    by_age = np.array([[float(x) for x in row[3].split(",")] for row in rows])
    return CauseTable(
        code=np.array([row[0] for row in rows]),
        condition=np.array([row[1] for row in rows]),
        weight=by_age * np.array([float(row[2]) for row in rows])[:, None],
        sex=np.array([int(row[4]) for row in rows]),
        direct=tuple(tuple(row[5].split(",")) for row in rows),
    )


def international(code: str) -> str:
    """The international code (four signs at most) of a Danish diagnosis code: without the D and Danish additions."""
    return "U071" if code.startswith("DB342") else code[1:5]


def begins(codes: NDArray[np.str_], prefixes: tuple[str, ...]) -> Bools:
    """Which codes begin with one of the prefixes."""
    found = np.zeros(len(codes), dtype=bool)
    for prefix in prefixes:
        found |= np.char.startswith(codes, prefix)
    return found
