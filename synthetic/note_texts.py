"""Sentences of journal notes in Danish, with marks in braces for what `synthetic/notes.py` fills in.

Marks that name somebody or something personal: name, first, last, cpr, address, phone, email, relative
(relation and first name), relative_full, relative_phone, staff (title and name), staff_last, staff_email,
staff_phone. All other marks are clinical or dates. Many sentences hold words that look like names and are
none.
"""

# ruff: noqa: E501 - a sentence stands on one line.

OPENINGS = {
    "indlaeggelsesnotat": (
        "{age}-årig {sex} indlægges akut med {complaint}. {Name_line}",
        "Pt. {name}, cpr {cpr}, indlagt via akutmodtagelsen med {complaint}.",
        "Indlæggelsesnotat. {name} ({cpr}), {age} år, henvist af egen læge på mistanke om {diagnosis}.",
        "{first} er en {age}-årig {sex}, som indbringes med ambulance fra {address} med {complaint}.",
        "Aktuelt: {name} henvender sig med {complaint} gennem {number} dage. Bopæl {address}.",
        "Modtaget {date} kl. {clock}. {age}-årig {sex}, {last}, kendt med {condition}.",
    ),
    "kontinuationsnotat": (
        "Stuegang. {name} har det {state} i dag.",
        "Kontinuationsnotat {date}. {first} er {state}, afebril, BT {bp}.",
        "Tilset sammen med {staff}. Patienten {last} angiver {complaint}.",
        "Konf. med {staff}. {name}, cpr. {cpr}, fortsætter uændret behandling.",
        "Telefonkonsultation. Ringet til {first} på {phone}. Klager fortsat over {complaint}.",
        "Svar på blodprøver gennemgået med {first}. {lab}.",
    ),
    "sygeplejenotat": (
        "Sygepleje: {first} har sovet {state} i nat.",
        "{first} er hjulpet til personlig pleje. Mobiliseret til stol med {aid}.",
        "Aftenvagt. {name} har haft besøg af {relative}.",
        "Nattevagt: ringet efter hjælp kl. {clock}. {first} var urolig og spurgte efter {relative}.",
        "Pt. {last} klager over smerter, NRS {small}. Har fået paracetamol 1 g per os kl. {clock}.",
        "Modtaget fra akutmodtagelsen kl. {clock}. Armbånd kontrolleret: {name}, {cpr}.",
    ),
    "epikrise": (
        "Epikrise. {name}, cpr-nr. {cpr}, udskrives {date} til eget hjem, {address}.",
        "{age}-årig {sex}, {name}, indlagt med {diagnosis}. Udskrives i dag i {state} tilstand.",
        "Resumé: {name} blev indlagt {date} på grund af {complaint}. Diagnose: {diagnosis}.",
        "Kære kollega. Vedr. {name}, {cpr}. Indlagt med {diagnosis}, behandlet med {drug}.",
        "Udskrivningsbrev for {name}. Forløbet har været ukompliceret, og pt. er nu {state}.",
    ),
}

