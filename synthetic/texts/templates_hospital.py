"""Sentences of hospital notes in Danish: admission, progress and nursing notes.

Discharge letters and the signatures stand in `templates_discharge.py`; the form is told in `templates.py`. Many
sentences hold words that look like names and are none.
"""

from synthetic.texts.templates import Templates, listed, topics
from synthetic.texts.templates_discharge import NURSE_SIGNATURES, SIGNATURES

_ADMISSION_OPENINGS = """
{age}-årig {sex} indlægges akut med {complaint}. Pt. hedder {name}.
Pt. {name}, cpr {cpr}, indlagt via akutmodtagelsen med {complaint}.
Indlæggelsesnotat. {name} ({cpr}), {age} år, henvist af egen læge på mistanke om {diagnosis}.
{first} er en {age}-årig {sex}, som indbringes med ambulance fra {address} med {complaint}.
Aktuelt: {name} henvender sig med {complaint} gennem {number} dage. Bopæl {home}.
Modtaget {date} kl. {clock}. {age}-årig {sex}, {last}, kendt med {condition}.
{mr} på {age} år indlægges fra eget hjem med {complaint}. Cpr {cpr}.
Indlagt d.d. via vagtlæge. {name}, {age} år, har siden {date} haft {complaint}.
Overflyttet fra skadestuen kl. {clock}: {name}, {cpr}, med {complaint}.
Årsag til indlæggelse: {complaint}. Patienten {first} er {age} år og kendt med {condition}.
Primær journal. {name}, født {cpr}, adresse {home}. Indl. obs. {diagnosis}.
{age}-årig {sex}, {mr}, fundet af {relative} i hjemmet {date} med {complaint}.
Akut modtagelse kl. {clock}. {Mr} ses på båre, ledsaget af {relative_full}.
112-kald. {name}, {address}, hentet af Falck kl. {clock} pga. {complaint}.
Vedr. {name}, cpr-nr. {cpr}. Elektivt indkaldt til udredning for {complaint}.
"""
_ADMISSION_MAIN = """
Tentativ diagnose: {diagnosis}.
Indlægges obs. {diagnosis}; {finding}.
Konklusion: {age}-årig {sex} med {diagnosis}, påvirket af {complaint}.
Anamnesen passer bedst med {diagnosis}.
Samlet vurderes tilstanden som {diagnosis}, differentialdiagnostisk infektion af anden årsag.
"""
_ADMISSION_BODY = """
Allergier: ingen kendte. Tobak: {number} pakkeår. Alkohol: under Sundhedsstyrelsens anbefaling.
CAVE: penicillin. Ryger ikke, alkohol ved festlige lejligheder.
Cave Iodkontrast. Tidl. storryger, stoppet i {month}.
Eksp.: tobak 0, alkohol {small} genstande ugtl. Ingen kendte allergier.
Ingen allergi oplyst. Har røget {number} år, drikker ikke alkohol.

Dispositioner: far død af AMI, søster har Parkinson.
Disp.: mor havde Alzheimer, ellers intet arveligt.
Der er ophobning af colitis og Crohn i familien på mødrene side.
Faderen havde Bechterew; broderen er opereret for Dupuytren.
Familiær disposition: Huntingtons sygdom er udelukket hos begge forældre.

Tidligere: {condition}. Er senest kontrolleret {date} i amb.
Kendt med {condition} og {condition}, følges hos egen læge.
Har ifølge egen læge tidligere fået konstateret {condition}.
Tidl. indlagt {date} på {department} pga. {condition}.
Øvrige sygdomme: {condition}, i stabil fase siden {month}.

Medicin ifølge FMK: {drugs}. Tager selv sin medicin.
Med.: {drugs}, doseres af hjemmesygeplejen.
Fast medicin er {drugs}; sidst taget i morges.
Får {drug} {use}. Pt. kan ikke redegøre for øvrig medicin.
Medicinen gennemgået med {relative}: {drugs}.

Socialt: bor alene på {address}, får hjemmehjælp {small} gange dagligt.
Bor sammen med {relative} i hus. Klarer sig selv uden hjælp.
Soc.: bor i lejlighed, {home}, {small}. sal uden elevator.
Enlig, pensioneret. Kommer på aktivitetscenter i {town_name} hver uge.
Hverdagen klares med hjælp fra {relative} og indkøbsordning.

Pårørende: {relative}, tlf. {relative_phone}. Er orienteret om indlæggelsen.
Anamnesen er suppleret af {relative_full}, som er med i akutmodtagelsen.
{relative} er ringet op på {relative_phone} og kommer i aften.
Nærmeste pårørende er {relative_full}; ønsker besked ved ændringer.
Som kontaktperson anføres {relative_full}, mobil {relative_phone}.

Obj.: vågen og klar, BT {bp}, puls {pulse}, sat. {saturation} % uden ilt, tp. {temperature}.
Objektivt: kontaktbar, BT {bp}, puls {pulse} regelmæssig, RF {respiration}, saturation {saturation} %.
Almentilstand påvirket, tp. {temperature}, BT {bp}. GCS 15.
Vitale værdier ved ankomst: BT {bp}, puls {pulse}, RF {respiration}, tp. {temperature}. EWS {small}.
A: fri luftvej. B: RF {respiration}, sat. {saturation} %. C: BT {bp}, puls {pulse}. D: GCS 15.

Cor: regelmæssig aktion. Pulm.: {lungs}. Abdomen blødt og uømt. Ingen deklive ødemer.
St.c.: ia. St.p.: {lungs}. Abd. uden peritoneal reaktion.
Der høres {lungs}. Cor uden mislyde. UE uden ødemer, Homans negativ.
Neurologisk: ingen pareser, Babinski plantar, Romberg ikke undersøgt.
Hud varm og tør. {lungs_big} ved stetoskopi; maven er blød.

EKG viser sinusrytme uden iskæmi. Rtg. af thorax bestilt.
Paraklinik: CRP {crp}, hgb. {hb}, kalium {potassium}. {finding_big}.
A-gas uden retention. Laktat {small},1. EKG uændret ift. tidl.
Bl.pr.: CRP {crp}, leukocytter {small},8, kreatinin {weight}.
Urinstix neg. for nitrit. Bloddyrkning x 2 taget kl. {clock}.

Der er fundet Dupuytrens kontraktur på højre hånd, ikke behandlingskrævende.
Tidl. ekko med LVEF {lvef} %. Wells score {small}.
Glasgow Coma Scale 15, ingen Brudzinski eller Kernig.
Har haft svimmelhed tolket som Ménière, men ingen høretab nu.
Virchows glandel palperes ikke, ingen Osler-knuder.

Plan: {treatment}. Konf. {staff}.
Der opstartes {treatment}; ny vurdering ved stuegang. Konf. m. {staff}.
Plan: 1) {treatment} 2) bl.pr. i morgen 3) fys. vurdering.
Behandling: {treatment}, væskeskema, TOKS x {small}. Bagvagt: {staff}.
Drøftet med {staff}, som anbefaler {treatment}.

Patienten kan kontaktes på {phone} eller via {email}.
{relative_full} er informeret om planen. HLR: ja.
Informeret mundtligt samtykke er indhentet. Mobil {phone}.
Behandlingsniveau er drøftet med {first}: fuld behandling.
Udskrives formentlig til {address} om {small} dage.
"""

