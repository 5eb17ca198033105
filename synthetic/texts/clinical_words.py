"""Clinical words that agree with the structured data: what a code is called, how it shows, what is found and given.

Plain data. `of_diagnosis` finds the words of an SKS code by its longest listed beginning; `CONDITIONS` holds the words
of the long illnesses. Many are eponyms, which look like names and are none.
"""

from functools import cache
from typing import NamedTuple


class Words(NamedTuple):
    """Words of one group of codes: names of the illness, complaints, findings, treatments."""

    diagnoses: tuple[str, ...]
    complaints: tuple[str, ...]
    findings: tuple[str, ...]
    treatments: tuple[str, ...]


# Four lines a group: beginnings of codes and the names of the illness; complaints; findings; treatments.
_LISTED = """
J12 J13 J14 J15 J18: pneumoni; venstresidig pneumoni; bronkopneumoni; lungebetændelse; basal pneumoni
feber, hoste og åndenød; produktiv hoste og kulderystelser; hoste med gulligt opspyt; tiltagende åndenød og feber
rtg. af thorax viser infiltrat i højre underlap; der høres krepitation basalt; CRP er forhøjet
benzylpenicillin; piperacillin/tazobactam; Vepicombin; roxithromycin
J69: aspirationspneumoni; pneumoni efter aspiration
feber og rallende respiration; hoste ved måltider; fejlsynkning og åndenød
infiltrat i højre underlap; der høres grove rallelyde
piperacillin/tazobactam; metronidazol; cefuroxim
J44: KOL i exacerbation; KOL; akut forværring i KOL; KOL med infektion
åndenød og hoste; tiltagende åndenød i hvile; øget opspyt og åndenød; funktionsdyspnø
ronki bilateralt; a-punktur med CO2-retention; svækket respirationslyd
Ventoline på maske; prednisolon; Spiriva; Berodual
J45: astma; astmaanfald; astma i exacerbation
hvæsende vejrtrækning; natlig hoste; åndenød efter anstrengelse
peakflow er nedsat; ronki på eksspirium
Bricanyl; Spirocort; prednisolon; Symbicort
J96: respirationsinsufficiens; akut respirationssvigt
svær åndenød; døsighed og åndenød
saturation 84 % uden ilt; a-punktur med hypoksi
NIV; ilt på næsebrille
J20 J11: akut bronkitis; influenza; influenza A
hoste og ømhed i kroppen; feber og muskelsmerter; tør hoste og snue
rtg. af thorax uden infiltrater; podning er positiv
oseltamivir; Pamol; rigelig væske
B34 U07: covid-19; virusinfektion; covid-19-infektion
feber og hoste; tab af smagssans; træthed og feber
podning er positiv for covid-19; isoleret på enestue
Pamol; ilt på næsebrille; dexamethason
A40 A41 R57: sepsis; urosepsis; sepsis med ukendt fokus
feber og kulderystelser; konfusion og feber; sløvhed og lavt blodtryk
laktat er forhøjet; vækst af Escherichia coli i bloddyrkning; CRP er stigende
piperacillin/tazobactam; meropenem; gentamicin
A46 L03: erysipelas; cellulitis; rosen på venstre crus
rødme og varme på crus; hævet og rødt ben med feber
skarpt afgrænset rødme; rødmen er tegnet op
benzylpenicillin; Vepicombin; dicloxacillin
A08 A09: gastroenteritis; akut gastroenteritis; diarré med dehydrering
diarré og opkastninger; tynde afføringer; kvalme og mavekramper
tørre slimhinder; fæcesprøve for Campylobacter er sendt
væske i.v.; Primperan; isotonisk NaCl
R50: feber af ukendt årsag; feber
feber uden fokus; kulderystelser
bloddyrkninger uden vækst; CRP er let forhøjet
Pamol; observation uden antibiotika
N39 N30 N10: urinvejsinfektion; cystitis; pyelonefritis; febril urinvejsinfektion
svie ved vandladning; hyppig vandladning og feber; flankesmerter; ildelugtende urin
urinstix positiv for nitrit; vækst af E. coli i urinen; bankeømhed over nyrelogen
Selexid; pivmecillinam; cefuroxim; nitrofurantoin
E86: dehydrering; dehydratio
svimmelhed og nedsat væskeindtag; tørst og sløvhed; nedsat almentilstand
nedsat hudturgor; kreatinin er forhøjet
isotonisk NaCl i.v.; glukose i.v.
E87: hyponatriæmi; elektrolytforstyrrelse; hypokaliæmi
konfusion og kvalme; kramper i læggene; træthed
natrium 124; kalium 2,9
kaliumklorid; væskerestriktion; Kaleorid
D50 D53 D64: anæmi; jernmangelanæmi; anæmi uden kendt årsag
træthed og åndenød ved gang; svimmelhed og bleghed
hæmoglobin 5,1; ferritin er lav
blodtransfusion; Monofer; Ferro Duretter
R29 R26: faldtendens; gentagne fald
fald i hjemmet; usikker gang; fald på badeværelset
ortostatisk blodtryksfald; Romberg er positiv
genoptræning; sanering af medicin
R41 F05 F06: delir; akut konfusion; delirium
tiltagende konfusion; urolig og desorienteret; synshallucinationer om natten
CAM er positiv; blæreskanning viser 700 ml
Serenase; skærmning; melatonin
R53 R55 R62: nedsat almentilstand; synkope; svækkelse; besvimelse
træthed og vægttab; besvimelse ved toiletbesøg; nedsat almentilstand
EKG viser sinusrytme; ortostatisk blodtryksfald
væske i.v.; telemetri; observation
Z74: behov for pleje; plejebehov
svigtende evne til at klare sig i hjemmet; nedsat funktionsniveau
funktionsniveauet er faldet væsentligt
aflastningsplads; øget hjemmepleje
L89 L97 E115: tryksår; crussår; diabetisk fodsår; kronisk sår på venstre fod
sår på hælen; sivende sår på crus; dårligt helende sår
såret er 2 x 3 cm med fibrin; puls i a. dorsalis pedis er svag
trykaflastning; Aquacel; kompression; dicloxacillin
I50: hjertesvigt; hjerteinsufficiens; inkompenseret hjertesvigt
hævede ben og åndenød; åndenød i liggende stilling; vægtøgning på 6 kg
LVEF 30 % ved ekko; deklive ødemer; stase på rtg. af thorax
furosemid i.v.; Furix; Entresto; Spiron
I48: atrieflimren; paroksystisk atrieflimren; hurtig atrieflimren; atrieflagren
hjertebanken; uregelmæssig puls; hjertebanken og svimmelhed
EKG viser atrieflimren; frekvens 140
metoprolol; Eliquis; DC-konvertering; amiodaron
I20 I21 I24 I25: akut myokardieinfarkt; NSTEMI; iskæmisk hjertesygdom; angina pectoris; ustabil angina
trykkende brystsmerter; smerter i brystet ud i venstre arm; brystsmerter ved gang
troponin er forhøjet; EKG viser ST-depression; stent i LAD ved KAG
Brilique; Hjertemagnyl; Nitroglycerin; PCI
I35: aortastenose; svær aortastenose
besvimelse ved anstrengelse; åndenød på trapper
systolisk mislyd over cor; ekko viser svær aortastenose
TAVI; vurdering på hjertekonference
I26 I80 I82: lungeemboli; dyb venetrombose; DVT i venstre ben
pludselig åndenød; hævet læg; brystsmerter ved vejrtrækning
d-dimer er forhøjet; CT-angio viser embolus; Wells score 6
Fragmin; Xarelto; Eliquis
R07 Z035 I99: brystsmerter; obs. pro iskæmi; brystsmerter uden iskæmi
trykken for brystet; stikkende smerter i brystet
troponin x 2 er negative; EKG uden iskæmi
Nitroglycerin; Gaviscon
R00: hjertebanken; bradykardi; palpitationer
hjertebanken; anfald af hurtig puls
Holter er bestilt; EKG viser sinusbradykardi
seponering af metoprolol; telemetri
R06: dyspnø; åndenød
åndenød i hvile; åndenød ved trapper
rtg. af thorax uden infiltrater; NT-proBNP er normal
Ventoline; ilt på næsebrille
I10: hypertension; forhøjet blodtryk
hovedpine og forhøjet blodtryk; svimmelhed
hjemmeblodtryk er højt; EKG med hypertrofi
Amlodipin; Ramipril; Losartan
I63 I64 I69 I61: apopleksi; iskæmisk apopleksi; følger efter apopleksi; infarkt i højre hemisfære
kraftnedsættelse i venstre arm; talebesvær; hængende mundvig
CT-C viser infarkt; Babinski er positiv på venstre side; NIHSS 7
trombolyse; Clopidogrel; genoptræning
G45: TCI; transitorisk iskæmi
forbigående talebesvær; forbigående lammelse af arm
CT-C er normal; karultralyd uden stenose
Clopidogrel; Atorvastatin
G40 R56: epilepsi; krampeanfald; epileptisk anfald
krampeanfald med tungebid; bevidsthedstab og kramper
EEG er bestilt; CT-C er normal
Keppra; Stesolid; lamotrigin
R51 G43: hovedpine; migræne; migræne med aura
hovedpine og lysskyhed; kvalme og synsforstyrrelser
ingen nakkestivhed; Kernig er negativ
Sumatriptan; Primperan; Ibuprofen
R42 H81: svimmelhed; BPPV; Ménières sygdom; perifer vestibulær svimmelhed
rotatorisk svimmelhed; kvalme ved hovedbevægelser; susen for øret
Dix-Hallpike er positiv på højre side; nystagmus mod venstre
Epleys manøvre; betahistin
G20: Parkinsons sygdom; morbus Parkinson; Parkinson i forværring
rysten og stivhed; nedsat gang og fald; fastfrysning ved dørtrin
rigiditet og hviletremor; Hoehn og Yahr stadium 3
Madopar; Sinemet; pramipexol
G35: multipel sklerose; attakvis sklerose
føleforstyrrelser i benene; synsnedsættelse på højre øje
MR viser nye læsioner; Lhermitte er positiv
metylprednisolon; Tysabri
G56: karpaltunnelsyndrom; karpaltunnelsyndrom bilateralt
snurren i fingrene om natten; nedsat kraft i tommelen
Phalen og Tinel er positive; ENG bekræfter
dekompression; natskinne
G47: søvnapnø; obstruktiv søvnapnø
snorken og dagtræthed; vejrtrækningspauser om natten
AHI 38 ved måling; Epworth score 15
CPAP; vægttab
G30 F00 F01 F03: Alzheimers sygdom; demens; Alzheimers demens; vaskulær demens
glemsomhed og uro; tiltagende hukommelsesbesvær; svækket stedsans
MMSE 19; CT-C viser atrofi
donepezil; memantin; rivastigmin
E10 E11 H36: diabetes; type 2-diabetes; dysreguleret diabetes; diabetes mellitus
tørst og vægttab; svingende blodsukre; sovende fornemmelse i fødderne
HbA1c 78; blodsukker 21; ketonstoffer er lave
NovoRapid; Metformin; Lantus; Jardiance
E03 E05: lavt stofskifte; Graves' sygdom; hypotyreose; Hashimotos thyreoiditis
træthed og kuldskærhed; hjertebanken og vægttab
TSH er afvigende; scintigrafi er bestilt
Eltroxin; Thycapzol
E66: overvægt; svær overvægt
knæsmerter og vægtøgning; ønske om vægttab
BMI 41; leverparenkym med fedt
Wegovy; kostvejledning
N17 N18: nyresvigt; kronisk nyresygdom; akut nyrepåvirkning
nedsat urinmængde; kvalme og kløe; træthed
kreatinin 312; eGFR 18; UL uden hydronefrose
Furix; Aranesp; seponering af Ibuprofen
K92 K25 K26: blødende ulcus; melæna; mavesår; øvre gastrointestinal blødning
sort afføring; kaffegrumset opkast; mavesmerter
gastroskopi viser ulcus, Forrest 2b; hæmoglobin 5,8
Pantoprazol i.v.; blodtransfusion; endoskopisk hæmostase
K59 K56: obstipation; subileus; ileus
mavesmerter og manglende afføring; udspilet mave og opkastning
CT viser dilaterede tarme; fyldt ampul
Movicol; Klyx; aflastende sonde
K50 K51 K52: Crohns sygdom; morbus Crohn; colitis ulcerosa; colitis
blodige afføringer; mavesmerter og vægttab; ti daglige afføringer
calprotectin 1200; koloskopi viser aktiv inflammation
prednisolon; Remicade; Salazopyrin; azathioprin
K70 K74: levercirrose; alkoholisk cirrose
øget bugomfang; gulfarvning; konfusion
ascites ved UL; Child-Pugh B
Spiron; Lactulose; ascitespunktur
K21: refluks; Barretts øsofagus; refluksøsofagitis
halsbrand; sure opstød om natten
gastroskopi viser øsofagitis, Los Angeles B
Pantoprazol; Gaviscon
K35: akut appendicitis; blindtarmsbetændelse
smerter i højre fossa; vandrende mavesmerter
McBurney er øm; Rovsing er positiv
laparoskopisk appendektomi; metronidazol
K57: divertikulitis; akut divertikulitis
smerter i venstre fossa; feber og mavesmerter
CT viser divertikulitis, Hinchey 1b
cefuroxim og metronidazol; observation
K80 K81: galdesten; akut kolecystitis; galdestensanfald
smerter under højre kurvatur; kvalme efter fed mad
Murphy er positiv; UL viser konkrementer
laparoskopisk kolecystektomi; piperacillin/tazobactam
K85: akut pankreatitis; pankreatitis
bæltesmerter; svære mavesmerter og opkast
amylase 1420; Ranson 2
væske i.v.; smertebehandling
K40 K42 K43: lyskebrok; navlebrok; hernie
bule i lysken; ømhed ved løft
brokket er reponibelt
Lichtenstein-plastik; mesh
R10: mavesmerter; mavesmerter uden sikker årsag
mavesmerter; kvalme og mavesmerter
abdomen er blødt; McBurney er uøm
Pamol; observation
N20 N23: nyresten; uretersten; nyrestensanfald
flankesmerter; smerter ud i lysken
CT viser sten på 5 mm; blod i urinen
diclofenac; ESWL; JJ-kateter
N40 R33: prostatahypertrofi; urinretention; BPH
svag stråle; manglende vandladning; natlig vandladning
blæreskanning viser 900 ml; prostata er forstørret
kateter a demeure; Tamsulosin; Finasterid
C61: prostatacancer; c. prostatae
svag stråle og rygsmerter; forhøjet PSA
PSA 48; Gleason 7
Zoladex; strålebehandling
C67: blæretumor; c. vesicae
blod i urinen
cystoskopi viser papillom
TUR-B; BCG-skylning
C50: c. mammae; brystkræft
knude i højre bryst; hævelse i armhulen
mammografi viser tumor; Ki-67 er 20 %
Letrozol; Tamoxifen; epirubicin
C34: lungecancer; c. pulmonis
hoste og vægttab; blodigt opspyt
PET-CT viser tumor i venstre overlap; Pancoast-tumor udelukkes
carboplatin; pembrolizumab; strålebehandling
C18 C20 C19: c. coli; tyktarmskræft; c. recti
blod i afføringen; ændrede afføringer og vægttab
koloskopi viser tumor; Dukes B
laparoskopisk resektion; kapecitabin
C9 C8: myelomatose; kronisk lymfatisk leukæmi; lymfom; non-Hodgkin-lymfom
træthed og nattesved; hævede lymfeknuder; knoglesmerter
M-komponent; Ann Arbor stadium 3
bortezomib; rituximab; dexamethason
C79 C78 Z515 C: dissemineret kræftsygdom; metastaserende sygdom; cancer i palliativt forløb
smerter og træthed; nedsat appetit og vægttab
CT viser metastaser; Karnofsky 50
morfin; dexamethason; palliativ indsats
C44 L57: basalcellekarcinom; aktinisk keratose; hudtumor
sår på næsen som ikke heler; skællende plet
Mohs' kirurgi drøftes; biopsi er taget
excision; kryoterapi
M16 M17 M19: hofteartrose; knæartrose; artrose; coxarthrosis
smerter i hoften ved gang; startbesvær; smerter i knæet på trapper
rtg. viser svind af ledspalten; Trendelenburg er positiv
total hoftealloplastik; Pamol; fysioterapi
M75: frossen skulder; impingement
smerter i skulderen om natten; nedsat løft af armen
Hawkins og Neer er positive; UL viser ruptur
blokade med Depo-Medrol; fysioterapi
M51 M48 M54: lumbago; diskusprolaps; spinalstenose; lænderygsmerter
rygsmerter med udstråling; smerter i lænden; smerter i benene ved gang
Lasègue er positiv på højre side; MR viser prolaps
Ibuprofen; Tramadol; fysioterapi
M72: Dupuytrens kontraktur; morbus Dupuytren
nedsat strækkeevne i lillefingeren; streng i håndfladen
ekstensionsdefekt på 40 grader
nålefasciotomi; Bunnell-skinne
M79 M60: myalgi; smerter i muskler
smerter i overarm; smerter i læggen
Homans er negativ; CK er normal
Pamol; øvelser
M80 M81: osteoporose; osteoporose med sammenfald
rygsmerter efter løft; højdetab
DEXA med T-score -3,1; sammenfald i L1
Alendronat; Prolia; Unikalk
M05 M06 M35 M45: leddegigt; reumatoid artrit; morbus Bechterew; Sjögrens syndrom; polymyalgia rheumatica
morgenstivhed; hævede fingerled; smerter i skuldrene
Schober 3 cm; IgM-RF er positiv; SR er forhøjet
Methotrexat; prednisolon; Humira
M10: arthritis urica; podagra
rød og øm storetå; hævet knæ
urat er forhøjet; krystaller i ledvæsken
colchicin; allopurinol; naproxen
S72: hoftenært brud; collum femoris-fraktur; pertrokantær fraktur; hoftebrud
smerter i højre hofte efter fald; manglende støtte på benet
benet er forkortet og udadroteret; rtg. viser fraktur, Garden 3
hemialloplastik; glideskrue; Fragmin
S52 S42: Colles' fraktur; håndledsbrud; overarmsbrud; distal radiusfraktur
smerter i håndleddet efter fald; hævet håndled
rtg. viser Colles' fraktur; neurovaskulært intakt
gipsskinne; volar skinne; armslynge
S: fraktur; distorsion; contusio; læsion efter fald
smerter efter fald; hævelse og ømhed; sår efter traume
rtg. uden sikker fraktur; Lachman er stabil; Ottawa er positiv
bandage; gips; sutur; stillingskontrol
S06: commotio cerebri; hovedtraume; subduralt hæmatom
hovedpine efter fald; kvalme efter slag mod hovedet
GCS 15; CT-C uden blødning
observation; commotioregime
T81 T84: postoperativ infektion; infektion i protese; sårinfektion
rødme ved cikatricen; sivning fra såret
vækst af Staphylococcus aureus; CRP er stigende
dicloxacillin; bløddelsrevision; cefuroxim
T50 F10: alkoholintoksikation; abstinenser; forgiftning
sløvhed; rysten og uro
promille 2,4; CIWA 14
Risolid; B-combin; Antabus; Tiamin
T78 L20 L40 L: eksem; urticaria; psoriasis; allergisk reaktion; atopisk dermatitis
kløe og udslæt; skællende udslæt på albuerne; hævet ansigt
Köbners fænomen ses; Nikolsky er negativ
Betnovat; Locoid; Aerius
I83 I70: åreknuder; claudicatio; perifer karsygdom
smerter i læggen efter 100 meter; tunge ben
ankeltryk 45; Fontaine 2b
klipning af åreknuder; Clopidogrel; karkirurgisk vurdering
H: grå stær; glaukom; AMD; nedsat hørelse; mellemørebetændelse
sløret syn; nedsat hørelse på begge ører; øresmerter
visus 0,4; Rinne er negativ på højre side; Weber lateraliserer
Latanoprost; Eylea; kunstig linse; høreapparat
F2: paranoid skizofreni; psykose
stemmehøring; isolationstendens; forfølgelsestanker
PANSS er opgjort; ingen selvmordstanker
Abilify; Zyprexa; Quetiapin
F31 F32 F33: depression; moderat depression; bipolar lidelse
tristhed og søvnløshed; nedsat energi; grådlabil
Hamilton 21; ingen selvmordsplaner
Sertralin; Mirtazapin; lithium; ECT
F4 F6 F9 F: angst; tilpasningsreaktion; PTSD; borderline; ADHD
uro og hjertebanken; søvnbesvær; koncentrationsbesvær
GAF 55; Beck score 24
samtaler; Escitalopram; Methylphenidat
N9 N8: blødningsforstyrrelse; prolaps; metrorragi
kraftige menstruationer; tyngdefornemmelse
UL viser polyp; Bartholins cyste til venstre
Vagifem; ringpessar; Mirena
O: ukompliceret fødsel; kejsersnit; præeklampsi; plukveer; graviditet
veer hvert femte minut; hovedpine og hævede ben; vandafgang
CTG er normal; Apgar 9/1; Bishop score 7
Syntocinon; Trandate; sectio; observation
R97 R99: indbragt uden livstegn; fundet død; mors
fundet livløs i hjemmet; ingen respiration
asystoli på EKG; lysstive pupiller; livor mortis
hjertelungeredning indstillet; pårørende er underrettet
Z95 Z45: kontrol af pacemaker; AV-blok med pacemaker
let svimmelhed; hjertebanken
pacemaker fungerer, Wenckebach er ikke set
ny kontrol om et år
Z: observation; kontrol; efterbehandling; genoptræning
lette gener; ønske om opfølgning
tilstanden er uændret
kontrol; genoptræning
"""