BODY = {
    "indlaeggelsesnotat": (
        "Allergier: ingen kendte. Tobak: {number} pakkeår. Alkohol: under Sundhedsstyrelsens anbefaling.",
        "Kendt med {condition}. Får {drug} {dose} mg x {small} dagligt.",
        "Dispositioner: far død af AMI, søster har Parkinson.",
        "Objektivt: vågen og klar, BT {bp}, puls {pulse}, saturation {saturation} % på atmosfærisk luft, tp. {temperature}.",
        "Cor: regelmæssig aktion. Pulm.: {lungs}. Abdomen blødt og uømt. Ingen deklive ødemer.",
        "EKG viser sinusrytme uden iskæmi. Røntgen af thorax bestilt.",
        "Socialt: bor alene på {address}, får hjemmehjælp {small} gange dagligt.",
        "Bor sammen med {relative} i hus. Klarer sig selv uden hjælp.",
        "Pårørende: {relative}, tlf. {relative_phone}. Er orienteret om indlæggelsen.",
        "Anamnesen er suppleret af {relative_full}, som er med i akutmodtagelsen.",
        "Plan: indlægges til observation, væske iv., {drug} opstartes. Konf. {staff}.",
        "Medicin ifølge FMK. Tager selv sin medicin og kan redegøre for den.",
        "Har ifølge egen læge tidligere fået konstateret {condition}, senest kontrolleret {date}.",
        "Der er fundet Dupuytrens kontraktur på højre hånd, ikke behandlingskrævende.",
        "Patienten kan kontaktes på {phone} eller via {email}.",
    ),
    "kontinuationsnotat": (
        "Infektionstal er faldende, CRP {crp}. Fortsætter {drug} {dose} mg per os.",
        "BT {bp}, puls {pulse}, saturation {saturation} %. Ingen nye klager.",
        "Drøftet på konference med {staff}, som er enig i planen.",
        "Der er talt med {relative} om udskrivelse; {relative_full} vil gerne ringes op på {relative_phone}.",
        "Mistanke om Alzheimers sygdom, henvises til demensudredning.",
        "Kontrol om {number} dage i ambulatoriet. Indkaldelse sendes til {address}.",
        "Der anlægges perifer line i venstre arm. Line skiftes om {small} dage.",
        "Fys. træner gang med rollator. {first} vil gerne bo hjemme så længe som muligt.",
        "Hæmoglobin {hb}, kalium {potassium}. Der suppleres med kaliumklorid.",
        "Henvises til røntgen af lænd og bækken. Ingen mistanke om brud.",
        "Svar på MR foreligger: degenerative forandringer, ingen Morbus Bechterew.",
        "Aftalt, at {first} ringer til afsnittet på {staff_phone} ved forværring.",
        "Spørgsmål kan sendes til {staff_email}.",
        "Babinski er plantar bilateralt. Romberg er negativ.",
        "Der ses en god effekt af {drug}; dosis sættes til {dose} mg dagligt.",
    ),
    "sygeplejenotat": (
        "Væskeindtag {volume} ml, diurese {volume} ml. Afføring {small} gange.",
        "Har spist halvdelen af aftensmaden og drukket {volume} ml saftevand.",
        "{relative} har været på besøg og tager tøj med hjemmefra.",
        "{relative_full} ønsker at blive kontaktet ved ændringer, tlf. {relative_phone}.",
        "TOKS {small}: BT {bp}, puls {pulse}, tp. {temperature}, respirationsfrekvens {respiration}.",
        "Huden over sacrum er intakt, trykaflastende madras er bestilt.",
        "Kateter a demeure ligger godt, der er klar urin i posen.",
        "Hjemmeplejen er kontaktet om hjælp fra {date}; de kommer på {address}.",
        "Briller og høreapparat er lagt i skuffen. Mobil {phone} ligger i tasken.",
        "Har været oppe at gå på gangen med {aid}. Lidt svimmel.",
        "Såret på venstre crus er skiftet; der er sparsom sivning. Ny skift om {small} dage.",
        "{first} fortæller, at det bliver godt at komme hjem i egen seng.",
        "Lægen, {staff}, er orienteret og tilser i løbet af vagten.",
        "Der er givet morfin {small} mg subkutant med god effekt.",
        "Sekretæren har skrevet til {email} om tidspunkt for hjemtransport.",
    ),
    "epikrise": (
        "Behandlet med {drug} {dose} mg dagligt, som fortsætter i alt {number} dage.",
        "Egen læge bedes kontrollere væsketal og CRP om {number} dage.",
        "Medicinændringer: {drug} er opstartet, morfin er seponeret.",
        "Blodprøver ved udskrivelsen: CRP {crp}, hæmoglobin {hb}, kalium {potassium}.",
        "{relative} henter {first} kl. {clock} og er informeret om planen.",
        "Kontrol i ambulatoriet {date}; tid sendes til {address}.",
        "Pt. er orienteret på tlf. {phone} om svar på prøver.",
        "Der er bestilt hjemmesygepleje til sårpleje på {address} fra {date}.",
        "Ved spørgsmål kan {staff} kontaktes på {staff_phone}.",
        "Genoptræningsplan er lavet og sendt til kommunen.",
        "Der var ingen tegn på Crohn eller colitis ved skopien.",
        "{first} ønsker ikke genoplivning; det er drøftet med {relative_full}.",
        "BT {bp} ved udskrivelsen. Vægt {weight} kg, BMI {bmi}.",
        "Afsluttes til egen læge. Tak for henvisningen af {last}.",
    ),
}

SIGNATURES = (
    "Mvh. {author} / {initials}",
    "Med venlig hilsen\n{author}",
    "/{initials}",
    "{author}, {department}",
    "Venlig hilsen {author}, tlf. {staff_phone}",
    "Dikteret af {author} / {initials}",
    "Mvh {author}\n{staff_email}",
    "",
)

COMPLAINTS = (
    "åndenød og hoste",
    "feber og kulderystelser",
    "brystsmerter",
    "svimmelhed",
    "smerter i højre hofte efter fald",
    "mavesmerter og opkastninger",
    "tiltagende konfusion",
    "hævede ben",
    "nedsat almentilstand",
    "svie ved vandladning",
    "diarré",
    "hovedpine",
    "hjertebanken",
    "kraftnedsættelse i venstre arm",
    "rygsmerter",
)
CONDITION_WORDS = (
    "KOL",
    "hypertension",
    "type 2-diabetes",
    "atrieflimren",
    "Parkinsons sygdom",
    "Alzheimers demens",
    "hjertesvigt",
    "Crohns sygdom",
    "osteoporose",
    "astma",
    "Dupuytrens kontraktur",
    "Ménières sygdom",
    "kronisk nyresygdom",
)
DIAGNOSIS_WORDS = (
    "pneumoni",
    "urinvejsinfektion",
    "hoftenært brud",
    "KOL i exacerbation",
    "apopleksi",
    "dehydrering",
    "sepsis",
    "hjertesvigt",
    "gastroenteritis",
    "obstipation",
    "Ménières sygdom",
    "lungeemboli",
)
DRUG_WORDS = (
    "Furix",
    "Pamol",
    "Metoprolol",
    "Selexid",
    "Imadrax",
    "Eliquis",
    "Prednisolon",
    "Pantoprazol",
    "Madopar",
    "Ramipril",
)
STATES = ("godt", "rimeligt", "uændret", "bedre", "lidt bedre", "stabilt", "vel", "habituelt")
AIDS = ("rollator", "en person", "to personer", "gangbord", "albuestok")
LUNGS = ("vesikulær respiration", "krepitation basalt", "ronki bilateralt")
LAB = ("CRP 12, leukocytter 8,4", "kreatinin 96, eGFR 58", "HbA1c 48, LDL 2,1", "Hb 7,9 og ferritin 22")
DEPARTMENTS = (
    "Medicinsk Afdeling",
    "Akutafdelingen",
    "Ortopædkirurgi",
    "Lungesygdomme",
    "Hjertesygdomme",
    "Geriatri",
)
RELATIONS_MEN = ("sønnen", "broderen", "ægtefælle", "svigersønnen", "naboen", "samlever")
RELATIONS_WOMEN = ("datteren", "søsteren", "ægtefælle", "svigerdatteren", "naboen", "veninden")
