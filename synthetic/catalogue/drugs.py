"""Drugs at the pharmacy: ATC codes with a plausible name, strength, pack and defined daily doses (DDD).

Plain data: who gets what is drawn in `synthetic/registers/medicines.py`. Packs, item numbers, DDD and indication
codes are made up; ATC codes follow the WHO index, but were not compared with it. No indication is one of those for
polycystic ovaries (0000092, 0000276, 0000781), which would drop metformin from a definition of diabetes.
"""

from dataclasses import dataclass
from functools import cache

# ATC; name; strength; unit; units in a pack; DDD in a pack; indication; condition, or `short` for short
# courses; weight of the drug among those of its condition.
_LISTED = """
C09AA05;Ramipril Krka;5;mg;100;200;0000081;hypertension;6
C09AA02;Enalapril Actavis;10;mg;100;100;0000081;hypertension;5
C09CA01;Losartan Teva;50;mg;98;98;0000081;hypertension;8
C09CA06;Candesartan Stada;8;mg;98;98;0000081;hypertension;2
C08CA01;Amlodipin Sandoz;5;mg;100;100;0000081;hypertension;9
C03AA01;Centyl mite m. Kaliumklorid;1,25;mg;100;50;0000081;hypertension;3
C03AB01;Centyl med Kaliumklorid;2,5;mg;100;100;0000081;hypertension;3
C08DB01;Diltiazem Stada;120;mg;100;50;0000081;hypertension;1
C09BA02;Enalapril Comp;20;mg;100;100;0000081;hypertension;1
C09DA01;Losartan HCT;50;mg;98;98;0000081;hypertension;2
C10AA01;Simvastatin Bluefish;40;mg;100;133,3;0000082;cholesterol;8
C10AA05;Atorvastatin Xiromed;20;mg;100;100;0000082;cholesterol;9
C10AA07;Rosuvastatin Krka;10;mg;98;98;0000082;cholesterol;3
C10AX09;Ezetimib Stada;10;mg;98;98;0000082;cholesterol;2
A10BA02;Metformin Actavis;500;mg;300;75;0000268;diabetes_2;10
A10BA02;Metformin Orion;1000;mg;100;50;0000268;diabetes_2;4
A10BJ06;Ozempic;1;mg;1;36,4;0000268;diabetes_2;5
A10BJ02;Victoza;6;mg/ml;2;30;0000268;diabetes_2;1
A10BK01;Forxiga;10;mg;98;98;0000268;diabetes_2;3
A10BK03;Jardiance;10;mg;90;51,4;0000268;diabetes_2;4
A10BH01;Januvia;100;mg;98;98;0000268;diabetes_2;2
A10BB12;Glimepirid;2;mg;90;90;0000268;diabetes_2;1
A10AE04;Lantus;100;E/ml;5;37,5;0000268;diabetes_2;2
A10AB05;NovoRapid;100;E/ml;5;37,5;0000268;diabetes_1;6
A10AE05;Levemir;100;E/ml;5;37,5;0000268;diabetes_1;3
A10AE06;Tresiba;100;E/ml;5;37,5;0000268;diabetes_1;5
A10AB04;Humalog;100;E/ml;5;37,5;0000268;diabetes_1;2
R03BB04;Spiriva;18;mikrog;90;90;0000206;copd;5
R03AK07;Bufomix;160;mikrog;120;30;0000206;copd;5
R03AL03;Ultibro Breezhaler;85;mikrog;90;90;0000206;copd;4
R03AL09;Trimbow;87;mikrog;120;30;0000206;copd;4
R03AC02;Ventoline;0,2;mg;200;50;0000206;copd;4
R03AC02;Airomir;0,1;mg;200;25;0000205;asthma;5
R03BA02;Spirocort;200;mikrog;200;50;0000205;asthma;4
R03AK06;Seretide;250;mikrog;60;30;0000205;asthma;2
R03AK10;Relvar;92;mikrog;30;30;0000205;asthma;3
R03DC03;Montelukast;10;mg;98;98;0000205;asthma;2
C03CA01;Furix;40;mg;100;100;0000091;heart_failure;9
C07AB02;Metoprololsuccinat;50;mg;100;33,3;0000091;heart_failure;7
C03DA01;Spironolacton;25;mg;100;33,3;0000091;heart_failure;5
C09DX04;Entresto;51;mg;56;28;0000091;heart_failure;2
C01AA05;Digoxin;62,5;mikrog;100;25;0000091;heart_failure;1
B01AF02;Eliquis;5;mg;60;30;0000432;atrial_fibrillation;9
B01AF01;Xarelto;20;mg;98;98;0000432;atrial_fibrillation;5
B01AE07;Pradaxa;150;mg;60;30;0000432;atrial_fibrillation;2
B01AA03;Marevan;2,5;mg;100;33,3;0000432;atrial_fibrillation;2
C07AB03;Atenolol;50;mg;100;66,7;0000432;atrial_fibrillation;2
C07AB07;Bisoprolol;5;mg;100;50;0000432;atrial_fibrillation;3
B01AC06;Hjertemagnyl;75;mg;100;100;0000085;ischaemic;9
B01AC04;Clopidogrel;75;mg;100;100;0000085;ischaemic;5
C01DA02;Nitroglycerin;0,5;mg;100;20;0000085;ischaemic;2
C07AB02;Selo-Zok;100;mg;100;66,7;0000085;ischaemic;3
B01AC04;Grepid;75;mg;98;98;0000084;stroke;9
B01AC07;Persantin Retard;200;mg;100;50;0000084;stroke;2
C03CA01;Furosemid;250;mg;100;625;0000640;kidney;2
A11CC03;Etalpha;0,25;mikrog;100;25;0000640;kidney;3
B03XA02;Aranesp;30;mikrog;4;26,7;0000640;kidney;1
N06DA02;Donepezil;10;mg;98;130,7;0000345;dementia;6
N06DX01;Memantin;20;mg;98;98;0000345;dementia;4
N06DA03;Rivastigmin;9,5;mg;30;30;0000345;dementia;1
N04BA02;Madopar;100;mg;100;16,7;0000341;parkinson;7
N04BC05;Pramipexol;0,7;mg;100;28;0000341;parkinson;3
N04BD02;Rasagilin;1;mg;100;100;0000341;parkinson;2
N06AB04;Citalopram;20;mg;100;100;0000168;depression;7
N06AB06;Sertralin;50;mg;100;100;0000168;depression;10
N06AB10;Escitalopram;10;mg;98;98;0000168;depression;4
N06AX11;Mirtazapin;15;mg;100;50;0000168;depression;6
N06AX16;Venlafaxin;75;mg;100;75;0000168;depression;3
N06AX21;Duloxetin;60;mg;98;98;0000168;depression;3
N05AH04;Quetiapin;25;mg;100;6,3;0000166;psychosis;6
N05AH03;Olanzapin;5;mg;98;49;0000166;psychosis;4
N05AX12;Aripiprazol;10;mg;98;65,3;0000166;psychosis;3
N05AN01;Litiumkarbonat;300;mg;100;33,9;0000166;psychosis;1
N03AX14;Levetiracetam;500;mg;100;33,3;0000144;epilepsy;5
N03AX09;Lamotrigin;100;mg;98;32,7;0000144;epilepsy;5
N03AG01;Deprakine Retard;500;mg;100;33,3;0000144;epilepsy;2
N02BE01;Pamol;500;mg;300;50;0000061;pain;12
N02BE01;Panodil;500;mg;300;50;0000061;pain;6
M01AE01;Ibuprofen;400;mg;100;33,3;0000061;pain;5
N02AX02;Tramadol;50;mg;100;16,7;0000061;pain;4
N02AA01;Morfin;10;mg;100;10;0000061;pain;2
N02AA05;OxyContin;5;mg;98;6,5;0000061;pain;2
N03AX12;Gabapentin;300;mg;100;16,7;0000061;pain;3
N03AX16;Pregabalin;75;mg;98;24,5;0000061;pain;2
A06AD65;Movicol;13,8;g;100;50;0000171;pain;2
M05BA04;Alendronat;70;mg;12;84;0000217;osteoporosis;9
A12AX;Unikalk Forte;400;mg;180;90;0000217;osteoporosis;4
M05BX04;Prolia;60;mg;1;180;0000217;osteoporosis;2
H03AA01;Eltroxin;50;mikrog;100;33,3;0000247;hypothyroid;6
H03AA01;Euthyrox;100;mikrog;100;66,7;0000247;hypothyroid;3
A02BC01;Omeprazol;20;mg;100;100;0000171;reflux;5
A02BC02;Pantoprazol;40;mg;100;100;0000171;reflux;9
A02BC03;Lansoprazol;30;mg;98;98;0000171;reflux;4
L04AX03;Methotrexat;2,5;mg;100;100;0000310;arthritis;6
P01BA02;Plaquenil;200;mg;100;38,8;0000310;arthritis;2
H02AB06;Prednisolon;5;mg;100;50;0000310;arthritis;4
L02BG04;Letrozol;2,5;mg;100;100;0000520;cancer;3
L02BA01;Tamoxifen;20;mg;100;100;0000520;cancer;2
N02AB03;Fentanyl;25;mikrog/t;10;15;0000061;cancer;2
A03FA01;Metoclopramid;10;mg;100;33,3;0000520;cancer;1
G04CA02;Tamsulosin;0,4;mg;100;100;0000330;prostate;8
G04CB01;Finasterid;5;mg;98;98;0000330;prostate;4
S01EE01;Latanoprost;50;mikrog/ml;3;75;0000380;glaucoma;6
S01ED01;Timolol;5;mg/ml;3;75;0000380;glaucoma;2
R06AX27;Aerius;5;mg;100;100;0000201;allergy;5
R06AE07;Cetirizin;10;mg;100;100;0000201;allergy;4
R01AD09;Nasonex;50;mikrog;140;35;0000201;allergy;4
G03AA07;Malonetta;30;mikrog;63;84;0000055;contraception;6
G03AA12;Yasmin;30;mikrog;63;84;0000055;contraception;3
G03AC09;Cerazette;75;mikrog;84;84;0000055;contraception;3
J01CE02;Vepicombin;800;mg;30;12;0000071;short;14
J01CA04;Imadrax;500;mg;20;6,7;0000071;short;4
J01CA08;Selexid;400;mg;30;20;0000073;short;9
J01CR02;Bioclavid;500;mg;20;6,7;0000071;short;4
J01FA06;Surlid;150;mg;20;10;0000071;short;3
J01FA10;Azithromycin;500;mg;3;5;0000071;short;2
J01EB02;Sulfametizol;500;mg;20;2,5;0000073;short;3
J01XE01;Nitrofurantoin;50;mg;30;7,5;0000073;short;2
J01AA02;Doxycyklin;100;mg;10;10;0000071;short;1
J01MA02;Ciprofloxacin;500;mg;10;5;0000073;short;2
N02BE01;Pinex;500;mg;100;16,7;0000061;short;8
M01AE01;Ipren;400;mg;50;16,7;0000061;short;6
M01AE02;Naproxen;500;mg;50;50;0000061;short;1
N05CF01;Zopiclon;7,5;mg;30;30;0000151;short;4
N05CF02;Zolpidem;10;mg;30;30;0000151;short;2
N05CH01;Circadin;2;mg;30;30;0000151;short;2
N05BA04;Oxazepam;15;mg;50;15;0000150;short;2
H02AB06;Prednisolon DLF;25;mg;25;62,5;0000206;short;3
D07AC01;Betnovat;1;mg/g;100;50;0000231;short;4
D07AB02;Locoid;1;mg/g;100;50;0000231;short;4
D01AC20;Cortimyk;20;mg/g;20;10;0000231;short;2
S01AA01;Kloramfenikol;1;%;4;20;0000379;short;3
S01AA13;Fucithalmic;10;mg/g;5;10;0000379;short;2
N02AX02;Nobligan;50;mg;20;3,3;0000061;short;3
A02BC05;Esomeprazol;20;mg;28;28;0000171;short;3
B03AA07;Ferro Duretter;100;mg;100;50;;short;2
B03BA01;Betolvex;1;mg;100;100;;short;2
A06AD11;Lactulose;667;mg/ml;500;50;0000172;short;3
R05DA04;Kodein;25;mg;20;3,3;0000203;short;2
G03CA03;Vagifem;10;mikrog;18;7,2;0000056;short;2
P02CA01;Vermox;100;mg;6;1;;short;1
N02CC01;Sumatriptan;50;mg;12;12;0000141;short;2
N06BA04;Methylphenidat;18;mg;30;18;0000180;short;2
"""


@dataclass(frozen=True)
class Drug:
    """One pack that can be dispensed. `volume` is the DDD in one pack; `indication` may be empty."""

    atc: str
    name: str
    strength: float
    unit: str
    packsize: float
    volume: float
    indication: str
    condition: str
    weight: float


@cache
def drugs() -> list[Drug]:
    """The listed drugs."""
    return [_drug(line.split(";")) for line in _LISTED.strip().splitlines()]


def _drug(cells: list[str]) -> Drug:
    atc, name, strength, unit, packsize, volume, indication, condition, weight = cells
    return Drug(
        atc,
        name,
        _number(strength),
        unit,
        _number(packsize),
        _number(volume),
        indication,
        condition,
        float(weight),
    )


def _number(text: str) -> float:
    return float(text.replace(",", "."))
