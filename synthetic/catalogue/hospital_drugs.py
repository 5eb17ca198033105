"""Drugs that hospitals give for an acute illness, by diagnosis, with dose, route and how they are prescribed.

Plain data: who gets what is drawn in `synthetic/hospital/administrations.py`. ATC codes follow the WHO index as
remembered; codes, doses, units and routes were not compared with a list (not verified), and are no advice.
"""

from dataclasses import dataclass
from functools import cache

FIXED, AS_NEEDED, ONCE, ALTERNATING, CONTINUOUS, SCHEME = range(6)
KINDS = ("Fast", "PN", "Engangs", "Alternerende", "Kontinuerlig", "Skema")  # Texts of type_kodetekst.

# ATC; name; dose; unit; route; kind; times a day; most days; chance on a stay; prefixes of diagnoses, * for all
# acute stays, ! for all stays with an operation or a planned one.
_LISTED = """
N02BE01;Paracetamol;1000;mg;p.o.;Fast;4;7;0.42;*
N02BE01;Paracetamol;1000;mg;p.o.;Fast;4;5;0.7;!
N02AA01;Morfin;5;mg;p.o.;PN;2;4;0.18;*
N02AA05;Oxycodon;5;mg;p.o.;PN;2;4;0.45;!
N02AA01;Morfin;2,5;mg;i.v.;PN;2;2;0.4;DS7,DS8,DS3,DK8,DK35,DN20,DI21
N02AA05;Oxycodon depot;10;mg;p.o.;Fast;2;5;0.35;DS72,DM16,DM17
M01AE01;Ibuprofen;400;mg;p.o.;Fast;3;5;0.3;DS5,DS8,DS9,DM5,DN20,DO8
N01AH01;Fentanyl;50;mikrogram;i.v.;Engangs;1;1;0.35;!
N01AX10;Propofol;150;mg;i.v.;Engangs;1;1;0.35;!
A04AA01;Ondansetron;4;mg;p.o.;PN;2;3;0.12;*
B01AB10;Tinzaparin;4500;IE;s.c.;Fast;1;7;0.22;*
B01AB10;Tinzaparin;4500;IE;s.c.;Fast;1;7;0.5;!
B05BB01;Natriumklorid 0,9 %;1000;ml;i.v.;Kontinuerlig;1;3;0.18;*
B05BB01;Natriumklorid 0,9 %;1000;ml;i.v.;Kontinuerlig;2;3;0.6;DE86,DA09,DA4,DK85,DN17,DK56
A12BA01;Kaliumklorid;750;mg;p.o.;Fast;3;3;0.6;DE876
A06AD65;Macrogol;13,8;g;p.o.;Fast;2;6;0.15;*
A06AB08;Natriumpicosulfat;7,5;mg;p.o.;PN;1;4;0.4;DK590,DS72
A06AD11;Lactulose;10;g;p.o.;Fast;2;5;0.5;DK590,DK703
N05CF01;Zopiclon;3,75;mg;p.o.;PN;1;5;0.08;*
A02BC02;Pantoprazol;40;mg;i.v.;Fast;2;3;0.7;DK92,DK25
J01CE01;Benzylpenicillin;1,2;g;i.v.;Fast;4;4;0.65;DJ18,DJ13,DJ15,DA46,DL03
J01CR05;Piperacillin/tazobactam;4;g;i.v.;Fast;4;5;0.6;DA41,DJ69,DK81,DK57,DT81,DJ44
J01CA01;Ampicillin;2;g;i.v.;Fast;4;4;0.35;DN10,DN39,DK80
J01CA11;Mecillinam;400;mg;p.o.;Fast;3;5;0.5;DN39,DN30
J01GB03;Gentamicin;320;mg;i.v.;Fast;1;3;0.35;DA41,DN10,DK35
J01DC02;Cefuroxim;1500;mg;i.v.;Fast;3;4;0.3;DA41,DN10,DK35,DR50
J01DC02;Cefuroxim;1500;mg;i.v.;Engangs;1;1;0.3;DM16,DM17,DS72,DO82
J01FA09;Clarithromycin;500;mg;p.o.;Fast;2;5;0.25;DJ18,DJ15,DJ44
J01XD01;Metronidazol;500;mg;i.v.;Fast;3;4;0.6;DK35,DK57,DK81
J01CF01;Dicloxacillin;1000;mg;p.o.;Fast;3;7;0.4;DL03,DT81,DT84,DS61
J01XA01;Vancomycin;1000;mg;i.v.;Skema;2;6;0.12;DT84,DA41
J05AH02;Oseltamivir;75;mg;p.o.;Fast;2;5;0.6;DJ11
H02AB02;Dexamethason;6;mg;p.o.;Fast;1;7;0.5;DB34
H02AB06;Prednisolon;37,5;mg;p.o.;Skema;1;7;0.8;DJ44,DJ45
R03AC02;Salbutamol;2,5;mg;inhal.;Fast;4;5;0.75;DJ44,DJ45,DJ96
R03BB01;Ipratropium;500;mikrogram;inhal.;Fast;4;5;0.5;DJ44,DJ96
C03CA01;Furosemid;40;mg;i.v.;Fast;2;5;0.8;DI50,DR060
C03CA01;Furosemid;20;mg;i.v.;Engangs;1;1;0.12;DJ1,DJ44,DD64
C01DA02;Glyceryltrinitrat;400;mikrogram;sublingv.;PN;1;3;0.5;DI20,DI21,DI25
B01AC06;Acetylsalicylsyre;75;mg;p.o.;Fast;1;7;0.85;DI20,DI21,DI63,DG45
B01AC06;Acetylsalicylsyre;300;mg;p.o.;Engangs;1;1;0.7;DI21,DI20
B01AC24;Ticagrelor;90;mg;p.o.;Fast;2;6;0.6;DI21
B01AC04;Clopidogrel;75;mg;p.o.;Fast;1;7;0.7;DI63,DG45
B01AB05;Fondaparinux;2,5;mg;s.c.;Fast;1;4;0.5;DI21,DI20
B01AF02;Apixaban;5;mg;p.o.;Fast;2;7;0.5;DI48,DI26,DI80
B01AF01;Rivaroxaban;15;mg;p.o.;Fast;2;7;0.4;DI26,DI80
B01AD02;Alteplase;63;mg;i.v.;Engangs;1;1;0.15;DI63
B01AA03;Warfarin;2,5;mg;p.o.;Alternerende;1;8;0.06;DI48,DI26
C07AB02;Metoprolol;50;mg;p.o.;Fast;1;7;0.5;DI48,DI21,DR00
C01BD01;Amiodaron;300;mg;i.v.;Engangs;1;1;0.15;DI48
C01AA05;Digoxin;125;mikrogram;p.o.;Alternerende;1;8;0.15;DI48,DI50
B03AC01;Jern;1000;mg;i.v.;Engangs;1;1;0.5;DD50
B03BA01;Cyanocobalamin;1000;mikrogram;i.m.;Engangs;1;1;0.5;DD53,DD51
A11DA01;Thiamin;300;mg;p.o.;Fast;1;5;0.8;DF10,DK70
N05BA02;Chlordiazepoxid;50;mg;p.o.;PN;3;3;0.7;DF10
N05AD01;Haloperidol;0,5;mg;p.o.;PN;1;4;0.4;DF05,DR41
N05AH03;Olanzapin;10;mg;p.o.;Fast;1;10;0.6;DF2,DF31
N05BA04;Oxazepam;15;mg;p.o.;PN;2;5;0.3;DF
N06AB06;Sertralin;50;mg;p.o.;Fast;1;10;0.5;DF32,DF33
N05AN01;Lithiumkarbonat;600;mg;p.o.;Fast;1;10;0.3;DF31
N03AX14;Levetiracetam;500;mg;p.o.;Fast;2;6;0.6;DG40,DR56
A10AB05;Insulin aspart;6;IE;s.c.;Skema;3;6;0.6;DE10,DE11
V06DC01;Glukose 10 %;500;ml;i.v.;Kontinuerlig;1;2;0.3;DE10,DE87
H01BB02;Oxytocin;10;IE;i.m.;Engangs;1;1;0.85;DO8
M05BA08;Zoledronsyre;5;mg;i.v.;Engangs;1;1;0.1;DS72,DC
C01CA03;Noradrenalin;4;mikrogram/min;i.v.;Kontinuerlig;1;2;0.1;DA41
N02AB03;Fentanyl plaster;25;mikrogram/t;transd.;Fast;1;2;0.15;DC
"""


@dataclass(frozen=True)
class HospitalDrug:
    """One way to give a drug: `kind` is a position in KINDS, `belongs` holds prefixes of diagnoses, `*` or `!`."""

    atc: str
    name: str
    dose: float
    unit: str
    route: str
    kind: int
    a_day: int
    days: int
    chance: float
    belongs: tuple[str, ...]


@cache
def hospital_drugs() -> list[HospitalDrug]:
    """The listed drugs."""
    return [_drug(line.split(";")) for line in _LISTED.strip().splitlines()]


def _drug(cells: list[str]) -> HospitalDrug:
    atc, name, dose, unit, route, kind, a_day, days, chance, belongs = cells
    return HospitalDrug(
        atc,
        name,
        float(dose.replace(",", ".")),
        unit,
        route,
        KINDS.index(kind),
        int(a_day),
        int(days),
        float(chance),
        tuple(belongs.split(",")),
    )
