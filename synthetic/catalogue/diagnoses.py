"""Diagnosis codes: Danish SKS codes with how often they are met, by kind of contact, age and sex.

Every code was found in the list of SKS diagnosis codes. The weights are set by hand so that the extracts look
likely; they come from no register.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from synthetic.columns import Floats, Ints

ACUTE, EMERGENCY, PLANNED, OUTPATIENT = range(4)  # The four weights of a code.
BANDS = (40, 65, 80)  # Ages at which the four age weights change.

# Births and the visits of pregnancies have no weight: they come from the children that are born.
# code; specialty; weights acute,emergency,planned,outpatient; weights by age -39,40-64,65-79,80-;
# sex (0 both); condition
_LISTED = """
DJ189;lung;30,6,0,1;1,3,7,12;0;
DJ180;lung;6,1,0,0;1,2,5,9;0;
DJ159;lung;6,1,0,0;1,2,4,7;0;
DJ139;lung;2,0,0,0;1,2,4,4;0;
DJ690;lung;3,0,0,0;0,1,4,10;0;
DJ441;lung;18,4,0,3;0,2,7,8;0;copd
DJ440;lung;8,2,0,1;0,2,7,8;0;copd
DJ449;lung;2,1,0,12;0,3,6,5;0;copd
DJ459;lung;3,4,0,8;4,4,3,2;0;asthma
DJ960;lung;4,0,0,0;0,2,5,6;0;
DJ209;lung;2,3,0,0;2,3,4,5;0;
DJ111;infection;3,2,0,0;1,2,4,6;0;
DB342A;infection;5,2,0,0;1,2,5,8;0;
DA419;infection;10,1,0,0;1,2,5,8;0;
DA415;infection;3,0,0,0;1,2,5,8;0;
DA469;infection;3,2,0,0;1,3,4,5;0;
DL039;infection;3,4,0,1;2,4,4,5;0;
DA099;infection;6,4,0,0;3,3,4,6;0;
DA090;infection;3,2,0,0;3,3,3,4;0;
DR509;infection;5,4,0,0;3,3,3,4;0;
DN390;internal;12,4,0,2;1,2,6,12;0;
DN309;internal;3,3,0,1;2,2,4,7;0;
DN300;internal;2,3,0,0;3,2,4,6;0;
DN109;internal;4,2,0,0;4,2,3,3;0;
DE869;geriatrics;8,2,0,0;1,1,4,10;0;
DE871;internal;3,0,0,1;0,1,4,6;0;
DE876;internal;2,0,0,1;1,1,3,4;0;
DR539;internal;4,3,0,2;1,2,4,6;0;
DR559;internal;5,6,0,2;3,3,5,7;0;
DD509;internal;3,1,1,4;2,3,4,5;0;
DD649;internal;3,1,1,3;1,2,4,6;0;
DD539;geriatrics;1,0,0,0;0,0,2,4;0;
DR296;geriatrics;3,2,0,4;0,0,3,9;0;
DR410;geriatrics;3,1,0,1;0,1,3,7;0;
DF059;geriatrics;3,1,0,0;0,0,3,8;0;
DL899;geriatrics;1,0,0,2;0,1,3,6;0;
DZ749C;geriatrics;1,1,0,0;0,0,2,5;0;
DZ742;geriatrics;1,0,0,1;0,0,2,5;0;
DI509;heart;8,2,1,8;0,2,5,9;0;heart_failure
DI500;heart;3,1,1,6;0,2,5,7;0;heart_failure
DI480;heart;5,4,2,6;1,3,6,5;0;atrial_fibrillation
DI489;heart;6,4,2,10;1,3,6,7;0;atrial_fibrillation
DI482;heart;2,1,0,5;0,1,5,8;0;atrial_fibrillation
DI214;heart;5,0,1,2;1,4,6,6;0;ischaemic
DI219;heart;3,0,1,2;1,4,6,6;0;ischaemic
DI209;heart;4,3,3,6;0,4,6,4;0;ischaemic
DI200;heart;2,1,1,1;0,3,5,3;0;ischaemic
DI251;heart;1,0,3,8;0,3,6,4;0;ischaemic
DI350;heart;1,0,2,6;0,1,4,6;0;
DI269;heart;3,1,0,3;1,3,4,4;0;
DI802;heart;2,2,0,3;1,3,4,4;0;
DR074;heart;6,10,0,3;3,5,4,3;0;
DR002;heart;2,4,0,4;4,4,3,2;0;
DR001;heart;2,1,1,1;0,1,4,5;0;
DR060;heart;4,3,0,4;1,3,4,5;0;
DI109;heart;1,2,0,6;1,3,4,4;0;hypertension
DI639;neurology;8,1,0,5;1,3,7,8;0;stroke
DI649;neurology;3,1,0,2;0,2,6,8;0;stroke
DI693;neurology;0,0,1,6;0,2,5,6;0;stroke
DG459;neurology;4,2,0,4;1,3,6,6;0;
DG409;neurology;4,3,0,6;4,3,3,3;0;epilepsy
DR568;neurology;3,3,0,2;3,3,3,3;0;
DR519;neurology;2,6,0,6;6,4,2,1;0;
DR429;neurology;4,5,0,4;2,4,5,5;0;
DG209;neurology;2,0,1,8;0,1,5,5;0;parkinson
DG359;neurology;1,0,0,8;3,4,1,0;0;
DG439;neurology;1,2,0,5;5,4,1,0;0;
DG560;orthopaedics;0,0,4,6;2,5,3,1;0;
DG473;lung;0,0,1,8;1,5,4,1;0;
DG309;geriatrics;1,0,0,6;0,0,4,7;0;dementia
DF039;geriatrics;2,0,0,5;0,0,3,7;0;dementia
DF019;geriatrics;1,0,0,3;0,0,3,5;0;dementia
DE119;endocrinology;2,1,1,20;1,4,6,4;0;diabetes_2
DE112;endocrinology;1,0,0,4;0,3,5,4;0;diabetes_2
DE113;endocrinology;0,0,0,4;0,3,5,4;0;diabetes_2
DE114;endocrinology;1,0,0,4;0,3,5,4;0;diabetes_2
DE115;endocrinology;2,0,1,3;0,2,5,5;0;diabetes_2
DE109;endocrinology;2,1,0,20;5,5,3,1;0;diabetes_1
DE101;endocrinology;3,1,0,1;5,3,1,1;0;diabetes_1
DE039;endocrinology;0,0,0,5;2,3,3,2;0;hypothyroid
DE059;endocrinology;1,0,0,5;2,3,3,2;0;
DE669;endocrinology;0,0,1,4;4,4,1,0;0;
DH360;eye;0,0,0,6;1,4,5,3;0;diabetes_2
DN179;nephrology;5,0,0,2;0,2,5,8;0;
DN189;nephrology;1,0,0,6;1,2,5,5;0;kidney
DN183;nephrology;0,0,0,6;0,2,5,5;0;kidney
DN185;nephrology;1,0,1,6;1,2,3,1;0;kidney
DK922;gastro;4,2,0,1;1,2,4,6;0;
DK921;gastro;3,1,0,1;0,2,4,5;0;
DK259;gastro;2,0,0,2;1,2,4,4;0;
DK590;gastro;4,3,0,3;1,1,3,7;0;
DK509;gastro;2,0,1,10;5,3,1,1;0;
DK519;gastro;2,0,1,8;4,3,2,1;0;
DK703;gastro;3,0,0,4;0,4,3,0;0;
DK529;gastro;3,2,0,2;2,2,3,4;0;
DK219;gastro;1,1,0,5;2,4,4,2;0;reflux
DK358;surgery;6,1,0,0;6,3,2,1;0;
DK573;surgery;4,2,1,3;0,3,5,4;0;
DK566;surgery;4,1,1,0;1,2,4,6;0;
DK800;surgery;4,1,2,0;2,3,3,3;0;
DK802;surgery;3,3,6,5;3,4,3,2;0;
DK810;surgery;3,0,1,0;1,3,3,4;0;
DK859;surgery;4,0,0,1;2,3,3,3;0;
DK409;surgery;1,1,8,6;1,4,6,3;1;
DK429;surgery;0,0,4,3;2,4,3,1;0;
DR104;surgery;8,12,0,6;6,4,3,3;0;
DN209;urology;3,4,2,4;3,5,3,1;0;
DN201;urology;3,3,3,2;3,5,3,1;0;
DN409;urology;1,1,4,8;0,2,6,6;1;prostate
DR339;urology;3,4,0,3;0,1,5,7;1;
DC619;urology;1,0,3,14;0,2,8,5;1;cancer
DC679;urology;1,0,5,8;0,1,5,5;0;cancer
DC509;oncology;2,0,6,22;1,6,6,3;2;cancer
DC349;oncology;4,0,2,12;0,3,7,3;0;cancer
DC189;surgery;3,0,6,12;0,2,6,5;0;cancer
DC209;surgery;1,0,4,8;0,2,5,3;0;cancer
DC449;dermatology;0,0,2,10;0,2,6,6;0;
DC900;haematology;2,0,1,8;0,1,4,3;0;cancer
DC911;haematology;1,0,0,8;0,2,5,4;0;cancer
DC833;haematology;2,0,2,6;1,2,4,3;0;cancer
DZ089;oncology;0,0,0,10;0,3,6,3;0;cancer
DM161;orthopaedics;0,0,10,8;0,3,8,5;0;
DM171;orthopaedics;0,0,10,10;0,4,8,4;0;
DM199;orthopaedics;0,1,1,6;0,3,5,4;0;
DM751;orthopaedics;0,1,2,8;2,5,3,1;0;
DM511;orthopaedics;2,2,3,6;3,5,2,1;0;
DM480;orthopaedics;1,0,4,5;0,2,6,3;0;
DM545;orthopaedics;3,6,0,8;4,5,3,3;0;
DM720;orthopaedics;0,0,3,4;0,2,5,2;0;
DM796;orthopaedics;1,5,0,3;3,3,3,3;0;
DM809;orthopaedics;1,1,0,3;0,1,3,6;0;osteoporosis
DM819;endocrinology;0,0,0,8;0,1,5,6;0;osteoporosis
DM069;rheumatology;1,0,0,14;1,4,5,3;0;arthritis
DM059;rheumatology;0,0,0,10;1,4,5,3;0;arthritis
DM109;rheumatology;1,2,0,2;0,2,4,5;0;
DM353;rheumatology;1,0,0,4;0,1,5,6;0;
DS720;orthopaedics;10,0,0,3;0,1,5,12;0;
DS721;orthopaedics;7,0,0,2;0,1,4,10;0;
DS525;orthopaedics;2,14,3,8;3,4,6,6;0;
DS422;orthopaedics;2,5,1,5;0,2,5,6;0;
DS223;orthopaedics;2,4,0,0;1,3,4,5;0;
DS321;orthopaedics;2,1,0,0;0,1,3,7;0;
DS826;orthopaedics;3,6,3,5;3,4,4,2;0;
DS829;orthopaedics;2,2,2,3;2,3,3,2;0;
DS420;orthopaedics;0,4,1,3;4,3,2,1;0;
DS934;orthopaedics;0,12,0,1;7,4,2,1;0;
DS836;orthopaedics;0,8,2,4;6,4,1,0;0;
DS610;orthopaedics;0,10,0,1;5,4,2,1;0;
DS019;orthopaedics;1,8,0,0;4,3,3,5;0;
DS060;neurology;4,8,0,1;4,3,3,4;0;
DS065;neurology;2,1,0,1;0,1,3,5;0;
DT814;surgery;3,1,1,2;1,2,3,2;0;
DT845;orthopaedics;2,0,2,2;0,1,4,3;0;
DT509;internal;3,2,0,0;4,3,1,0;0;
DT784;dermatology;2,4,0,4;4,3,2,1;0;
DL409;dermatology;0,0,0,8;3,4,3,1;0;
DL209;dermatology;0,0,0,6;5,2,1,0;0;
DL570;dermatology;0,0,0,8;0,2,6,6;0;
DL979;dermatology;1,0,0,5;0,1,4,6;0;
DI839;surgery;0,0,5,5;2,4,3,1;0;
DI702;surgery;2,0,3,5;0,2,6,5;0;
DH269;eye;0,0,3,14;0,2,8,8;0;
DH353;eye;0,0,0,20;0,1,6,9;0;
DH409;eye;0,0,1,8;0,2,5,6;0;glaucoma
DH919;ear;0,0,0,16;1,2,7,9;0;
DH811;ear;1,2,0,4;1,3,4,4;0;
DH669;ear;0,2,1,4;3,2,1,1;0;
DF209;psychiatry;4,3,1,10;4,4,2,0;0;psychosis
DF200;psychiatry;4,3,1,10;4,4,2,0;0;psychosis
DF319;psychiatry;3,2,1,8;3,4,2,1;0;
DF322;psychiatry;3,2,1,6;3,4,3,2;0;depression
DF329;psychiatry;3,3,1,8;4,4,3,2;0;depression
DF339;psychiatry;2,2,1,8;3,4,3,2;0;depression
DF411;psychiatry;1,3,0,6;5,3,2,1;0;
DF431;psychiatry;1,1,0,5;4,3,1,0;0;
DF432;psychiatry;3,5,0,4;5,3,2,1;0;
DF603;psychiatry;3,4,0,8;6,2,0,0;0;
DF900;psychiatry;0,1,0,10;8,2,0,0;0;
DF102;psychiatry;2,2,0,3;2,4,2,0;0;
DF103;internal;4,3,0,0;2,4,2,0;0;
DF100;internal;2,5,0,0;4,4,2,0;0;
DN939;gynaecology;2,3,4,8;5,5,2,1;2;
DN819;gynaecology;0,0,5,5;0,3,5,3;2;
DR979;emergency;0,0,0,0;1,1,1,1;0;
DO809;obstetrics;0,0,0,0;1,0,0,0;2;
DO829;obstetrics;0,0,0,0;1,0,0,0;2;
DO149;obstetrics;3,1,0,2;1,0,0,0;2;
DO479;obstetrics;3,6,0,1;1,0,0,0;2;
DO039;gynaecology;2,4,1,1;1,0,0,0;2;
DZ349;obstetrics;0,0,0,0;1,0,0,0;2;
DZ359;obstetrics;0,0,0,0;1,0,0,0;2;
DZ038;internal;5,6,1,8;3,4,4,3;0;
DZ039;internal;3,4,1,6;3,4,4,3;0;
DZ033;neurology;2,1,0,4;2,3,4,3;0;
DZ035;heart;3,2,0,5;2,4,4,3;0;
DZ099;surgery;0,0,0,12;2,4,5,3;0;
DZ480;surgery;0,1,0,10;3,4,4,4;0;
DZ509;orthopaedics;0,0,0,14;3,4,5,5;0;
DZ515;oncology;2,0,1,4;0,2,5,4;0;cancer
DZ016;radiology;0,0,0,20;3,4,5,4;0;
DZ950;heart;0,0,1,8;0,1,5,7;0;
DZ763;internal;1,0,1,0;3,2,1,0;0;
"""

# An additional code (+), the code that it belongs to, and how often it is given.
ADDITIONAL: tuple[tuple[str, str, float], ...] = (
    ("DN390", "DB962", 0.35),
    ("DA415", "DB962", 0.45),
    ("DJ139", "DB953", 0.40),
    ("DA419", "DB956", 0.12),
    ("DT845", "DB956", 0.35),
    ("DE115", "DL979", 0.25),
    ("DE112", "DN189", 0.30),
    ("DG309", "DF009", 0.60),
)

# A metastasis is coded only where its primary cancer is (rules 12.109-112).
METASTASES: tuple[tuple[str, str, float], ...] = (
    ("DC189", "DC787", 0.12),
    ("DC349", "DC793", 0.12),
    ("DC509", "DC795", 0.06),
    ("DC619", "DC795", 0.08),
)

# Specialty: text of the register, psychiatric or not.
SPECIALTIES: dict[str, str] = {
    "internal": "intern medicin",
    "geriatrics": "intern medicin: geriatri",
    "lung": "intern medicin: lungesygdomme",
    "heart": "intern medicin: kardiologi",
    "infection": "intern medicin: infektionsmedicin",
    "endocrinology": "medicinsk endokrinologi",
    "nephrology": "intern medicin: nefrologi",
    "gastro": "intern medicin: gastroenterologi og hepatologi",
    "haematology": "intern medicin: hæmatologi",
    "rheumatology": "intern medicin: reumatologi",
    "neurology": "neurologi",
    "surgery": "kirurgi",
    "orthopaedics": "ortopædisk kirurgi",
    "urology": "urologi",
    "gynaecology": "gynækologi og obstetrik",
    "obstetrics": "gynækologi og obstetrik",
    "oncology": "klinisk onkologi",
    "dermatology": "dermato-venerologi",
    "eye": "oftalmologi",
    "ear": "oto-rhino-laryngologi",
    "radiology": "diagnostisk radiologi",
    "psychiatry": "psykiatri",
    "emergency": "akutmedicin",
}


@dataclass(frozen=True, eq=False)
class DiagnosisTable:
    """The listed codes as arrays; `specialty` are positions in SPECIALTIES, `condition` names or ''."""

    code: NDArray[np.str_]
    specialty: Ints
    weight: Floats  # code x kind of contact
    by_age: Floats  # code x age band
    sex: Ints
    condition: NDArray[np.str_]

    def at(self, code: str) -> int:
        """The position of a code."""
        return int(np.flatnonzero(self.code == code)[0])

    def draw(self, kind: int, age: Floats, sex: Ints, rng: np.random.Generator) -> Ints:
        """Positions of codes for contacts of one kind, by age and sex."""
        out = np.zeros(len(age), dtype=np.int64)
        band = np.searchsorted(np.array(BANDS), age, side="right")
        for one_band in range(len(BANDS) + 1):
            for one_sex in (1, 2):
                at = np.flatnonzero((band == one_band) & (sex == one_sex))
                weight = self.weight[:, kind] * self.by_age[:, one_band]
                weight = np.where((self.sex == 0) | (self.sex == one_sex), weight, 0.0)
                weight = np.where(self.condition != "", 0.0, weight)  # Who has the illness gets its codes elsewhere.
                out[at] = rng.choice(len(weight), len(at), p=weight / weight.sum())
        return out


@cache
def diagnoses() -> DiagnosisTable:
    """The listed codes."""
    rows = [line.split(";") for line in _LISTED.split()]
    keys = list(SPECIALTIES)
    return DiagnosisTable(
        code=np.array([row[0] for row in rows]),
        specialty=np.array([keys.index(row[1]) for row in rows]),
        weight=np.array([[float(x) for x in row[2].split(",")] for row in rows]),
        by_age=np.array([[float(x) for x in row[3].split(",")] for row in rows]),
        sex=np.array([int(row[4]) for row in rows]),
        condition=np.array([row[5] for row in rows]),
    )