GENERAL = Words(
    diagnoses=("dehydrering", "nedsat almentilstand", "infektion uden kendt fokus", "observation"),
    complaints=("svimmelhed", "træthed og nedsat appetit", "feber", "smerter i maven", "usikker gang"),
    findings=("tilstanden er stabil", "EKG viser sinusrytme", "CRP er let forhøjet"),
    treatments=("Pamol", "væske i.v.", "observation"),
)

_CONDITIONS_TEXT = """
hypertension: hypertension; forhøjet blodtryk; arteriel hypertension
cholesterol: hyperkolesterolæmi; forhøjet kolesterol
diabetes_1: type 1-diabetes; IDDM; type 1-DM
diabetes_2: type 2-diabetes; NIDDM; T2DM; diabetes mellitus type 2
copd: KOL; KOL, GOLD D; svær KOL
asthma: astma; astma bronchiale
heart_failure: hjertesvigt; hjerteinsufficiens, LVEF 35 %; kronisk hjertesvigt
atrial_fibrillation: atrieflimren; AFLI; paroksystisk atrieflimren
ischaemic: iskæmisk hjertesygdom; tidl. AMI; st.p. PCI
stroke: tidl. apopleksi; følger efter apopleksi; st.p. iskæmisk apopleksi
kidney: kronisk nyresygdom; nyreinsufficiens; CKD stadium 3
dementia: Alzheimers sygdom; demens; Alzheimers demens; vaskulær demens
parkinson: Parkinsons sygdom; morbus Parkinson; mb. Parkinson
depression: depression; recidiverende depression
psychosis: skizofreni; psykotisk lidelse
epilepsy: epilepsi; fokal epilepsi
pain: kroniske smerter; lænderygsmerter; artrosesmerter
osteoporosis: osteoporose; osteoporose med sammenfald
hypothyroid: lavt stofskifte; myksødem; Hashimotos thyreoiditis
reflux: refluks; Barretts øsofagus; hiatushernie
arthritis: leddegigt; reumatoid artrit; mb. Bechterew
cancer: tidl. kræftsygdom; cancer i kontrolforløb
prostate: prostatahypertrofi; BPH
glaucoma: grøn stær; glaukom
allergy: pollenallergi; høfeber
contraception: p-pillebrug; i øvrigt rask
"""
OTHER_CONDITIONS = (
    *("i øvrigt rask", "Dupuytrens kontraktur", "Ménières sygdom", "tidl. Bells parese", "Raynauds fænomen"),
    *("st.p. appendektomi", "Heberdens knuder", "tidl. Scheuermann", "lavt stofskifte", "Bakers cyste"),
)
OTHER_DRUGS = ("Pamol", "Panodil", "Unikalk", "Pantoprazol", "Movicol", "Kodimagnyl", "Ipren")


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";"))


CONDITIONS: dict[str, tuple[str, ...]] = {
    key: _words(value) for key, value in (line.split(": ", 1) for line in _CONDITIONS_TEXT.strip().splitlines())
}


@cache
def _groups() -> dict[str, Words]:
    lines = _LISTED.strip().splitlines()
    groups: dict[str, Words] = {}
    for first in range(0, len(lines), 4):
        beginnings, diagnoses = lines[first].split(": ", 1)
        words = Words(_words(diagnoses), *(_words(line) for line in lines[first + 1 : first + 4]))
        groups |= dict.fromkeys(beginnings.split(), words)
    return groups


@cache
def of_diagnosis(code: str) -> Words:
    """The words of an SKS code (`DJ189`); general words for an unknown or empty code."""
    bare = code.removeprefix("D")
    for length in range(len(bare), 0, -1):
        if bare[:length] in _groups():
            return _groups()[bare[:length]]
    return GENERAL
