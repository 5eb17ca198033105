"""Sentences of home-care notes in Danish: what a helper or a home nurse writes on the doorstep.

Short and telegraphic, about the citizen (`borger`), neighbours, relatives, keys and doors. Names stand here in small
letters and without titles more than in hospital notes, and people are named whom no register knows.
"""

from synthetic.texts.templates import Templates, listed, topics

_OPENINGS = """
Besøg hos {name}. Borger har det {state}.
{first} lå stadig i sengen da jeg kom.
Aftenbesøg kl {clock}. {Mr} sad i stolen og så tv.
borger {name} ({cpr}) besøgt d.d.
Kom kl. {clock}, {first} lukkede selv op.
Morgenpleje givet hos {first}, {address}.
Kald fra {first} kl {clock}, nødkald.
Borger oplyser at have det {state}, {first} er dog bleg.
Ingen hjemme hos {name} ved besøg kl. {clock}.
Adv. besøg kl {clock} hos {last}, {home}.
tilsyn hos {first}, banket på, ikke svar først.
{mr} fundet på badeværelsesgulvet {date} kl. {clock}.
SPL besøg: {name}, cpr {cpr}. Sårpleje.
{first} virker trist i dag.
Hentet medicin til {first} på apoteket.
Vedr. {name}, {address}: aflyst besøg, borger er hos {relative}.
Første besøg hos {name} efter udskrivelse {date}.
nat: alt roligt hos {first}.
Besøg {date}. {first} ville ikke i bad.
Ringet til borger {first} på {phone}, tager ikke telefonen.
"""
_MAIN = """
Udskrevet fra sygehus med {diagnosis}.
Har været indlagt m. {diagnosis}, er træt.
Obs. {complaint}, jf. udskrivningsbrev.
Borger får {treatment} efter indlæggelsen.
Obs forværring i {diagnosis}, ring til spl.
"""
_BODY = """
Nøgleboks ved hoveddøren, kode {key_code}.
Døren var låst, fik nøgle af {outsider}.
OBS nøglen til nøgleboks binder, giv besked til {staff_mail}.
Brug bagdøren på {address}, hoveddøren er i stykker.
{outsider} har ekstra nøgle, tlf {outsider_phone}.
Ny kode til nøgleboks: {key_code}, giv det videre.
Nøgle afleveret til {relative} {date}.
Ring på hos {outsider_full} hvis der ikke lukkes op.
Låsen er skiftet {date}, ny nøgle i nøgleboksen.
Hoveddør stod åben, naboen {outsider_first} havde set til borger.

{relative} var på besøg, vil gerne ringes op på {relative_phone}.
Snakket med {relative_first}, som er bekymret.
{relative} har købt ind, der er mad i køleskabet.
{relative_first} kommer i weekenden og hjælper med tøjvask.
Pårørende {relative_full} ønsker kontakt, tlf. {relative_phone}.
{relative} synes ikke borger kan være alene længere.
Har skrevet til {relative_email}, afventer svar.
borger siger at {relative_first} ikke har været der i en uge.
Aftalt m. {relative}, at {other} tager med til lægen {date}.
{first} taler meget om {relative_first} og vil ringe hele tiden.

{drugs} givet kl. {clock}.
Dosetter passer ikke, {drug} mangler i torsdag.
Borger havde glemt {drug} i aftes. Spl orienteret.
{drug} hældt op, blisterpakning tom {date}.
Insulin givet, BS {small},{small}.
Ville ikke tage {drug}, siger den giver kvalme.
Øjendråber givet x 2. {drug} er væk.
Fentanylplaster skiftet, sidder på hø. skulder.
Medicin tælles op {date}, der er {number} tbl for lidt.
Får {drug} {use} og Pamol p.n.

Spist en halv portion, drukket {small} glas saft.
Havde ikke spist siden i går, smurt {small} stk. mad.
Vægt {weight} kg, tabt sig siden {month}.
Køleskabet tomt, der mangler mælk og brød.
Får mad udefra, men den stod urørt.
God appetit, bedt om ekstra kartofler.
Borger drikker for lidt, der er sat vand frem.
Kvalme efter maden. har ikke kastet op
Fødselsdagskage fra {outsider_first}, spist {small} stykker.
Fortykket væske givet, hoster stadig lidt.

Hjulpet i bad, huden pæn. smurt ben.
Sår på hæl skiftet, lugter lidt. Billede sendt til {author_mail}.
Støttestrømper på, ødem i begge ben.
Rød numse, cavilon på. obs tryksår
Kateterpose tømt {volume} ml, uklar urin.
Nedre toilette i seng m. {aid}, {first} hjalp lidt til.
Har haft diare, skiftet alt sengetøj.
Neglene trænger, fodterapeut bestilt {date}.
Bleen var gennemvåd, skal skiftes str.
Hudafskrabning v albue, renset og plaster på.

BT {bp}, puls {pulse}, tp {temperature}.
BT {bp} hvilet. EWS {small}.
Temp {temperature}, lidt varm at røre ved.
Sat {saturation}, RF {respiration}. Virker kortåndet.
Vægt {weight} kg, BT {bp}, ikke svimmel.

Gik med {aid} til døren, usikker.
Faldet i nat, ikke slået sig. {Relative} er ringet op.
Rollatoren punkteret, hjælpemiddeldepot kontaktet.
Skal have loftlift, APV er lavet {date}.
Ergo {staff_first} kommer {date} og ser på badebænk.
Træner trappe med {staff_first}, det går fremad.
Løftes m. 2 personer, Sara Stedy bruges.
sengen kan ikke køre op, ring til depot.
Kan ikke komme op af stolen selv mere.
Gået tur om Bo-enheden med {outsider_first}.

Husker dårligt, spurgte {small} gange hvad dag det er.
Sur og afvisende, vil have {staff_first} i stedet.
Vil hjem til {town_name}, tror ikke hun bor her.
Grædende, savner {outsider_first} som døde i {month}.
Bange for at være alene om aftenen.
Glad og snakkende, sang hele badet.
Vågen hele natten ifølge {outsider}.
Sagde at der var en mand i stuen, der var ingen.
Har Parkinson, stivere end normalt i dag.
Beder om besøgsven, evt {outsider_full}.

Kontaktet {staff}, kigger forbi i morgen.
Skrevet til {staff_mail} ang. mere tid.
Egen læge ringet, svar {date}.
Vagtlæge {outsider_full} har ordineret {treatment}.
{staff_first} ved besked, følg op {date}.
Aftalt med {staff_first} at vi kommer {small} x dgl.
Tlf. til {staff_phone}, ikke svar.
Advis til visitator {staff_full} om ekstra bad.
Lagt seddel til {staff_first} i mappen.
Spl {staff_initials} informeret, tager over.

Hunden {outsider_first} var løs, luk lågen.
Fjernsyn virker ikke, {relative_first} kigger på det.
Går på datacenter i {town_name} hver tirsdag.
Regning fra {address} ligger på bordet, {relative} tager den.
Flytter på plejehjem {date}, adressen opsiges.
Rengøring næste gang {date}.
Skraldespand ikke tømt, sagt til {outsider}.
Der ligger breve til {outsider_full} i postkassen på {address}.
Læg frakke og Line-stok ved døren.
Hjemmet er koldt, kan ikke skrue op for varmen.
"""
_SIGNATURES = """
{author_first}
/{initials}
mvh {author_first}
{author_name}, {author_title}
{initials_lower}
vh {author_name}
{author_title} {author_first}
{initials}
Hilsen {author_first}, {author_place}
mvh {author_first} {initials_lower}
{author_name} {author_mail}
/{author_first}
Mvh. {author}
{author_first}, aftenvagt
skrevet af {author_first}, tlf {author_phone}
"""

HOME_CARE = Templates(listed(_OPENINGS), listed(_MAIN), topics(_BODY), listed(_SIGNATURES))
