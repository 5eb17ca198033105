"""Danish words that explain a capital at the start of a sentence.

Words only; how they are used is decided in `words.py`, and what may stand with a capital anywhere is in
`lexicon.py`. No word here is in the name lists of `names.py`, and none cancels a hit there. Sources:
ordinary words of mimesis (MIT, (c) Isaak Uchakaev and contributors) and Faker (MIT, (c) Daniele Faraglia
and contributors), and words of Danish patient records.
"""

from functools import cache

# Ordinary and clinical words in lower case.
_WORDS = """
én ét abd abdomen abdominalt absces absolut abstinensbehandling abstinenser accepterer ad adgang
administration adresse adressen advarsel advis advokat af afasi afd afdeling afdelingen afdød afebril affald
afføring afføringsprøve afgrøde afgørende afgået afhængig afkræfter aflastning aflastningsophold
aflastningsplads aflyses aflyst afprøves afprøvet afskrabning afslag afslut afslutter afsluttes afsluttet
afslået afslår afsnit afsnittet afspejle afstand afsted aftagende aftal aftale aftaler aftales aftalt aften
aftenen aftenens aftenpleje aftensmad aftensmaden aftenvagt aftes afventer afventes afvige afvisende agent
aggressiv agiteret agraffer ah aktindsigt aktuel aktuelt akut akutafdeling akutafdelingen akutmodtagelse
akutsygepleje akutte akutteamet al alan alarm alarmen alarmopkald albue album ald alder alderssvarende aldrig
alene alkohol all alle allerede allergi allergier allesammen alligevel alm alment alsidig alt altan altanen
alternativ altid alting altså alvorligt amb ambulance ambulancen ambulant ambulante ambulantkontrol
ambulatoriet ambulatorium amerika amerikansk amerikanske an analyse anamnese anamnesen anbefaler anbefales
anbefaling anden anderledes andet andre aner anerkende angina angiver angives angivet angreb angst angstanfald
angstpræget anholdelse anholdt ankel ankeltryk ankesag ankler ankomme ankommer ankommet ankomst anlagt anlæg
anlæggelse anlægger anlægges annonce ansigt ansigtet anstrengelse ansvar ansvarlig ansøges ansøgning ansøgt
anterior antibiotika antibiotikabehandling antikoagulation anæmi anæmisk anæstesi apnø apopleksi apotek
apoteket appetit appetitløs april ar arb arbejde arbejdede arbejder arbejdet arbejdsløs arbejdsplads
arbejdsskade arkitekt arm armbånd armbåndet arme artikel artrose ascitespunktur assistent astma at
atrieflimren attesteret attribut av avis avisen baby bad badebænk badestol badet badning bag bage bagefter
baggrund bagvagt bagvagten bagved balance balancebesvær balancen ballade bandage bandagen bande banegård banen
bange bank banken banker bar barberet barbering bare barn barnet baseball batch batteri bcg be beboer beboeren
bebrejde bed bede beder bedre bedring bedst bedste bedstefar bedstemor bedt begavet begge begravelse begreb
begrænset begrænsning begynd begynde begyndelsen begynder begyndt begyndte behandles behandlet behandling
behandlingen behandlingsniveau behold beholde behøver bekendt bekendte beklager bekostning bekræfter bekræftet
bekymre bekymrer bekymret bekymring beløb bemærk bemærkninger ben benene bensår benægter benægtet berømthed
besked beskrevet beskrive beskriver beskrives beskytte beskyttet beslutning beslutte beslutter besluttet
bestemme bestemmer bestemt bestemte bestil bestiller bestilles bestilt bestyrelse besvimet besøg besøge
besøgende besøger besøges besøget besøgt betale betaler betaling betalt betalte betjent betyde betyder
betændelse beundre bevare bevidsthed bevidsthedsklar bevidsthedsniveau bevidstløs bevilges bevilget bevilling
bevis bevise beviser bevæbnet bevægelighed bevægelse bevæger bid bidrag big bil bilateral bilateralt bilen
biler bill billeddiagnostik billeddiagnostisk billede billeder billedet bind binde biokemi biokemisk biopsi
biopsien bipolar bivirkning bivirkninger bl blandt ble bleen bleer bleg blev blevet blind blindtarm
blindtarmsbetændelse bliv blive bliver blod bloddyrkning blodfortyndende blodmangel blodprop blodprøve
blodprøven blodprøver blodsukker blodsukkeret blodsukre blodtransfusion blodtryk blodtrykket blomster blot
blære blærebetændelse blød blødning blødningen blødt blå boede boende boet bofællesskab bog bogen bogstaveligt
bold bolden bolig boliger bombe bond bookes booket bopæl bopælen bor bord bordet borger borgeren borgers
borgmester bort bortset boss bosted brandfare brandsår bred brev breve briller brillerne bringe bringer
broderen broen brok brokket bronkoskopi bror brud brug bruge bruger brugt brugte brusebad bruser bryde bryder
brygge bryllup bryst brystsmerter brænde brænder brændstof brød brødre bud budget bugspytkirtel bukser
bukserne burde bussen butik by byen bygge bygget bygningen byld bylde bylder byrde bækken bækkenstol bære
bærer bøger bør børn børnebørn børnene bøsse båd både båden bånd ca cancer cave celle central centrum
cerebralt chance chancen check chef chefen chip chr cikatrice cikatricen cirk cirka cirkulatorisk city cm
college columna coma commotio cor cordis corona covid cpr cprnummer creme cremen cyanotisk cykelstyrt cykle
cykling cyste cysten cytologi dér dét da dagcenter dage dagen dagens daghjem daglig dagligt dagvagt dame damer
dans danse danser data date dato datter davs de debat debut debuteret december decubitus defekt defekter
defensiv dehydratio dehydreret dejlig dejligt del dele deler delir deliriøs deltage dem demens demensteam
demensudredning den dengang denne dens depot depotet depression der derefter deres derfor derfra derhen
derhjemme derind derinde dermatologisk dermed dernede deroppe derover derovre derude design desperat desuden
desværre det detaljeret dette dgl diabetes diabetiske diagnose diagnosen diagnoser diagram dialyse diarré
diarre dig dikteres dikteret dimension din dine direkte direktør diskret disp dispositioner disse distal
distribuere distrikt dit diurese diæt diætist dna do dobbelt dobbeltsidig doc dog doktor dokument dokumenteret
dollar dollars dom domfældelse dommer dosering dosetten dosetter dosettering dosis dosisdispensering dr drak
dreng drenge drengen drengene drik drikke drikker drikkevarer drink dronning drop drukket dræb dræbe dræber
dræbt dræbte dræn drænage drænet drøfter drøftes drøftet drøm drømme du dukker dum dumme dumt dybt dygtig dyr
dyrke dysartri dyspnø dysreguleret dæk dække dø død døde døden dødsårsag døgn døgnblodtryk døgnet døgnophold
døgnplads døgnrytme dør døren døtrene dårlig dårlige dårligst dårligt ed effekt efter efterlade efterlod
efterlønner eftermiddag eftermiddagen efterår egale egen egentlig eget egne ej ejendom ejer ekg
ekkokardiografi eksem eksempel eksisterer ekskonen eksmanden eksp ekspektorat ekspert eksploration
ekspositioner eksryger ekstra ekstraordinær ekstremiteter elektiv elektivt elektrolytter elementære elev
elevator elevatoren eliminere eller ellers elske elskede elsker emne en end endda ende endelig ender endetarm
endnu endokrinologisk endvidere ene energi eneste engang engelsk england enhed enheder enhver enig enke enkelt
enkelte enkemand enlig enorm ens ensom enten epiduralt epikrise epikrisen epilepsi episode er ergoterapeut
ergoterapi erhverve erkende ernær ernæring ernæringsdrik ernæringsplan ernæringsscreening erstatningsnummer
erstatte et etage evalueres evalueret evaluering eventuelt evigt evne evt fabrikant facialisparese facilitet
fader faktisk falck fald falde faldende falder faldet faldt faldtendens faldtruet familie familien fandeme
fanden fandens fandt fange fanger fanget fantasi fantastisk far fare faret farlig farligt fars fart farvel
fase fast faste fastende fat fatter fattige fax fbi feber feberen febril februar fed fede fedt fejl
fejlskrevet fejre fem ferie fest festen fiasko figur fik fiktion film filmen finansiel finansiere finde finder
findes fine finger fingre fint fire firma fis fisk fjenden fjerde fjern fjerne fjernes fjernet fjernsyn
fjernsynet fjols flad flaske fleksjob flere fleste floden flok flot fly flyet flygte flygtning flyselskab flyt
flytte flyttede flytter flyttes flyttet flyve flyver flænge fløde fod fodbold fodpleje fodsvamp fodsår
fodterapeut fodterapeuten fodterapi folk folkens fond for foran forbandede forbandet forbedre forbedret
forberedelse forbi forbindelse forbinding forbindingen forbrydelse forbyde fordel fordi foregår forekomme
forelsket foreslog foreslå forestille forfatter forflytning forflytninger forflyttes forfrysning forfærdeligt
forgiftning forhandle forhandler forhandling forhold forholde forhøjede forhøjelse forhøjet forkert forkerte
forklare forkølelse forkølet forlade forlader forladt forlig forlod forlægger forløb forløbet forløbsplan form
formand formel formentlig formiddag formode formue formål fornøjelse forpligtelse forpulede forretning
forsigtig forsigtigt forsikring forsikringen forsikringssag forskel forskellige forskning forstod forstoppelse
forstyrre forstå forstået forstår forsvandt forsvar forsvind forsvinde forsvinder forsvundet forsøg forsøge
forsøger forsøges forsøgt forsøgte fortalt fortalte fortjener fortræd fortsat fortsæt fortsætte fortsætter
fortsættes fortæl fortælle fortæller fortælling forudsige forurening forvagt forvagten forventer forvirret
forvirring forværret forværring forældre forår fra fraktur frankrig fransk fraskilt fred fredag frekvens frem
fremad frembringe fremmede fremmøder fremmødt fremragende fremskyndes fremstille fremstår fremtid fremtiden
fremtræder fri frihed frisøren frokost fru frue frugt frygt fryser frøken fsa fugl fuld fulde fuldmagt
fuldstændig fuldt fulgt fulgte fund fundament fundet fungerer funktion funktionsniveau fylde fyldt fyr fyre
fyren fyret fysioterapeut fysioterapi fysisk fængsel fængslet fænomen færdig færdige færre fætter fætteren
fødder fødsel fødselsdag fødselsdagen fødselsdato født føle følelse følelser følelsesløshed føler føles
følesans følg følge følger følges følt følte før føre fører først første førtidspension førtidspensionist få
fået får gaden gal galdeblære galdesten galt gamle gammel gang gangareal gangbesvær gange gangen gangfunktion
ganghastighed ganske gar garanti gas gastroskopi gav gave gear gemme gemmer gemt gen general generelt genetisk
genhenvisning genindlagt genindlæggelse genindlægges genitalia genkende gennem gennemgang gennemgået
genoplivning genopretning genoptræning genoptræningsplan gensidig genstand genstande gentage gentages gentaget
gentleman geriatri geriatrisk gerne gevinst gid gider gift gifte giftes gigt gik gips gipsen giv give giver
gives givet gjorde gjort glad glade glas glem glemme glemmer glemt glemte glide glip global glæde glædelig
glæder gnide go god godaften goddag gode godeste godkendt godmorgen godnat godt gor grad grader gradvist
gratis grave gravid grin grine griner grund grunden gruppe gruppen græde grædende grænsen græsplæne grøntsag
grådlabil gud guds gul guld guldbælte gulvet gulvtæppe gutter guvernør gyldige gynækologisk gælder gæster gæt
gætte gør gøre gøres gå gået går gård gårsdagens ha habituel habituelt hader haft hal hallo hallucinationer
hallucinerer hallucineret hals halsen halskrave halv halvdelen halvt ham han handler handling handlinger har
hastende haster hat hav havde haven havet he hed hedder hegn hej hejsa hel held heldig heldige hele heler
helet helikopter heller hellere helligdage hellige helst helt helvede hemiparese hemmelighed hende hendes
henne hent hente henter hentes hentet henv henvise henviser henvises henvisning henvisningen henvist henviste
her herefter herfra herhen herind herinde hermed hernede herop herover herovre herre herren herrer hertil
herude herudover hest hey hgb hils hilsen himlen hinanden histologi historie historien historier historiker
hjalp hjem hjemløs hjemme hjemmebesøg hjemmeblodtryk hjemmehjælp hjemmepleje hjemmeplejen hjemmesygepleje
hjemmesygeplejen hjemmesygeplejerske hjemmet hjemmetræning hjemrejse hjemsendes hjemsendt hjerne
hjerneblødning hjernen hjernerystelse hjerte hjerteflimmer hjertelyde hjerterytme hjertesvigt hjertet hjulpet
hjælp hjælpe hjælpemiddel hjælpemidler hjælpemidlet hjælper hjælpes hmm hofte hoftealloplastik hoften hold
holde holder holdet hop hos hospice hospital hospitalet hospitalsenhed hoste hosten hotel hotellet hov hoved
hoveddør hoveddøren hovedet hovedpine hovedtraume hr hud huden hudlæge hugorm hukommelse hukommelsen hul hun
hund hunde hunden hundrede hurtig hurtigere hurtigt hus huset husk huske husker husstand hustru hustruens
hvabehar hvad hvem hver hverdage hverdagsrehabilitering hverken hvert hvide hvile hvilke hvilken hvilket hvis
hvor hvordan hvorfor hvornår hyggeligt hygiejne hyperkolesterolæmi hypertension hypokaliæmi hyponatriæmi hæl
hælen hælene hæmatemese hæmatologisk hæmatom hæmatomer hæmodynamisk hæmorider hænder hænderne hænge hænger hær
hæren hævelse hævelsen hævn højde højden høje højere højre højresidig højt højttaler hør hørbar høre
høreapparat høreapparatet hørelse hørelsen hører høres høring hørt hørte håb håbede håber hånd håndbevægelse
hånden håndklæder håndled håndtag håndværk håndværker hår hård hårde hårdt hårvask i ia ibuprofen idag ide
idiot ifm ift ifølge igangværende igen igennem igår ihjel iht ikke ikke-ryger ikterisk ild ilt iltbehandling
iltbehov iltbrille iltflaske iltkrævende imellem imidlertid immigrant immunterapi imod imorgen implementere
imødekommende in ind inde indeholde inden indenfor indforstået indgreb indikation individuel indkaldelse
indkaldes indkaldt indkomst indkøb indkøbene indl indlagt indlysende indlæggelse indlæggelsen
indlæggelsesnotat indlægger indlægges indpakning indre indsats indsigt indtag indtaget indtil indtægter
industri indvirkning infarkt infektion infektionstal inflation influenza influenzalignende information
informere informeres informeret infusion ingen ingenting inhalation inhalationer initial initiativ injektion
inkl inkompenseret inkontinens inkontinent insistere inspektion institution instrueret instruktion insulin
insulinbehandling intakt intakte intensiv intensivt interaktion interessant interesse interesseret
intermitterende intern interne interview intet intoksikation investere investering invitere iodkontrast
irritabel is iskæmi iskæmisk isolation isoleret især it ivrige ja jah jamen januar japansk javel jeg jer jeres
jet jf job jobbet jord jorden journal journalen journalkopi journalnotat jul juli juni junior jury justeres
justeret justering jævnfør jøsses kaffe kaffen kage kald kalde kalder kaldes kaldte kamera kameraet kammerat
kampen kan kant kapsel kaptajn karakter kardielt kardiolog kardiologi kardiologisk karriere kast kaste kaster
kategori kateter kateteret kbh ked kemoterapi kende kender kendt kendte kerne kg kig kigge kiggede kigger
kilde kilo kilometer king kirke kirken kirurgisk kirurgiske kjole kl klage klager klaget klamtsvedende klap
klar klare klarede klarer klaret klart klasse klatre klaver klinik klinisk klog klokken klokkeslæt kløe kløen
km knap kneppe kniv knogleskørhed know knude knuden knuder knæ knæalloplastik knæet knægt kode kogeplade
kognition kognitiv kognitivt kol koldt kolesterol kollega kolleger kollegial kollegialt kollektion kolonne
kolonoskopi kom komfur komfuret komme kommer kommet kommunal kommune kommunen kommunikere kompenseret
komplikation komplikationer kompres kompresser kompression kompressionsstrømper koncentration kone konf
konference konferere konfereres konfereret konflikt konfus konge kongen kongres konklusion konkurrence
konsensus konstant konsulent konsultation konsultationen kontakt kontakter kontaktes kontaktet kontaktperson
kontanter kontanthjælp kontinuation kontinuationsnotat konto kontor kontorassistent kontoret kontraindikation
kontrasigneret kontrast kontraststof kontrol kontrolbesøg kontroller kontrolleres kontrolleret kontroltid
konventionelle kooperativ koordination koordinator kop kopi korn korrekt korrigeret kors korset kort kortet
kortvarig kost koster kostplan kostvejledning kraft kraften krampe kramper kranie kraniet kraveben kredsløb
kredsløbet krepitation krig krigen kriterier kritisk kronisk kroniske krop krykker krykkestokke kræft kræfter
krænkelse kræver kugle kuldegysninger kulderystelsen kun kunde kunne kunst kunstner kunstnerisk kusinen
kvalitet kvalme kvalmen kvalmestillende kvarter kvik kvinde kvinden kvinder kvitterede kvitteret kylling kys
kysse kyst kæbe kæft kæledyr kælling kæmpe kæmper kære kæreste kærlighed købe køber købt købte kød køkken
køkkenet køleskab køleskabet køn kør køre kører køres kørestol kørestolen køretøj kørsel kørselsforbud kørt
kørte lad lade lader lag lagde lagt lammelse lancering land landdistrikter lande landet landmand langsom
langsomt langt langvarig lappe lastbil lateral lav lave lavede laver lavet lavt led lede leder ledig
ledningsblok ledsage ledte lege legeme leger leje lejlighed lejres lejret lejring let lethed lette leve
levende lever leveren leverinsufficiens levested lide lidt lift lig lige ligeglad ligesom liget ligge liggende
ligger ligget ligner ligtorn lille lilletå lindrende lindring liste listen liter live livet livmoder livsstil
livstruende livstræt lod loftlift lokale lord los lot lov love lovede loven lover luft luften lufthavnen
luftvej luftveje lugt lugte lugtende lugter luk lukke lukker lukket lumbalpunktur lunge lungebetændelse
lungefunktion lungemedicinsk lunger lungerne lungestetoskopi ly lyd lyde lyder lykkedes lykkelig lykkes lymfe
lymfeknude lymfeknuder lys lyset lyskebrok lyst lyt lytte lytter lyve lyver læg læge lægeambulance lægebil
lægelig lægen lægesekretær lægeundersøgt lægevagten lægge lægger lægges lækker lækkert længde længe længere
lænke lære lærer lært lærte læs læse læser læst læste løb løbe løber løbet løfte løftes løftet løg løgn løj
løjtnant lørdag løs løse lå låne lår lås låsen låst mad maden madlavning madservice magt magtfulde mail
mailadresse majestæt major majs makker man mand mandag manden mands mandskab mange mangfoldighed mangler
mareridt markedsføring marts maske masken masse masser massiv match matematik matt mave maven mavesmerter
mavesæk mavesår me med medarbejder medhjælper medial medicin medicinen medicingennemgang medicinkort
medicinliste medicinsk medicinske medicinstatus medicinændring medier medlem medlemskab medmindre medtaget
meget mejse mekanisme mellem mellemmåltid mellemvagt melæna men mener mening meningen menneske mennesker mens
mente mere mest mester metastase metastaser meter metode mexico mg mhp middag midlertidig midlertidigt midt
mig mikrobiologi mikrobiologisk mikroovn miles miljø miljømæssigt million millioner milt min minde minder
mindre mindst mindste mine minut minutter mirakel misbrug misbrugsbehandling misfarvning mislyde mislykkedes
mission mistanke miste mistede mister mistet mistænkes mistænkt mit ml mm mmhg mmol mobil mobiliseres
mobiliseret mobilisering mobilnr mobilnummer mod model moderat moderne modsætter modtage modtagelsen modtager
modtages modtaget mon mor mord morder morfika morfin morgen morgenens morgenmad morgenmaden morgenpleje morges
mors morsomt motiveres motiveret mtp mulighed muligt muligvis mund munden mundpleje mursten musik musikalsk
musiker muskel mvh myndighed myrdet mysterium mænd mængde mærke mærkeligt mærker mærkes mærket møde møder
mødes mødt mødte mødtes mørke mørkt må måde mål måle måler måles målet måling målinger målt målte måne måned
måneder månedligt måske måtte nabo nar narkose nat nation national natlig natlige natpleje natten nattens
nattesved nattesøvn nattevagt natur naturlig naturlige naturligt naturligvis navn navne navnet ned nede
nedenfor nedenunder nederlag nederste nedre nedsat nedsættes nedtrapning nedtrappes nedtrykt nefrolog
nefrologisk negativ negativt negle neglene neglepleje neglesvamp nej nemlig nemt nervøs netbank netop netværk
neuro neurolog neurologi neurologisk neurologiske neutral neutralt nevøen ni niecen niveau no nogen nogensinde
noget nogle nok nord normal normale normaliseret normalt notat notatet noteret notits november nr nu nul
nummer ny nye nyfødt nyheder nylig nyre nyrefunktion nyreinsufficiens nyrer nyresten nyresvigt nyt nyttig næ
nægter nægtet næppe nær nærheden nærme nærmer nærmere nærmeste næse næseblod næsespray næste næsten nævne
nævner nævnt nød nødkald nødkaldet nødsituation nødt nødvendig nødvendigt nødvendigvis nøgle nøgleben
nøgleboks nøgleboksen nøglen nøgler nå nåde nåede nået når obduktion oberst obj objektiv objektivt obs
observation observer observerer observeres observeret obstipation offentlig offer officer ofre ofte og også oh
ok okay oktober olie om omdømme omfavne omgang omkring område området omsorg ond onde ondt ondthalset one
onkel onklen onkologisk onsdag op opbevaring opdage opegående operation operationen operationsindikation
operationssår operere opereres opereret opfordres opfordret opfølges opfølgning opfører opførsel opgave
opgivende opheling opkald opkast opkastning opkastninger oplade oplagt oplagte oplever opleves oplevet oplyser
oplyses oplysninger oplyst opmærksomhed opnå oppe oppustet opskrift opspyttet opstart opstartes opstartet
opstemt opstod opstå opstået opsummeret opsummering optaget optrappes opvakt opvask ord orden ordentligt ordet
ordination ordinationer ordinationsændring ordineres ordineret ordne ordner ordnet ordre ordrer orienteret
orientering orienteringsevne ortopædkirurgisk os osteoporose ovenfor ovenpå over overalt overarm overbevise
overdosis overflytning overflyttes overflyttet overfor overhovedet overleve overlevelse overlever overlæge
overraskelse overraskende overrasket overse overstået oversætte overvej overveje overvinde ovn ovre pakke
pakkeår palliation palliativ palpabel palpable palpation panikanfald papirer par paracetamol paraklinik
paraklinisk parat parese parkere parkering parkinsonisme partner paræstesier pas passager passe passer passere
patient patienten patientens patienter pausér pause pauseres pauseret pct peber penge pengene penicillin
pension pensioneret pensionering pensionist perfekt perfekte peristaltik perkussion permanent person personale
personalet personer personlig personligt personnummer pga pie pige pigen piger pigerne pistol pistolen placere
plads pladsen plan planen planer planlagt planlagte planlægger planlægges plante plaster plasteret plastre
pleje plejebehov plejebolig plejecenter plejede plejehjem plejen plejer pleurapunktur pludselig pludseligt
plukke pneumoni podning podningen poesi point pokker pokkers politi politiet politik politimand politisk polyp
polypper posen position positiv positivt posterior postkasse postkassen postoperativ postoperativt
praktiserende primær primære primært prinsesse print pris prisen priv privat problem problemer problemet
problemstilling procedure procent produktion professor profil programmmere projekt proksimal prolaps promille
prostata protese protesen proteser provins provokeret præcis præciserer præoperativ præoperativt præsentere
præsident præsidenten præsidentvalg præsten prøv prøve prøvede prøver prøvesvar prøvet psyk psykiatrisk
psykisk psykolog psykologi psykologisk psykose psykosocial psykosociale psykosocialt psykotisk pt publikum
pulm pulmonalt puls pulsen pulver pund pung pungen punkt punktur pupiller pus pvk pyelonefritis pædiatrisk pæn
pænt på pårørende påstand påvirke påvirket påvist race radio radioen rallelyde ramme rammer ramt ramte rapport
rar rart raskmelding raskmeldt re reagere reaktion reb recept recepter rectum red redde reddede reddet
reduktion reflekser regel regelmæssig regeringen regime regler reglerne regn regne regnet regning regningen
regninger reguleret rehabilitering rehabiliteringsophold rejs rejse rejser rejste rektal rekvisition
rekvisitionen relevant religion ren rend rengjort rengøring rent repræsentant republikansk reservelæge resp
respekt respiration respirationsfrekvens respirator respiratorisk respons ressource restaurant resten
resterende resultat resultater resumé resume ret retfærdig retning rette retten reumatologisk revisitation
revurderes revurdering rhonchi ribben rift rifter rig rige rigiditet rigtig rigtige rigtigt ringe ringede
ringeklokke ringer ringes ringet risiko risikofaktorer ro rock rod rolig rolige roligt rollator rollatoren
rolle rom romantisk rp rum rummet rundt ryg ryge ryger ryggen rygning rygsmerter rygsøjle rykke rykkes rykket
ryste rystelser rytme række rækkevidde rød røde rødme rødmen røg røgalarm røgalarmen røntgen røntgenbillede
rør røre rører røven råd rådgiver rådgivet sa sad saft saftevand sag sagde sagen sager sagt sal salve salven
samarbejdende samboende samle samlet samlever samling samme sammen sammenfald sammenhæng sammenligne samt
samtale samtaler samtykke samtykkeerklæring samtykker san sandhed sandheden sandsynligvis sandt sang sat satan
satans sats satte saturation savne savner savnet scale scanning scene scenen se sej sejt sekret sekretion
sekretær seks seksuel sektor sekund sekunder sekundær sekundært sekvens selskab selv selvfølgelig selvhjulpen
selvmord selvmordsrisiko selvmordstanker selvmordstruet selvom selvskade selvstændigt senat send sende sender
sendes sendt sendte senere senest seneste seng sengeafsnit sengeliggende sengen sengetøj sengetøjet senior
sensibilitet sent seponer seponeres seponeret seponering sepsis september ser sergent seriøst servicelov ses
session set sex sgu sherif show sid sidde siddende sidder siddet side siden sidst sidste sig sige siger sign
signal sikke sikker sikkerhed sikkert sikre sikrer sikres sikret sin sind sinde sindssyg sinusrytme sit
situation situationen sivning sjov sjovt sjæl sjældent skabe skaber skabt skade skadestue skadestuen skaffe
skai skal skam skandale skanning skarp skarpt skat skatter ske skelne skema skemaet sker sket skete skib
skibet skid skide skiderik skidt skift skifte skifter skiftet skilt skinne skinnen skizofreni
skjoldbruskkirtel skjule sklerose sko skole skolen skoven skrab skraldespand skraldespanden skrammer skrev
skrevet skrid skridt skrig skriv skrive skrivebord skud skudt skulder skulderen skuldertræk skulle sky skyd
skyde skyder skygge skyld skylden skylder skyldig skylles skyllet skynd skæbne skære skød skønhed skønnes
skønnet skønt skør skøre skål slag slags slap slappe slem slemt slet slim slimet slimhinder slip slippe
slipper slog sluk slut slynge slyngen sløret sløv sløvhed slå slået slår slås smag smager smart smerte
smertebehandling smertedækkes smertedækket smertedækning smertefri smerteplaget smerteplaster smerter
smerterne smertestillende smid smide smider smil smitte smittefare smuds smuk smukke smukt smule smut smutte
smutter små snak snakke snakkede snakkende snakker snart sne snor snorken snue so soc social socialrådgiver
sofistikeret soldat soldater solen solgt solgte solid som sommetider sonde sondeernæring sonden sor-kode sort
sorte sosu sov sove sover sovet sovs sparsom specialist specielt spejl spekulerer spids spil spille spillede
spiller spillet spirometri spis spise spiser spiserør spiseskefuld spist spiste spl spor spore sprog
sprogforståelse sprække sprækker spurgt spurgte sputum spædbarn spændende spænding spørg spørge spørger
spørgsmål ssa st stabil stabile stabilt stadig stakkels stand stands start starte startede starter startes
startet stase stat station status sted steddatter steder stedet stedfar stedmor stedsøn stemme stemmer
stemningsleje stetoscopia stetoskopi stigende stik stikke stikker stil stille stiller stinker stipendium
stirre stjal stjerne stjæle stjålet stk stod stof stoffer stok stol stole stoler stolt stomi stomien stomipose
stop stoppe stoppede stopper stor storetå storryger stort straks stranden strategi strategisk struktur
strygning strålebehandling studerende stue stuegang stuegangen stuen stykke stykker styre styrelsen styrer
styrke styrketræning stærk stærke stærkt støj større størrelse største støtte støttebind støttes
støttestrømper støttet støvle støvsuget støvsugning stå stående stået står subakut subdural subduralt
substitueret succes sug suget suicidal sukker sulten sundhedslov sundhedsstyrelsen sundhedsstyrelsens super
supplerende suppleres suppleret support sur suturer suturfjernelse svamp svar svare svarer svaret
svigerdatteren svigersønnen svimmel svimmelhed svin svulst svælg svær sværge sværger svært syd syg sygdom
sygdomme syge sygemelding sygemeldt sygepleje sygeplejen sygeplejenotat sygeplejerske sygeplejersker
sygeplejestatus sygetransport symptom symptomer syn synd synes synet synge synger synkope synlig syntes syre
systemet syv sædvanlig sælge sælger særlig særligt sæt sætte sætter sød søde sødt søg søge søger søn søndag
sønnerne sørg sørge søster søvn søvnbesvær søvnløshed så sådan således sår sårbandage sårbehandling såret
sårpleje sårskift sårvæske sås tab tabe taber tablet tabletter tabt tabte tag tager tages taget tak takke
takkede takker tal tale talen taler tales talt talte tandbørstning tandlægen tandprotese tandprotesen
tandstatus tank tanke tanker tante tanten tarm tarmlyde taske tavs taxa te team teamet teamleder ted teen
teenager tegn tegne tegnebog tegning teknologi tekst telefon telefonen telefonisk telefonkonsultation
telefonnr telefonnummer telefonopkald television temmelig temp temperatur temperaturen tendens tentativ
tentative terminal terminalt terrorist testamente thorax ti tid tide tiden tider tiders tidl tidlig tidligere
tidligt tidspunkt til tilbage tilbud tilbudt tilbyder tilbydes tildele tilfreds tilfælde tilføjelse tilføjer
tilgiv tilhører tilladelse tillid tillykke tilmeld tilpasning tilpasses tilpasset tilser tilses tilset tilst
tilstand tilstedeværelse tilstrækkelig tilsyn tilsynet tiltag tiltagende time timer ting tingene tirsdag tit
titel tja tjek tjekke tjene tjener tjeneste tlfnr to tobak tog toget toilet toiletbesøg toiletforhøjer
toilettet tolk tolkebistand tommel tonus top toppen torsdag tosset totalt traditionel trafikuheld transfusion
transport transportør trappe trappegang trappen trapper traume travlt tre tredje tremor trick trin trist tro
trods troede tror trussel tryg tryk trykke trykken tryksår træ træd træk trække trækker træner trænger træning
træt træthed tumor tung tur tusind tv tvangstanke tvivl tvivlsomt tværfaglig tværfagligt tydelig tydeligt
tyktarm tynd tynde tyngdefornemmelse type tæer tælle tæller tænder tænk tænke tænker tænkt tænkte tæt tættere
tøj tøjvask tør tørre tørstig tørt tøs tå tåler tåles tålte tåre tårn uafhængighed uanset ud udadreagerende
udbredt udbyder uddanne uddannelse uddybende uddyber uddybet ude udeblevet udebliver udelukkes udelukket uden
udenfor udenlandsk udfyldes udfyldt udfører udføres udført udgave udgør udleveret udlevering udmelding
udmærket udredes udredning udredt udsat udseende udskill udskr udskrevet udskrivelse udskrivelsen
udskrivelsesklar udskrives udskrivning udskrivningsbrev udskrivningsklar udskrivningskonference
udskrivningssamtale udslæt udslættet udspilet udstrålende udstråling udsættes udtalt udvej udvidelse udvikling
udvælgelse uge ugen ugens ugentlig ugentligt uger uheld ukendt uklar uklart ultralyd ulykke umotiveret umulig
umuligt under underarm underben underholdning underligt underskrevet underskrift underskriver underskud
undersøgelse undersøges undersøgt underviser undgå undskyld undskylde undskyldning ung ungdom unge unger
univers universel universitetsområde upåfaldende upåvirket ur urban uregelmæssig urin urinprøve urinprøven
urinstix urinvejsinfektion urolig uroligt urolog urologisk usa uskyldig ustabil ustabilt uterus utilfreds
utrolig utroligt utryg uvist uændrede uændret uøm vaccination vaccineret vaere vag vagt vagten vagtlæge
vagtlægen valg valgt valgte van vand vandet vandladning vandt vane vanlig vanlige vanligt vanvittig var vare
varer varet variere varighed varm varme varmen varmt varsel vasketøj vasketøjet ved vedhæftet vedkommende
vedlagt vedr vedtage vedvarende vegne vej veje vejen vejer vejledning vejledt vejret vejrtrækning
vejrtrækningen vel velbefindende velbehandlet velholdt velkommen vellykket velreguleret ven vend vende vender
vendes vendt venflon veninde veninderne venlig venlige venligst venner venstre venstresidig vent vente ventede
venter ventet ventetid ventilator verden verdens version vesikulær vestlig vha vi via vide viden videnskab
videokonsultation videre vidne vidner vidst vidste vidt vidunderligt vigtig vigtigste vigtigt vikar vil vild
vilde vildt vilje ville villig vin vinde vinder vindue vinduet virke virkede virkelig virkelighed
virkeligheden virkeligt virker virket virkning virksomhed vis vise viser visitation visitationen visitator
visiteret visse vist viste visus vital vitale vitalparametre vogn voksen vold voldsom vor vore vores vorte
vrangforestilling vrangforestillinger vred vrede vundet vurderer vurderes vurderet vurdering vædde væg vægt
vægten vægttab vægttabet væk vækst vælg vælge vælger vær værd værdi værdier værdifuld være værelse været værge
værgemål værre værsgo værste vært væsen væsentligt væske væskebalance væskebehandling væskeindtag væsken
væskeskema vævsprøve våben vågen vågn vågne vågner vågnet was weekend weekender yderligere æg ægte ægtefælle
ægteskab ældre ældrebolig ældreboligen ændre ændrer ændres ændret ændring ændringer ængstelig ære ærlig ærligt
ødelagde ødelagt ødelægge ødelæggelse ødelægger ødem ødemer øg øge øges øget øh øje øjeblik øjeblikket
øjendråber øjenlæge øjne øjnene økonom økonomi øl øm ømhed ømheden ømt ønske ønskede ønsker ønskes øre
øredråber ørelæge øvelser øvelsesprogram øverst øvre øvrig øvrige øvrigt åben åbenbart åbn åbne åbner åh
åndedræt åndenød år århundrede årig årige års årsag årsagen årti
"""