_PROGRESS_OPENINGS = """
Stuegang. {name} har det {state} i dag.
Kontinuationsnotat {date}. {first} er {state}, afebril, BT {bp}.
Tilset sammen med {staff}. Patienten {last} angiver {complaint}.
Konf. med {staff}. {name}, cpr. {cpr}, fortsætter uændret behandling.
Telefonkonsultation. Ringet til {first} på {phone}. Klager fortsat over {complaint}.
Svar på blodprøver gennemgået med {first}. {lab}.
Stuegang v. {staff}. {Mr} er vågen og klar, fortsat {complaint}.
Tilsyn kl. {clock} hos {name} ({cpr}) pga. {complaint}.
{mr} er tilset {date}; tilstanden er {state}.
Ambulant kontrol af {name}, {age} år, {address}.
Videokonsultation med {first} og {relative}. Har det {state}.
Kald fra spl. kl. {clock}: {mr} har fået tiltagende {complaint}.
Notat efter telefonsamtale med {relative_full} vedr. {name}.
Gennemgang uden pt. Sag: {name}, {cpr}. Drøftet på MDT {date}.
Aftenstuegang. {first} føler sig {state} efter gårsdagens behandling.
"""
_PROGRESS_MAIN = """
Indlagt med {diagnosis}, nu i bedring.
{diagnosis_big}: {finding}. Planen er uændret.
Under behandling for {diagnosis} med {treatment}.
Forløbet tolkes fortsat som {diagnosis}.
Dag {small} efter indlæggelse med {diagnosis}.
"""
_PROGRESS_BODY = """
Infektionstal er faldende, CRP {crp}. Fortsætter {treatment}.
CRP {crp}, leukocytter faldende. Der skiftes til {treatment} p.o.
Blodprøver d.d.: hgb. {hb}, kalium {potassium}, CRP {crp}.
Hæmoglobin {hb}, kalium {potassium}. Der suppleres med kaliumklorid.
Svar på bloddyrkning fra {date}: ingen vækst.

BT {bp}, puls {pulse}, saturation {saturation} %. Ingen nye klager.
Vitale værdier stabile: BT {bp}, tp. {temperature}, RF {respiration}.
Obj.: upåvirket. BT {bp}, puls {pulse}. St.p.: {lungs}.
Afebril gennem {small} døgn, puls {pulse}. Vægt {weight} kg.
Objektivt bedre, {lungs}, ingen ødemer. TOKS {small}.

Drøftet på konference med {staff}, som er enig i planen.
Konf. m. bagvagt {staff}: afventer rtg.-svar.
Efter aftale med {staff} seponeres {drug}.
Der er indhentet råd fra {staff} på {staff_phone}.
Ifølge {staff} kan telemetri stoppes.

Der er talt med {relative} om udskrivelse; vil gerne ringes op på {relative_phone}.
{relative_full} er orienteret pr. telefon.
Samtale med {first} og {relative}: indforstået med planen.
Pårørende, {relative_full}, har spørgsmål til medicinen.
{relative} ønsker at være til stede ved stuegang {date}.

Mistanke om Alzheimers sygdom, henvises til demensudredning.
MMSE {mmse} af 30, henvises til demensklinik ved tiltagende glemsomhed.
Obs. delir; {first} er orienteret i egne data, men ikke i tid.
Bevidsthedsklar, men træt. Beck og Hamilton er ikke udfyldt.
Klager over snurren; Tinel neg., Phalen tvivlsom.

Kontrol om {number} dage i ambulatoriet. Indkaldelse sendes til {address}.
Tid til skopi {date}; brev er sendt til {home}.
MR er bestilt til {date}. Indkaldes på tlf. {phone}.
Henvises til røntgen af lænd og bækken. Ingen mistanke om brud.
Holter-monitorering {date}, svar via egen læge.

Der anlægges perifer line i venstre arm. Line skiftes om {small} dage.
PVK fjernes. Fortsætter {drug} per os {use}.
Nyt kateter str. 14 (Foley) er anlagt uden problemer.
Medicin: {drugs}. {drug} pauseres frem til {date}.
Venflon er subkutan; der lægges ny af anæstesien.

Svar på MR foreligger: degenerative forandringer, ingen Morbus Bechterew.
CT beskriver ingen tegn på Crohn. {finding_big}.
Rtg. svar: {finding}.
Babinski er plantar bilateralt. Romberg er negativ.
Ved EKG ses sinusrytme, ingen Wenckebach eller WPW.

Der ses en god effekt af {treatment}; fortsætter uændret.
Tåler {drug} godt, ingen bivirkninger.
Bivirkninger til {drug}: kvalme og svimmelhed. Sættes ned.
Smertedækkes med Pamol 1 g x 4 og morfin p.n.
Nefrologerne frarår NSAID; Ipren seponeres.

Fys. træner gang med {aid}. {first} vil gerne bo hjemme så længe som muligt.
Mobiliseres med {aid}. Visitator i {town_name} er kontaktet.
Barthel {weight}. Ergo vurderer behov for hjælpemidler på {address}.
Ernæring: BMI {bmi}, NRS {small}. Protindrik ordineres.
Borg {number} efter gang på trapper, ellers i habitualtilstand.

Aftalt, at {first} ringer til afsnittet på {staff_phone} ved forværring.
Spørgsmål kan sendes til {staff_email}.
{first} træffes på {phone} efter kl. {clock}.
Kopi er sendt til {email} efter pt.s eget ønske.
Pt. er informeret og accepterer. Skriftlig info på {email}.
"""

