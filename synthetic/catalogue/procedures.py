"""Procedure codes of the Danish SKS: operations (K), treatments (B), examinations (U) and anaesthesia (N), with the
diagnoses and specialties of which they are part.

The shared lists hold diagnosis codes only: none of these codes was compared with the SKS list (not verified, from
memory; the first four characters follow the Nordic operation codes). Chances and lengths are set by hand.
"""

from dataclasses import dataclass
from functools import cache

# Code; what it is; chance on a contact of an acute stay, a planned stay, an emergency visit, an outpatient visit;
# minutes; to what it belongs: prefixes of diagnoses, or names of specialties behind @; anaesthesia, sides (0/1).
_LISTED = """
KNFB40;total hip replacement;0,0.85,0,0;95;DM161;1;1
KNGB40;total knee replacement;0,0.85,0,0;90;DM171;1;1
KNFB02;half hip prosthesis;0.3,0,0,0;75;DS720;1;1
KNFJ51;nail in the femur;0.35,0,0,0;60;DS721;1;1
KNFJ70;screws in the neck of the femur;0.25,0,0,0;55;DS720;1;1
KNCJ65;plate on the radius;0.2,0.5,0,0;60;DS525;1;1
KNBJ61;plate on the humerus;0.2,0.4,0,0;80;DS422;1;1
KNHJ63;plate at the ankle;0.5,0.5,0,0;75;DS826,DS829;1;1
KNCJ05;closed setting of a broken forearm;0,0,0.35,0.02;25;DS525;0;1
KNBA11;arthroscopy of the shoulder;0,0.5,0,0;55;DM751;1;1
KABC16;removal of a slipped disc;0.25,0.6,0,0;80;DM511;1;0
KABC56;decompression of the lumbar spine;0.2,0.6,0,0;100;DM480;1;0
KACC51;decompression of the median nerve;0,0.7,0,0.15;25;DG560;0;1
KNDM09;operation for Dupuytren's contracture;0,0.6,0,0.1;45;DM720;0;1
KQDB05;wound sutured, finger or hand;0,0,0.6,0.02;20;DS610;0;1
KQAB05;wound sutured, head;0,0,0.55,0;20;DS019;0;0
KJEA01;laparoscopic removal of the appendix;0.85,0.5,0,0;50;DK358;1;0
KJKA21;laparoscopic removal of the gall bladder;0.3,0.8,0,0;75;DK800,DK802,DK810;1;0
KJAB11;laparoscopic repair of an inguinal hernia;0.1,0.8,0,0;55;DK409;1;1
KJAF10;repair of an umbilical hernia;0,0.8,0,0;40;DK429;1;0
KJFB30;right hemicolectomy;0.25,0.5,0,0;150;DC189;1;0
KJGB00;anterior resection of the rectum;0.1,0.6,0,0;190;DC209;1;0
KJFB46;resection of the sigmoid;0.12,0.3,0,0;140;DK573;1;0
KJAP00;release of adhesions;0.3,0.3,0,0;95;DK566;1;0
KUJD02;gastroscopy;0.45,0.3,0.02,0.12;20;DK922,DK921,DK259,DD509,DK219;0;0
KUJF32;colonoscopy;0.25,0.3,0,0.2;35;DK921,DK509,DK519,DD509,DC189,DC209,DK573;0;0
KJKE02;stones taken from the bile duct by endoscopy;0.25,0.2,0,0;45;DK800,DK859;1;0
KKED22;transurethral resection of the prostate;0.05,0.7,0,0;65;DN409;1;0
KKCD05;transurethral resection in the bladder;0.2,0.7,0,0;40;DC679;1;0
KKEC00;removal of the prostate;0,0.6,0,0;150;DC619;1;0
KUKC02;cystoscopy;0.1,0.2,0.02,0.2;15;DC679,DN201,DR339,DN309;0;0
KKBE00;stone removed from the ureter;0.25,0.4,0,0;55;DN201,DN209;1;1
KHAB40;part of the breast removed;0,0.6,0,0;80;DC509;1;1
KLCD04;laparoscopic removal of the womb;0.05,0.6,0,0;105;DN8,DD25;1;0
KMCA10;caesarean section;0.95,0.95,0,0;50;DO829;1;0
KMASH00;induced labour;0.2,0.25,0,0;30;DO809;0;0
KCJE20;cataract removed, lens put in;0,0.9,0,0.2;20;DH269;0;1
KCKD05;injection into the vitreous body;0,0,0,0.55;10;DH353,DH360;0;1
KPHD12;varicose veins treated;0,0.7,0,0.1;45;DI839;0;1
KPEH20;bypass to the artery of the thigh;0.1,0.4,0,0;150;DI702;1;1
KFNG05;PCI with stent;0.6,0.5,0,0;60;DI21,DI20;0;0
KFPE00;pacemaker;0.1,0.35,0,0;70;DI44,DI49,DR001;0;0
KFMD12;aortic valve put in by catheter;0.02,0.3,0,0;110;DI350;1;0
KFPB32;ablation for atrial fibrillation;0,0.3,0,0;140;DI480,DI489;1;0
UXAC85;coronary angiography;0.7,0.3,0,0.02;40;DI21,DI20,DI251;0;0
UXUC80;echocardiography;0.35,0.1,0.02,0.12;30;@heart;0;0
UXCA00;CT of the head;0.5,0,0.3,0.05;15;DI6,DS06,DR55,DG45,DR410,DF059;0;0
UXCD10;CT of the abdomen;0.4,0.1,0.1,0.05;20;DK,DR104,DC,DN10,DN20;0;0
UXRC00;X-ray of the chest;0.5,0.02,0.1,0.04;10;DJ,DI50,DR509,DA41,DR074;0;0
UXRG20;X-ray of the hip;0.6,0.5,0.3,0.2;10;DS72,DM161;0;1
UXRF30;X-ray of the hand or wrist;0.2,0.2,0.8,0.3;10;DS525,DS61,DS62;0;1
UXRH10;X-ray of the ankle;0.3,0.2,0.6,0.2;10;DS82,DS93;0;1
BGXA1;non-invasive ventilation;0.2,0,0,0;480;DJ44,DJ96;0;0
BGDA0;mechanical ventilation;0.06,0.01,0,0;900;DA41,DJ96,DI46;0;0
BGXA4;oxygen;0.5,0.02,0.05,0;600;DJ1,DJ44,DJ96,DB34,DI50;0;0
BJFD00;acute haemodialysis;0.12,0,0,0;240;DN179;0;0
BJFD2;chronic haemodialysis;0.25,0.1,0,0.45;240;DN185;0;0
BFCA0;cardioversion;0.25,0.4,0.1,0.03;20;DI48;0;0
BWHA1;chemotherapy, basic;0.05,0.25,0,0.3;120;DC509,DC349,DC189,DC9,DC83;0;0
BWGC1;radiotherapy, external;0.01,0.05,0,0.12;20;DC509,DC349,DC619,DC209;0;0
BOHA1;blood transfusion;0.12,0.08,0.01,0.02;150;DD50,DD64,DK92,DC9,DS72;0;0
BAFA80;thrombolysis;0.15,0,0,0;60;DI63;0;0
BRXA9;talking therapy, single;0.15,0.1,0.02,0.35;50;@psychiatry;0;0
BRTB1;electroconvulsive treatment;0.12,0.2,0,0.01;25;DF322,DF319;1;0
BUBB1;urinary catheter put in;0.45,0.1,0.3,0.08;15;DR339;0;0
BTPD3;examination by a geriatric team;0.45,0.1,0.02,0.25;45;@geriatrics;0;0
BVAA33;training by a physiotherapist;0.25,0.35,0,0.04;40;DS72,DI6,DM161,DM171,DR296,DJ44;0;0
"""
ANAESTHESIA = ("NAAC10", "NAAD10")  # General, regional.
SIDES = ("TUL1", "TUL2")  # Right, left.


@dataclass(frozen=True)
class Procedure:
    """One procedure: `chance` by setting (acute stay, planned stay, emergency visit, outpatient visit), usual length in
    minutes, prefixes of diagnoses or specialties (`@name`), whether under anaesthesia and whether it has a side.
    """

    code: str
    name: str
    chance: tuple[float, ...]
    minutes: int
    belongs: tuple[str, ...]
    anaesthesia: bool
    sided: bool


@cache
def procedures() -> list[Procedure]:
    """The listed procedures."""
    return [_procedure(line.split(";")) for line in _LISTED.strip().splitlines()]


def _procedure(cells: list[str]) -> Procedure:
    code, name, chances, minutes, belongs, anaesthesia, sided = cells
    return Procedure(
        code=code,
        name=name,
        chance=tuple(float(chance) for chance in chances.split(",")),
        minutes=int(minutes),
        belongs=tuple(belongs.split(",")),
        anaesthesia=anaesthesia == "1",
        sided=sided == "1",
    )
