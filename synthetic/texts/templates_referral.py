"""Sentences of general practitioners' referrals in Danish: history, medicine, question."""

from synthetic.texts.templates import Templates, listed, topics

_OPENINGS = """
Henvisning. {name}, {cpr}, {home}.
Kære kolleger. Jeg henviser hermed {name}, {age} år, pga. {complaint}.
Vedr.: {name}, cpr. {cpr}, tlf. {phone}.
Henvises til {department} mhp. udredning for {complaint}.¶Pt.: {name}, {cpr}.
{age}-årig {sex}, {mr}, henvises med {complaint} siden {date}.
Diagnose: {diagnosis}. Pt. {name} ({cpr}) bor på {home}.
Tak fordi I vil se {name}, f. {cpr}.
Hermed henvises {mr}, {cpr}, som jeg har set {date}.
Re: {name}, {address}. Ønskes set i amb.
Pt. {first} har henvendt sig {small} gange siden {date} pga. {complaint}.
Akut henvisning: {name}, {cpr}, {complaint}.
Til visitationen. {name} på {age} år, kendt her siden {date}.
Undertegnede har tilset {first} i hjemmet, {address}, {date}.
Genhenvisning af {name}, {cpr}; tidl. set hos jer {date}.
Subakut henvisning vedr. {mr}, mobil {phone}.
"""
_MAIN = """
Henvisningsdiagnose: {diagnosis}.
Jeg mistænker {diagnosis}, da der er {complaint}.
Obs. {diagnosis}: {finding}.
Problemstilling: {diagnosis}, tiltagende gennem {small} mdr.
Primært mistænkes {diagnosis}, trods {treatment}.
"""
_BODY = """
Anamnese: {complaint} gennem {small} uger, tiltagende siden {date}.
Pt. har {complaint}, værst om natten.
Har siden {month} haft {complaint}, uden traume.
Debut {date} med {complaint}; forværres ved gang.
Symptomerne startede da {first} var på besøg hos {relative}.
Sygemeldt siden {date} pga. {complaint}.
Ifølge {relative} har der været {complaint} i længere tid.
Tiltagende gener; {first} kan ikke længere passe arbejdet hos {outsider_full}.
Pt. er generet af {complaint} i hverdagen og sover dårligt.
{relative_full} bekræfter anamnesen.

Tidl.: {condition}, {condition}.
Kendt med {condition}, opereret {date}.
Øvrige sygdomme: {condition}. I familien Huntington og Crohn.
Har {condition}. Tidl. fulgt af {outsider_full}, som er gået på pension.
Fra tidl. journal (lægen {outsider_full}): {condition}.
Konkurrerende lidelser: {condition}; ingen tegn til Parkinson.
Tidl. indlagt {date} på {department}, epikrise vedlagt.
Mor har Alzheimer, far døde af apopleksi i {month}.
Ingen tidl. sygdomme af betydning fraset {condition}.
Bror har Bechterew; selv undersøgt for dette {date}.

Medicin: {drugs}.
Aktuel medicin iflg. FMK: {drugs}. Cave penicillin.
Får {drug} {use}, tåler ikke Ipren.
Jeg har forsøgt med {treatment} uden effekt.
Har prøvet {treatment} og Pamol; sidstnævnte p.n.
Medicin {drugs}; dispenseres af {outsider}.
Er startet på {treatment} {date}.
{drug} er sep. {date} pga. bivirkninger.
Ordineret {treatment} pr. telefon {date}, recept sendt.
Ingen fast medicin bortset fra {drug}.

Obj.: BT {bp}, puls {pulse}, tp. {temperature}. {finding_big}.
Objektivt upåvirket, BT {bp}, st.p.: {lungs}.
Ved us. i dag: {finding}. Lasègue neg. bilat.
BT {bp}, BMI {bmi}, vægt {weight} kg. {finding_big}.
Objektivt findes intet påfaldende; Babinski og Romberg ia.
GU ia. Vægttab ca. {small} kg siden {month}.
Almentilstand god, {lungs}, ingen deklive ødemer.
EKG her i kl.: sinusrytme. Spirometri: FEV1 {weight} %.
I klinikken findes {finding}.
Psykisk: Hamilton {number}, ingen selvmordstanker.

Bl.pr. {date}: CRP {crp}, hgb. {hb}, kalium {potassium}.
{lab}. Svar fra {date}.
Blodprøver ia. fraset CRP {crp}.
Urin D+R sendt {date}, svar foreligger ikke.
Rtg. {date} bestilt på sygehuset i {town_name}.
Laboratoriesvar {date}: {lab}.
Der er taget prøver {date}, rekv. {journal}.
Billeddiagnostik: UL {date} uden sikker patologi.
Hgb. {hb}, SR {number}, PSA {small},{small}.
Tidl. MR på jeres afd., jf. j.nr. {journal}.

Socialt: bor på {address} med {relative}.
Enlig, hjemmehjælp fra {town_name}. Kontaktperson er {outsider_full}, {outsider_phone}.
Gift, arbejder som pedel. {relative} følger med til us.
Bor {home}; kan ikke selv transportere sig.
Pårørende: {relative_full}, {relative_phone}, mail {relative_email}.
Plejehjemsbeboer, kontakt plejen ved {outsider_first} på {outsider_phone}.
{relative} er værge og skal indkaldes samtidig.
Tolk ønskes; {other} kan evt. hjælpe.
Har bil og kan møde med kort varsel, {phone}.
Skal ledsages af {relative_first} pga. hukommelsesbesvær.

Jeg beder jer venligst vurdere, om der er indikation for {treatment}.
Spørgsmål: er der tale om {diagnosis}?
Mhp. videre udredning og behandling.
Tages til vurdering? Gerne inden {date}.
Henvises til vurdering ved jer, gerne hos {staff}.
Ønskes indkaldt på {phone}, helst efter kl. {clock}.
Har konf. tlf. med {staff}, som accepterer henvisningen.
Pt. ønsker at blive set i {town_name}, evt. privat.
Venligst send tid til {email}.
Beder om snarlig tid, da {relative_first} rejser {date}.

Pt. er informeret og indforstået.
{first} er bekendt med ventetiden og har samtykket.
Kopi af henv. givet til {relative}.
Svar udbedes til undertegnede, ydernr. {provider}.
Mobil {phone}, e-mail {email}, indkald gerne pr. mail.
Genoptræning er aftalt i kommunen ved {outsider_full}.
Forsikringssag: skadenr. {journal}, pt. ønsker kopi.
Kontakt mig på {author_phone} ved tvivl.
Sendes også til {staff_mail}.
Må kontaktes via naboen {outsider_first}, {outsider_phone}.
"""
_SIGNATURES = """
Mvh. {author_name} / {initials}
Med venlig hilsen¶{author_name}¶{author_place}
Venlig hilsen {author}, ydernr. {provider}
Mvh {author_first}
/{initials}
Dbh. {author_name}, {author_place}, tlf. {author_phone}
Vh {initials_lower}
Med kollegial hilsen¶{author_name}, aut. {authorisation}
{author_name}¶{author_mail}
{initials}, {author_place}
Mvh {author}¶Autorisations-ID {authorisation}
Kollegial hilsen {author_first}, {author_place}
Venligst {author_name}, {author_title}
Hilsen {author_name} ({initials})
Kh {author_first} / {initials_lower}
"""

REFERRAL = Templates(listed(_OPENINGS), listed(_MAIN), topics(_BODY), listed(_SIGNATURES))