_NURSING_OPENINGS = """
Sygepleje: {first} har sovet {state} i nat.
{first} er hjulpet til personlig pleje. Mobiliseret til stol med {aid}.
Aftenvagt. {name} har haft besøg af {relative}.
Nattevagt: ringet efter hjælp kl. {clock}. {first} var urolig og spurgte efter {relative}.
Pt. {last} klager over smerter, NRS {small}. Har fået paracetamol 1 g per os kl. {clock}.
Modtaget fra akutmodtagelsen kl. {clock}. Armbånd kontrolleret: {name}, {cpr}.
Dagvagt. {Mr} er oppegående på stuen med {aid}.
Sygeplejestatus {date}: {name}, {age} år, {cpr}.
Overtaget fra nattevagten. {Mr} er {state}, men træt.
{first} tager selv bad, har brug for hjælp til støttestrømper.
Plejen overtaget kl. {clock} af ut. {Mr} ligger i seng {small}.
Indlæggelsessamtale med {name} og {relative_full} kl. {clock}.
Kl. {clock}: {mr} fundet siddende på gulvet ved sengen, uskadt.
Obs. vagt kl. {clock}. {first} ligger i vinduessengen, er {state}.
Ankomstsygepleje: {name} ({cpr}) fra {address}. ID-bånd er sat på.
"""
_NURSING_MAIN = """
Indlagt med {diagnosis}.
Pt. er i behandling for {diagnosis}, får {treatment}.
Problem: {diagnosis}. Mål: selvhjulpen ved udskrivelsen.
Årsag til indl.: {diagnosis}; klager over {complaint}.
Observeres for {diagnosis} jf. lægens ordination.
"""
_NURSING_BODY = """
TOKS {small}: BT {bp}, puls {pulse}, tp. {temperature}, respirationsfrekvens {respiration}.
EWS {small}. BT {bp}, P {pulse}, sat. {saturation} % m. 2 l ilt.
Værdier kl. {clock}: BT {bp}, puls {pulse}, tp. {temperature}.
Respiration: RF {respiration}, sat. {saturation} %. Hoster slim op.
Cirkulation: BT {bp}, puls {pulse}, varm og tør hud.

Væskeindtag {volume} ml, diurese {volume} ml. Afføring {small} gange.
Har spist halvdelen af aftensmaden og drukket {volume} ml saftevand.
Ernæring: småtspisende, vægt {weight} kg. Protin x {small}.
Kvalme hele formiddagen; har fået Primperan med effekt.
Kostregistrering startet, har taget {small} protindrikke.

Huden over sacrum er intakt, trykaflastende madras er bestilt.
Såret på venstre crus er skiftet; der er sparsom sivning. Ny skift om {small} dage.
Braden score {number}. Hælene er aflastet.
Hud: tør, smøres med Locobase. Rødme i lysken, får Cortimyk.
Tryksår grad {small} på hælen, renses med NaCl.

Kateter a demeure ligger godt, der er klar urin i posen.
Har ladt vandet {small} gange, BS viser {number} ml.
Mave: afføring {date}, får Movicol og Laxoberal.
Bladderscan {volume} ml, SIK efter aftale med vagtlæge.
Stomi passes af {first} selv, der er lidt blod i posen.

{relative} har været på besøg og tager tøj med hjemmefra.
{relative_full} ønsker at blive kontaktet ved ændringer, tlf. {relative_phone}.
{relative} har ringet, er orienteret om natten.
Har fået blomster af {relative}. {relative_first} kommer igen {date}.
Besøg af {relative_full} og {other} i eftermiddag.

{first} fortæller, at det bliver godt at komme hjem i egen seng.
{first} er ked af det og savner {relative}.
Psykosocialt: bekymret for hjemmet på {address}.
{mr} virker forvirret i aften og kalder personalet for {relative_first}.
Samtale med præsten ønsket; kommer {date}.

Briller og høreapparat er lagt i skuffen. Mobil {phone} ligger i tasken.
Værdier er låst inde. Nøgle til {address} ligger i skabet.
Tøj og tandprotese i pose mrk. {name}.
Telefon {phone} er tændt, oplader mangler.
Egne sko og Zimmerstol står på stuen.

Har været oppe at gå på gangen med {aid}. Lidt svimmel.
Forflyttes med {aid}. Faldtruet, skridsikre sokker givet.
Ligger mest i sengen, øvelser fra fys. er gennemgået.
Aktivitet: siddet oppe til maden, gået {number} m med {aid}.
Vendes hver 3. time; Trendelenburg-leje tåles ikke.

Der er givet morfin {small} mg subkutant med god effekt.
Har fået {drug} kl. {clock}; kastet op efter.
P.n. Pamol givet x {small}, NRS falder til {small}.
Medicin: {drug} var ikke på stuen, er bestilt på apoteket.
Smerter ved mobilisering, VAS {small}; Dolol gives før træning.

Lægen, {staff}, er orienteret og tilser i løbet af vagten.
Kontaktet {staff} kl. {clock}, ordinerer {treatment}.
Afventer {staff} mhp. ny ordination.
Rp. {treatment} jf. {staff}.
Videregivet til {staff}, lok. {staff_phone}.

Hjemmeplejen er kontaktet om hjælp fra {date}; de kommer på {address}.
Sekretæren har skrevet til {email} om tidspunkt for hjemtransport.
Hjemtransport bestilt {date} til {home}.
Plejeforløbsplan er sendt. Kontakt hjemmeplejen i {town_name}.
Udskrives {date}, nøgleboks findes på {address}.
"""

ADMISSION = Templates(listed(_ADMISSION_OPENINGS), listed(_ADMISSION_MAIN), topics(_ADMISSION_BODY), SIGNATURES)
PROGRESS = Templates(listed(_PROGRESS_OPENINGS), listed(_PROGRESS_MAIN), topics(_PROGRESS_BODY), SIGNATURES)
NURSING = Templates(listed(_NURSING_OPENINGS), listed(_NURSING_MAIN), topics(_NURSING_BODY), NURSE_SIGNATURES)
