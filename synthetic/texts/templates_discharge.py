"""Sentences of discharge letters (epikriser) in Danish, and the signatures of hospital notes."""

from synthetic.texts.templates import Templates, listed, topics

SIGNATURES = listed("""
Mvh. {author} / {initials}
Med venlig hilsen¶{author}
/{initials}
{author}, {author_place}
Venlig hilsen {author}, tlf. {staff_phone}
Dikteret af {author} / {initials}
Mvh {author}¶{author_email}
{author_name}¶{author_place}
Vh. {author_first}, {author_place}
Med venlig hilsen¶{author_name}¶{author_title}
{author} ({initials})
Sign. {author}
DBH {author_name}
{initials}
Med venlige hilsner¶{author}, {author_place}¶Tlf. {staff_phone}
""")

NURSE_SIGNATURES = listed("""
/{initials}
{author}
Mvh. {author}
Vh. {author_first}
{author_name}, {author_place}
Hilsen {author_first} / {initials}
{author_name} / {initials}
{initials}
Skrevet af {author}
/{initials} spl.
""")

_OPENINGS = """
Epikrise. {name}, cpr-nr. {cpr}, udskrives {date} til eget hjem, {address}.
{age}-årig {sex}, {name}, indlagt med {diagnosis}. Udskrives i dag i {state_adjective} tilstand.
Resumé: {name} blev indlagt {date} på grund af {complaint}. Diagnose: {diagnosis}.
Kære kollega. Vedr. {name}, {cpr}. Indlagt med {diagnosis}, behandlet med {treatment}.
Udskrivningsbrev for {name}. Forløbet har været ukompliceret, og pt. har det nu {state}.
Til egen læge. Vedr. {cpr}, {name}, {home}.
Epikrise vedr. {name}, {age} år. Indlagt {date}, udskrevet {date}.
Udskrivelse: {mr}, cpr {cpr}, udskrives til {address} d.d.
Tak for henvisningen af {name}, som blev indlagt {date} med {complaint}.
Ambulant epikrise. {name} ({cpr}) er set {date} pga. {complaint}.
Kære kolleger. {first} har været indlagt på {department} fra {date}.
Afsluttende notat om {name}, bopæl {home}. Indlagt obs. {diagnosis}.
{name}, {cpr}, er behandlet for {diagnosis} og udskrives til vanlige rammer.
Opsummering af forløb for {mr}, {age} år, kendt med {condition}.
Pt. {name} udskrives {date}. Årsag til indlæggelse: {complaint}.
"""
_MAIN = """
Aktionsdiagnose: {diagnosis}.
Indlagt med {complaint}, som viste sig at skyldes {diagnosis}.
Under indlæggelsen konstateret {diagnosis}: {finding}.
Der er tale om {diagnosis}, behandlet med {treatment}.
Udskrivningsdiagnose er {diagnosis}; bidiagnose {condition}.
"""
_BODY = """
Kendt med {condition}. Får fast {drugs}.
Tidligere {condition} og {condition}; følges hos egen læge.
Af tidl. sygdomme nævnes {condition}, diagnosticeret {date}.
Øvrig anamnese: {condition}. Medicin før indl.: {drugs}.
Baggrund: {condition}, habituelt selvhjulpen med {aid}.

Behandlet med {treatment}, som fortsætter i alt {number} dage.
Fik {treatment} med god effekt, kunne overgå til tbl. {date}.
Ved ankomsten: {finding}. Opstartet {treatment}.
Forløb: {treatment} fra {date}. Herefter hurtig bedring.
Pt. blev konf. med {staff}, og der blev givet {treatment}.

Objektivt ved udskrivelsen: BT {bp}, puls {pulse}, tp. {temperature}.
BT {bp} ved udskrivelsen. Vægt {weight} kg, BMI {bmi}.
Ved udskrivelsen afebril, sat. {saturation} % uden ilt.
Udskrives med BT {bp}, puls {pulse}, afebril i {small} døgn.
Klinisk: {lungs}, BT {bp}, ingen ødemer.

Blodprøver ved udskrivelsen: CRP {crp}, hæmoglobin {hb}, kalium {potassium}.
Seneste prøver {date}: CRP {crp}, hgb. {hb}.
Biokemi er normaliseret fraset CRP på {crp}.
{lab}. Øvrige prøver er uden anmærkninger.
Hgb. faldt fra {hb} til {hb}, men er nu stabil.

Der var ingen tegn på Crohn eller colitis ved skopien.
Supplerende MR: ingen Bechterew, let slidgigt.
Neurolog har vurderet: ikke Parkinson, formentlig essentiel tremor.
Romberg og Babinski ia.; ingen tegn på Guillain-Barré.
Ekko ved {department}: ingen Takotsubo, LVEF {lvef} %.

Medicinændringer: {treatment} er opstartet, morfin er seponeret.
{drug} er seponeret pga. svimmelhed, øvrig medicin er uændret.
Medicin ved udskrivelsen: {drugs}.
FMK er ajourført. {drug} pauseret til {date}.
Der er ændret i {drug}; se venligst FMK.

Egen læge bedes kontrollere væsketal og CRP om {number} dage.
Vi beder egen læge om kontrol af BT om {small} uger.
Kontrol i ambulatoriet {date}; tid sendes til {address}.
Ses i amb. om {small} mdr., indkaldes på tlf. {phone}.
Ingen ambulant kontrol. Egen læge følger op pr. {date}.

{relative} henter {first} kl. {clock} og er informeret om planen.
{first} og {relative_full} er informeret om forløbet.
Pårørende, {relative}, træffes på {relative_phone}.
{first} bor hos {relative} den første tid.
Afhentes af {relative_full}, som har fået medicinen med.

Der er bestilt hjemmesygepleje til sårpleje på {address} fra {date}.
Genoptræningsplan er lavet og sendt til kommunen.
Hjemmeplejen i {town_name} genoptager besøg {date}.
Får hjælp af kommunen {small} gange dgl. fra {date}.
Udskrives til aflastning; Zimmer frame og bækkenstol er bestilt.

{first} ønsker ikke genoplivning; det er drøftet med {relative_full}.
HLR-status: ja. {first} er bekendt med dette.
Pt. er vejledt om rygestop og motion ved {staff}.
Kørsel: frarådes i {small} uger.
Pt. er oplyst om røde flag, herunder Horner og cauda equina.

Ved spørgsmål kan {staff} kontaktes på {staff_phone}.
Pt. er orienteret på tlf. {phone} om svar på prøver.
Kopi til pt. på {email}.
Afsluttes til egen læge. Tak for henvisningen af {last}.
Henvendelse om forløbet: {staff_email}.
"""

DISCHARGE = Templates(listed(_OPENINGS), listed(_MAIN), topics(_BODY), SIGNATURES)