# Endings that names do not have: a capitalised word of six letters or more that ends so is ordinary.
_ENDINGS = (
    "else",
    "elsen",
    "elser",
    "elserne",
    "hed",
    "heden",
    "heder",
    "ning",
    "ningen",
    "ninger",
    "tion",
    "tionen",
    "tioner",
    "itet",
    "isk",
    "iske",
    "iskt",
    "lig",
    "lige",
    "ligt",
    "løs",
    "løse",
    "løst",
    "ende",
    "ede",
    "eres",
    "eret",
    "erer",
    "erede",
    "ethed",
    "svigt",
    "scanning",
    "skopi",
    "grafi",
    "tomi",
    "ektomi",
    "itis",
    "æmi",
    "pati",
    "terapi",
    "logi",
    "logisk",
    "syndrom",
)
# Words of four letters that are often the head of a compound.
_SHORT_HEADS = frozenset(("plan", "brev", "test", "svar", "vagt", "stue", "mand", "kone", "kort", "hjem", "stol"))
# Endings of inflected forms, tried after a known stem.
_INFLECTIONS = frozenset(
    ("e", "s", "n", "r", "t", "en", "et", "er", "es", "ne", "te", "ene", "ens", "ets", "ede", "erne", "ende")
)


@cache
def words() -> frozenset[str]:
    """Return ordinary words in lower case."""
    return frozenset(_WORDS.split())


def is_ordinary(word: str) -> bool:
    """Tell whether a word in lower case is ordinary: known, inflected, or a compound that ends in one."""
    known = words()
    if word in known:
        return True
    if len(word) >= 6 and word.endswith(_ENDINGS):
        return True
    if len(word) >= 5:
        for size in range(1, min(4, len(word) - 4) + 1):
            if word[-size:] in _INFLECTIONS and (word[:-size] in known or word[:-size] + "e" in known):
                return True
    if len(word) >= 9 and word[-4:] in _SHORT_HEADS:
        return True
    # "blodtryksmåling" ends in "måling": the head of a Danish compound stands last.
    return any(word[cut:] in known for cut in range(3, len(word) - 4))
