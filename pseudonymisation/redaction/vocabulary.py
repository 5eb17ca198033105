"""Danish words that explain a capital at the start of a sentence.

Words only; how they are used is decided in `words.py`, and what may stand with a capital anywhere is in
`lexicon.py`. No word here is in the name lists of `names.py`, and none cancels a hit there. Sources:
ordinary words of mimesis (MIT, (c) Isaak Uchakaev and contributors) and Faker (MIT, (c) Daniele Faraglia
and contributors), and words of Danish patient records.
"""

from functools import cache

# Ordinary and clinical words in lower case.
_WORDS = """
abdomen abdominalt absces absolut abstinensbehandling abstinenser accepterer ad adgang administration
adresse adressen advarsel advokat af afasi afd afdeling afdelingen afdød afebril afføring afgrøde afgået
afgørende afhængig afkræfter aflastning aflastningsplads aflyses aflyst afprøves afprøvet afskrabning afslag
afslut afslutter afsluttes afsluttet afslået afslår afsnit afsnittet afspejle afstand afsted aftagende aftal
aftale aftaler aftales aftalt aften aftenen aftenens aftensmad aftenvagt aftes afventer afventes afvige
agent aggressiv agiteret agraffer ah aktuel aktuelt akut akutafdeling akutafdelingen akutmodtagelse akutte
al alan albue album ald alder alderssvarende aldrig alene alkohol all alle allerede allergi allergier
allesammen alligevel alm alment alsidig alt alternativ altid alting altså alvorligt amb ambulance ambulancen
ambulant ambulante ambulantkontrol ambulatoriet ambulatorium amerika amerikansk amerikanske an analyse
anamnese anamnesen anbefaler anbefales anbefaling anden anderledes andet andre aner anerkende angina angiver
angives angivet angreb angst angstpræget anholdelse anholdt ankel ankler ankomme ankommer ankommet ankomst
anlagt anlæg anlæggelse anlægger anlægges annonce ansigt ansigtet anstrengelse ansvar ansvarlig ansøges
ansøgning ansøgt anterior antibiotika antibiotikabehandling antikoagulation anæmi anæmisk anæstesi apnø
apopleksi apotek apoteket appetit appetitløs april ar arb arbejde arbejdede arbejder arbejdet arbejdsplads
arbejdsskade arkitekt arm armbånd armbåndet arme artikel artrose assistent astma at atrieflimren attesteret
attribut av avis baby bad badet badning bag bage bagefter baggrund bagvagt bagvagten bagved balance
balancebesvær ballade bandage bande banegård banen bange bank banken banker bar bare barn barnet baseball
batch batteri bcg be beboer beboeren bebrejde bed bede beder bedre bedring bedst bedste bedstefar bedstemor
bedt begavet begge begravelse begreb begrænset begrænsning begynd begynde begyndelsen begynder begyndt
begyndte behandles behandlet behandling behandlingen behandlingsniveau behold beholde behøver bekendt
bekendte beklager bekostning bekræfter bekræftet bekymre bekymrer bekymret bekymring beløb bemærk
bemærkninger ben benene bensår benægter benægtet berømthed besked beskrevet beskrive beskriver beskrives
beskytte beslutning beslutte beslutter besluttet bestemme bestemmer bestemt bestemte bestil bestiller
bestilles bestilt bestyrelse besvimet besøg besøge besøgende besøger besøges besøget besøgt betale betaler
betaling betalt betalte betjent betyde betyder betændelse beundre bevare bevidsthed bevidsthedsniveau
bevidstløs bevilges bevilget bevilling bevis bevise beviser bevæbnet bevægelse bevæger bid bidrag big bil
bilateral bilateralt bilen biler bill billeddiagnostik billeddiagnostisk billede billeder billedet bind
binde biokemi biokemisk biopsi bipolar bivirkning bivirkninger bl blandt ble bleer bleg blev blevet blind
blindtarm blindtarmsbetændelse bliv blive bliver blod bloddyrkning blodfortyndende blodmangel blodprop
blodprøve blodprøver blodsukker blodsukkeret blodsukre blodtransfusion blodtryk blodtrykket blomster blot
blå blære blærebetændelse blød blødning blødningen blødt boede boende boet bog bogen bogstaveligt bold
bolden bolig boliger bombe bond bookes booket bopæl bopælen bor bord bordet borger borgeren borgers
borgmester bort bortset boss brandsår bred brev briller bringe bringer broderen broen brok bronkoskopi bror
brud brug bruge bruger brugt brugte bruser bryde bryder brygge bryllup bryst brystsmerter brænde brænder
brændstof brød brødre bud budget bugspytkirtel bukser bukserne burde bussen butik by byen bygge bygget
bygningen bylde byrde båd både båden bånd bækken bære bærer bøger bør børn børnebørn børnene bøsse ca cancer
cave celle central centrum cerebralt chance chancen check chef chefen chip chr cikatrice cikatricen cirk
cirka cirkulatorisk city cm college columna coma commotio cor cordis corona covid cpr cprnummer cyanotisk
cykelstyrt cykle cyste cytologi da dagcenter dage dagen dagens daghjem daglig dagligt dagvagt dame damer
dans danse danser data date dato datter davs de debat debut debuteret december decubitus defekt defekter
defensiv dehydratio dehydreret dejlig dejligt del dele deler deltage dem demens demensudredning den dengang
denne dens depression der derefter deres derfor derfra derhen derhjemme derind derinde dermatologisk dermed
dernede deroppe derover derovre derude design desperat desuden desværre det detaljeret dette dgl diabetes
diabetiske diagnose diagnosen diagnoser diagram dialyse diarré dig dikteres dikteret dimension din dine
direkte direktør diskret dispositioner disse distal distribuere distrikt dit diurese diætist dna do dobbelt
dobbeltsidig doc dog doktor dokument dokumenteret dollar dollars dom domfældelse dommer dosering dosis
dosisdispensering dr drak dreng drenge drengen drengene drik drikke drikker drink dronning drop drukket dræb
dræbe dræber dræbt dræbte dræn drænage drænet drøfter drøftes drøftet drøm drømme du dukker dum dumme dumt
dybt dygtig dyr dyrke dysartri dyspnø dysreguleret dårlig dårlige dårligst dårligt dæk dække dér dét dø død
døde døden dødsårsag døgn døgnblodtryk døgnet døgnplads dør døren døtrene ed effekt efter efterlade efterlod
efterlønner eftermiddag eftermiddagen efterår egale egen egentlig eget egne ej ejendom ejer ekg
ekkokardiografi eksem eksempel eksisterer ekskonen eksmanden ekspektorat ekspert eksploration ekspositioner
eksryger ekstra ekstraordinær ekstremiteter elektiv elektivt elektrolytter elementære elev elevator
eliminere eller ellers elske elskede elsker emne en end endda ende endelig ender endetarm endnu
endokrinologisk endvidere ene energi eneste engang engelsk england enhed enheder enhver enig enke enkelt
enkelte enkemand enlig enorm ens enten epikrise epikrisen epilepsi episode er ergoterapeut ergoterapi
erhverve erkende ernær ernæring ernæringsdrik ernæringsplan ernæringsscreening erstatningsnummer erstatte et
etage evalueres evalueret evaluering eventuelt evigt evne evt fabrikant facialisparese facilitet fader
faktisk falck fald falde faldende falder faldet faldt faldtendens familie familien fandeme fanden fandens
fandt fange fanger fanget fantasi fantastisk far fare faret farlig farligt fars fart farvel fase fast faste
fastende fat fatter fattige fax fbi feber febril februar fed fede fedt fejl fejlskrevet fejre fem ferie fest
festen fiasko figur fik fiktion film filmen finansiel finansiere finde finder findes fine finger fingre fint
fire firma fis fisk fjenden fjerde fjern fjerne fjernes fjernet fjols flad flaske flere fleste floden flok
flot fly flyet flygte flygtning flyselskab flyt flytte flyttede flytter flyttes flyttet flyve flyver flænge
fløde fod fodbold fodpleje fodsår fodterapeut fodterapi folk folkens fond for foran forbandede forbandet
forbedre forbedret forberedelse forbi forbindelse forbinding forbindingen forbrydelse forbyde fordel fordi
foregår forekomme forelsket foreslog foreslå forestille forfatter forflytning forflytninger forflyttes
forfrysning forfærdeligt forgiftning forhandle forhandler forhandling forhold forholde forhøjede forhøjelse
forhøjet forkert forkerte forklare forkølelse forkølet forlade forlader forladt forlig forlod forlægger
forløb forløbet forløbsplan form formand formel formentlig formiddag formode formue formål fornøjelse
forpligtelse forpulede forretning forsigtig forsigtigt forsikring forskel forskellige forskning forstod
forstyrre forstå forstået forstår forsvandt forsvar forsvind forsvinde forsvinder forsvundet forsøg forsøge
forsøger forsøges forsøgt forsøgte fortalt fortalte fortjener fortræd fortsat fortsæt fortsætte fortsætter
fortsættes fortæl fortælle fortæller fortælling forudsige forurening forvagt forvagten forventer forvirret
forvirring forværret forværring forår forældre fra fraktur frankrig fransk fraskilt fred fredag frekvens
frem fremad frembringe fremmede fremmøder fremmødt fremragende fremskyndes fremstille fremstår fremtid
fremtiden fremtræder fri frihed frokost fru frue frugt frygt frøken fsa fugl fuld fulde fuldmagt fuldstændig
fuldt fulgt fulgte fund fundament fundet fungerer funktion funktionsniveau fylde fyldt fyr fyre fyren fyret
fysioterapeut fysioterapi fysisk få fået får fængsel fængslet fænomen færdig færdige færre fætter fætteren
fødder fødsel fødselsdag fødselsdato født føle følelse følelser følelsesløshed føler føles følg følge følger
følges følt følte før føre fører først første førtidspensionist gaden gal galdeblære galdesten galt gamle
gammel gang gangbesvær gange gangen gangfunktion ganske gar garanti gas gastroskopi gav gave gear gemme
gemmer gemt gen general generelt genetisk genindlagt genindlæggelse genindlægges genitalia genkende gennem
genoplivning genopretning genoptræning genoptræningsplan gensidig genstand genstande gentage gentages
gentaget gentleman geriatri geriatrisk gerne gevinst gid gider gift gifte giftes gigt gik gips gipsen giv
give giver gives givet gjorde gjort glad glade glas glem glemme glemmer glemt glemte glide glip global glæde
glædelig glæder gnide go god godaften goddag gode godeste godkendt godmorgen godnat godt gor grad grader
gradvist gratis grave gravid grin grine griner grund grunden gruppe gruppen grådlabil græde grædende grænsen
græsplæne grøntsag gud guds gul guld guldbælte gulvet gutter guvernør gyldige gynækologisk gå gået går gård
gårsdagens gælder gæster gæt gætte gør gøre gøres ha habituel habituelt hader haft hal hallo hallucinationer
hals halsen halv halvdelen halvt ham han handler handling handlinger har hastende haster hat hav havde havet
he hed hedder hegn hej hejsa hel held heldig heldige hele heler helet helikopter heller hellere helligdage
hellige helst helt helvede hemiparese hemmelighed hende hendes henne hent hente henter hentes hentet henv
henvise henviser henvises henvisning henvist her herefter herfra herhen herind herinde hernede herop herover
herovre herre herren herrer hertil herude herudover hest hey hils hilsen himlen hinanden histologi historie
historien historier historiker hjalp hjem hjemløs hjemme hjemmebesøg hjemmeblodtryk hjemmehjælp hjemmepleje
hjemmeplejen hjemmesygepleje hjemmesygeplejen hjemmesygeplejerske hjemmet hjemrejse hjemsendes hjemsendt
hjerne hjerneblødning hjernen hjernerystelse hjerte hjerteflimmer hjertelyde hjerterytme hjertesvigt hjertet
hjælp hjælpe hjælpemiddel hjælpemidler hjælper hjælpes hmm hofte hoftealloplastik hoften hold holde holder
holdet hop hos hospice hospital hospitalet hospitalsenhed hoste hosten hotel hotellet hov hoved hovedet
hovedpine hovedtraume hr hud huden hugorm hukommelse hukommelsen hul hun hund hunde hunden hundrede hurtig
hurtigere hurtigt hus huset husk huske husker husstand hustru hustruens hvabehar hvad hvem hver hverdage
hverken hvert hvide hvile hvilke hvilken hvilket hvis hvor hvordan hvorfor hvornår hyggeligt hygiejne
hyperkolesterolæmi hypertension hypokaliæmi hyponatriæmi håb håbede håber hånd håndbevægelse hånden håndled
håndværk håndværker hår hård hårdt hæmatemese hæmatologisk hæmatom hæmatomer hæmodynamisk hæmorider hænder
hænderne hænge hænger hær hæren hævelse hævn højde høje højere højre højresidig højt højttaler hør hørbar
høre høreapparat hørelse hørelsen hører høres høring hørt hørte i ia ibuprofen idag ide idiot ifm ift ifølge
igangværende igen igennem igår ihjel iht ikke ikke-ryger ikterisk ild ilt iltbehandling iltbehov iltkrævende
imellem imidlertid immigrant immunterapi imod imorgen implementere in ind inde indeholde inden indenfor
indforstået indgreb indikation individuel indkaldelse indkaldes indkaldt indkomst indl indlagt indlysende
indlæggelse indlæggelsen indlæggelsesnotat indlægger indlægges indpakning indre indsats indsigt indtag
indtaget indtil indtægter industri indvirkning infarkt infektion infektionstal inflation influenza
influenzalignende information informere informeres informeret infusion ingen ingenting inhalation initial
initiativ injektion inkl inkompenseret inkontinens inkontinent insistere inspektion institution instrueret
instruktion insulin insulinbehandling intakt intakte intensiv intensivt interaktion interessant interesse
interesseret intermitterende intern interne interview intet intoksikation investere investering invitere
irritabel is iskæmi iskæmisk isolation isoleret især it ivrige ja jah jamen januar japansk javel jeg jer
jeres jet jf job jobbet jord jorden journal journalen journalnotat jul juli juni junior jury justeres
justeret justering jævnfør jøsses kaffe kage kald kalde kalder kaldes kaldte kamera kameraet kammerat kampen
kan kant kapsel kaptajn karakter kardielt kardiologi kardiologisk karriere kast kaste kaster kategori
kateter kateteret kbh ked kemoterapi kende kender kendt kendte kerne kg kig kigge kiggede kigger kilde kilo
kilometer king kirke kirken kirurgisk kirurgiske kjole kl klage klager klaget klamtsvedende klap klar klare
klarede klarer klaret klart klasse klatre klaver klinik klinisk klog klokken klokkeslæt kløe km knap kneppe
kniv knogleskørhed know knude knuder knæ knæalloplastik knæet knægt kode kognition kognitiv kognitivt kol
koldt kolesterol kollega kolleger kollektion kolonne kolonoskopi kom komme kommer kommet kommunal kommune
kommunen kommunikere kompenseret komplikation komplikationer kompression kompressionsstrømper koncentration
kone konf konference konferere konfereres konfereret konflikt konfus konge kongen kongres konklusion
konkurrence konsensus konstant konsulent konsultation konsultationen kontakt kontakter kontaktes kontaktet
kontaktperson kontanter kontanthjælp kontinuation kontinuationsnotat konto kontor kontorassistent kontoret
kontraindikation kontrasigneret kontrast kontrol kontrolbesøg kontroller kontrolleres kontrolleret
kontroltid konventionelle kooperativ koordination koordinator kop kopi korn korrekt korrigeret kors kort
kortet kortvarig kost koster kraft krampe kramper kranie kraniet kraveben kredsløb kredsløbet krepitation
krig krigen kriterier kritisk kronisk kroniske krop krykker krykkestokke kræft kræfter krænkelse kræver
kugle kuldegysninger kun kunde kunne kunst kunstner kunstnerisk kusinen kvalitet kvalme kvalmen kvarter
kvinde kvinden kvinder kvitterede kvitteret kylling kys kysse kyst kæbe kæft kæledyr kælling kæmpe kæmper
kære kæreste kærlighed købe køber købt købte kød køkken køkkenet køn kør køre kører køres kørestol køretøj
kørt kørte lad lade lader lag lagde lagt lammelse lancering land landdistrikter lande landet landmand
langsom langsomt langt langvarig lappe lastbil lateral lav lave lavede laver lavet lavt led lede leder ledig
ledningsblok ledsage ledte lege legeme leger leje lejlighed lejres lejret lejring let lethed lette leve
levende lever leveren leverinsufficiens levested lide lidt lift lig lige ligeglad ligesom liget ligge
liggende ligger ligget ligner lille lilletå lindrende lindring liste listen liter live livet livmoder
livsstil livstruende lod loftlift lokale lord los lot lov love lovede loven lover luft luften lufthavnen
luftvej luftveje lugt lugte lugtende lugter luk lukke lukker lukket lunge lungebetændelse lungefunktion
lungemedicinsk lunger lungerne lungestetoskopi ly lyd lyde lyder lykkedes lykkelig lykkes lymfe lymfeknuder
lys lyset lyskebrok lyst lyt lytte lytter lyve lyver lå låne lår låst læg læge lægeambulance lægebil lægelig
lægen lægesekretær lægeundersøgt lægevagten lægge lægger lægges lækker lækkert længde længe længere lænke
lære lærer lært lærte læs læse læser læst læste løb løbe løber løbet løfte løg løgn løj løjtnant lørdag løs
løse mad maden magt magtfulde mail mailadresse majestæt major majs makker man mand mandag manden mands
mandskab mange mangfoldighed mangler mareridt markedsføring marts maske masse masser massiv match matematik
matt mavesmerter mavesår mavesæk me med medarbejder medhjælper medial medicin medicinen medicingennemgang
medicinkort medicinliste medicinsk medicinske medicinstatus medicinændring medier medlem medlemskab
medmindre medtaget meget mejse mekanisme mellem mellemvagt melæna men mener mening meningen menneske
mennesker mens mente mere mest mester metastase metastaser meter metode mexico mg mhp middag midlertidig
midlertidigt midt mig mikrobiologi mikrobiologisk miles miljø miljømæssigt million millioner milt min minde
minder mindre mindst mindste mine minut minutter mirakel misbrug misbrugsbehandling misfarvning mislyde
mislykkedes mission mistanke miste mistede mister mistet mistænkes mistænkt mit ml mm mmhg mmol mobil
mobiliseres mobiliseret mobilisering mobilnr mobilnummer mod model moderat moderne modsætter modtage
modtagelsen modtager modtages modtaget mon mor mord morder morfika morfin morgen morgenens morgenmad morges
mors morsomt motiveres motiveret mtp mulighed muligt muligvis mund munden mundpleje mursten musik musikalsk
musiker muskel mvh myndighed myrdet mysterium må måde mål måle måler måles målet måling målinger målt målte
måne måned måneder månedligt måske måtte mænd mængde mærke mærkeligt mærkes mærket møde møder mødes mødt
mødte mødtes mørke mørkt nabo nar narkose nat nation national natlig natlige natten nattens nattesved
nattesøvn nattevagt natur naturlig naturlige naturligt naturligvis navn navne navnet ned nede nedenfor
nedenunder nederlag nederste nedre nedsat nedsættes nedtrapning nedtrappes nefrologisk negativ negativt
neglepleje nej nemlig nemt nervøs netop netværk neuro neurologi neurologisk neurologiske neutral neutralt
nevøen ni niecen niveau no nogen nogensinde noget nogle nok nord normal normale normaliseret normalt notat
notatet noteret notits november nr nu nul nummer ny nye nyfødt nyheder nylig nyre nyrefunktion
nyreinsufficiens nyrer nyresten nyresvigt nyt nyttig nå nåde nåede nået når næ nægter nægtet næppe nær
nærheden nærme nærmer nærmere næse næste næsten nævne nævner nævnt nød nødsituation nødt nødvendig
nødvendigt nødvendigvis nøgleben nøglen obduktion oberst objektiv objektivt obs observation observer
observerer observeres observeret obstipation offentlig offer officer ofre ofte og også oh ok okay oktober
olie om omdømme omfavne omgang omkring område området omsorg ond onde ondt ondthalset one onkel onklen
onkologisk onsdag op opbevaring opdage opegående operation operationen operationsindikation operationssår
operere opereres opereret opfordres opfordret opfølges opfølgning opfører opførsel opgave opheling opkald
opkast opkastning opkastninger oplade oplagt oplagte oplever opleves oplevet oplyser oplyses oplysninger
oplyst opmærksomhed opnå oppe opskrift opstart opstartes opstartet opstod opstå opstået optaget optrappes
ord orden ordentligt ordet ordination ordinationer ordinationsændring ordineres ordineret ordne ordner
ordnet ordre ordrer orienteret orientering ortopædkirurgisk os osteoporose ovenfor ovenpå over overalt
overarm overbevise overdosis overflytning overflyttes overflyttet overfor overhovedet overleve overlevelse
overlever overlæge overraskelse overraskende overrasket overse overstået oversætte overvej overveje
overvinde ovn ovre pakke pakkeår palliation palliativ palpabel palpable palpation papirer par paracetamol
paraklinik paraklinisk parat parese parkere parkering parkinsonisme partner paræstesier pas passager passe
passer passere patient patienten patientens patienter pause pauseres pauseret pausér pct peber penge pengene
penicillin pension pensioneret pensionering pensionist perfekt perfekte peristaltik perkussion permanent
person personale personalet personer personlig personligt personnummer pga pie pige pigen piger pigerne
pistol pistolen placere plads pladsen plan planen planer planlagt planlagte planlægger planlægges plante
plaster plejebehov plejebolig plejecenter plejede plejehjem plejer pludselig pludseligt plukke pneumoni
podning poesi point pokker pokkers politi politiet politik politimand politisk polyp polypper posen position
positiv positivt posterior postoperativ postoperativt praktiserende primært prinsesse print pris prisen priv
privat problem problemer problemet problemstilling procedure procent produktion professor profil
programmmere projekt proksimal prostata protese proteser provins provokeret præcis præciserer præoperativ
præoperativt præsentere præsident præsidenten præsidentvalg prøv prøve prøvede prøver prøvesvar prøvet psyk
psykiatrisk psykisk psykolog psykologi psykologisk psykose psykotisk pt publikum pulm pulmonalt puls pulsen
pulver pund punkt pupiller pus pvk pyelonefritis på pårørende påstand påvirke påvirket påvist pædiatrisk pæn
pænt race radio rallelyde ramme rammer ramt ramte rapport rar rart reagere reaktion reb recept recepter
rectum red redde reddede reddet reduktion reflekser regel regelmæssig regeringen regime regler reglerne regn
regne regnet reguleret rehabilitering rejs rejse rejser rejste rektal rekvisition rekvisitionen relevant
religion ren rend rent repræsentant republikansk reservelæge resp respekt respiration respirationsfrekvens
respirator respiratorisk respons ressource restaurant resten resterende resultat resultater resume resumé
ret retfærdig retning rette retten reumatologisk revurderes revurdering rhonchi ribben rifter rig rige
rigiditet rigtig rigtige rigtigt ringe ringede ringeklokke ringer ringes ringet risiko risikofaktorer ro
rock rod rolig rolige roligt rollator rolle rom romantisk rum rummet rundt ryg ryge ryger ryggen rygning
rygsmerter rygsøjle rykke rykkes rykket ryste rystelser rytme råd rådgiver rådgivet række rækkevidde rød
røde rødme røg røntgen røntgenbillede rør røre rører røven sa sad sag sagde sagen sager sagt sal
samarbejdende samboende samle samlet samlever samling samme sammen sammenhæng sammenligne samt samtale
samtaler samtykke samtykker san sandhed sandheden sandsynligvis sandt sang sat satan satans sats satte
saturation savne savner savnet scale scanning scene scenen se sej sejt sekret sekretion sekretær seks
seksuel sektor sekund sekunder sekundært sekvens selskab selv selvfølgelig selvhjulpen selvmord
selvmordsrisiko selvmordstanker selvom selvskade selvstændigt senat send sende sender sendes sendt sendte
senere seng sengeafsnit sengeliggende sengen senior sensibilitet sent seponer seponeres seponeret seponering
sepsis september ser sergent seriøst servicelov ses session set sex sgu sherif show sid sidde siddende
sidder siddet side siden sidst sidste sig sige siger sign signal sikke sikker sikkerhed sikkert sikre sikrer
sikres sikret sin sind sinde sindssyg sinusrytme sit situation situationen sivning sjov sjovt sjæl sjældent
skabe skaber skabt skade skadestue skadestuen skaffe skai skal skam skandale skanning skat skatter ske
skelne skema skemaet sker sket skete skib skibet skid skide skiderik skidt skift skifte skifter skiftet
skilt skinne skizofreni skjoldbruskkirtel skjule sklerose sko skole skolen skoven skrab skrammer skrev
skrevet skrid skridt skrig skriv skrive skrivebord skud skudt skulder skulderen skuldertræk skulle sky skyd
skyde skyder skygge skyld skylden skylder skyldig skylles skyllet skynd skål skæbne skære skød skønhed
skønnes skønnet skønt skør skøre slag slags slap slappe slem slemt slet slimhinder slip slippe slipper slog
sluk slut slynge slå slået slår slås sløret smag smager smart smerte smertebehandling smertedækkes
smertedækket smertedækning smertefri smerteplaget smerter smerterne smertestillende smid smide smider smil
smitte smittefare smuds smuk smukke smukt smule smut smutte smutter små snak snakke snakkede snakker snart
sne snor snorken snue so social socialrådgiver sofistikeret soldat soldater solen solgt solgte solid som
sommetider sonde sondeernæring sor-kode sort sorte sosu sov sove sover sovet sovs sparsom specialist
specielt spejl spekulerer spids spil spille spillede spiller spillet spis spise spiser spiserør spiseskefuld
spist spiste spl spor spore sprog spurgt spurgte sputum spædbarn spændende spænding spørg spørge spørger
spørgsmål ssa st stabil stabile stabilt stadig stakkels stand stands start starte startede starter startes
startet stase stat station status sted steddatter steder stedet stedfar stedmor stedsøn stemme stemmer
stemningsleje stetoscopia stetoskopi stigende stik stikke stikker stil stille stiller stinker stipendium
stirre stjal stjerne stjålet stjæle stk stod stof stoffer stok stol stole stoler stolt stop stoppe stoppede
stopper stor storetå storryger stort straks stranden strategi strategisk struktur strålebehandling
studerende stue stuegang stuegangen stuen stykke stykker styre styrelsen styrer styrke stå stående stået
står stærk stærke stærkt støj større størrelse største støtte støttebind støttes støttestrømper støttet
støvle subakut substitueret succes suicidal sukker sulten sundhedslov sundhedsstyrelsen sundhedsstyrelsens
super supplerende suppleres suppleret support sur suturer suturfjernelse svar svare svarer svaret
svigerdatteren svigersønnen svimmel svimmelhed svin svulst svælg svær sværge sværger svært syd syg sygdom
sygdomme syge sygemeldt sygepleje sygeplejen sygeplejenotat sygeplejerske sygeplejersker sygeplejestatus
sygetransport symptom symptomer syn synd synes synet synge synger synkope synlig syntes syre systemet syv så
sådan således sår sårbehandling såret sårpleje sårskift sårvæske sås sædvanlig sælge sælger særlig særligt
sæt sætte sætter sød søde sødt søg søge søger søn søndag sønnerne sørg sørge søster søvn søvnløshed tab tabe
taber tablet tabletter tabt tabte tag tager tages taget tak takke takkede takker tal tale taler tales talt
talte tandprotese tandstatus tank tanke tanker tante tanten tarm tarmlyde taske taxa te team teamet
teamleder ted teenager tegn tegne tegning teknologi tekst telefon telefonen telefonisk telefonkonsultation
telefonnr telefonnummer television temmelig temp temperatur temperaturen tendens terminal terminalt
terrorist testamente thorax ti tid tide tiden tider tiders tidlig tidligere tidligt tidspunkt til tilbage
tilbud tilbudt tilbyder tilbydes tildele tilfreds tilfælde tilføjelse tilføjer tilgiv tilhører tilladelse
tillid tillykke tilmeld tilpasning tilpasses tilpasset tilser tilses tilset tilst tilstand tilstedeværelse
tilstrækkelig tilsyn tiltag tiltagende time timer ting tingene tirsdag tit titel tja tjek tjekke tjene
tjener tjeneste tlfnr to tobak tog toget toilet toiletbesøg toilettet tolk tommel tonus top toppen torsdag
tosset totalt traditionel trafikuheld transfusion transport transportør trappe trapper traume travlt tre
tredje tremor trick trin trist tro trods troede tror trussel tryk trykke trykken tryksår træ træd træk
trække trækker træner trænger træning træt træthed tumor tung tur tusind tv tvivl tvivlsomt tværfaglig
tværfagligt tydelig tydeligt tyktarm tyngdefornemmelse type tå tåre tårn tæer tælle tæller tænder tænk tænke
tænker tænkt tænkte tæt tættere tøj tør tørstig tøs uafhængighed uanset ud udadreagerende udbredt udbyder
uddanne uddannelse uddybende uddyber uddybet ude udeblevet udebliver udelukkes udelukket uden udenfor
udenlandsk udfyldes udfyldt udfører udføres udført udgave udgør udleveret udlevering udmelding udmærket
udredes udredning udredt udsat udseende udskill udskr udskrevet udskrivelse udskrivelsen udskrivelsesklar
udskrives udskrivning udskrivningsbrev udskrivningsklar udskrivningskonference udskrivningssamtale udslæt
udstrålende udstråling udsættes udtalt udvej udvidelse udvikling udvælgelse uge ugen ugens ugentlig
ugentligt uger uheld ukendt uklar uklart ultralyd ulykke umulig umuligt under underarm underben
underholdning underligt underskrevet underskrift underskriver underskud undersøgelse undersøges undersøgt
underviser undgå undskyld undskylde undskyldning ung ungdom unge unger univers universel universitetsområde
upåfaldende upåvirket ur urban uregelmæssig urin urinprøve urinstix urinvejsinfektion urolig uroligt
urologisk usa uskyldig uterus utilfreds utrolig utroligt uvist uændrede uændret uøm vaccination vaccineret
vaere vag vagt vagten vagtlæge vagtlægen valg valgt valgte van vand vandet vandladning vandt vane vanlig
vanlige vanligt vanvittig var vare varer varet variere varighed varm varme varmt varsel ved vedhæftet
vedkommende vedlagt vedr vedtage vedvarende vegne vej veje vejen vejer vejledning vejledt vejret
vejrtrækning vejrtrækningen vel velbefindende velbehandlet velholdt velkommen vellykket velreguleret ven
vend vende vender vendes vendt venflon veninde veninderne venlig venlige venligst venner venstre
venstresidig vent vente ventede venter ventet ventetid ventilator verden verdens version vesikulær vestlig
vha vi via vide viden videnskab videokonsultation videre vidne vidner vidst vidste vidt vidunderligt vigtig
vigtigste vigtigt vikar vil vild vilde vildt vilje villig vin vinde vinder vindue vinduet virke virkede
virkelig virkelighed virkeligheden virkeligt virker virket virkning virksomhed vis vise viser visitation
visitationen visitator visiteret visse vist viste vital vitale vitalparametre vogn voksen vold voldsom vor
vore vores vrangforestillinger vred vrede vundet vurderer vurderes vurderet vurdering våben vågen vågn vågne
vågner vågnet vædde væg vægt vægten vægttab vægttabet væk vælg vælge vælger vær værd værdi værdier værdifuld
være værelse været værge værre værsgo værste vært væsen væsentligt væske væskebalance væskebehandling
væskeindtag væsken væskeskema was weekend weekender yderligere åben åbenbart åbn åbne åbner åh åndenød år
århundrede årig årige års årsag årsagen årti æg ægte ægtefælle ægteskab ældre ældrebolig ændre ændrer ændres
ændret ændring ændringer ære ærlig ærligt én ét ødelagde ødelagt ødelægge ødelæggelse ødelægger ødem ødemer
øg øge øges øget øh øje øjeblik øjeblikket øjne øjnene økonom økonomi øl øm ømhed ømt ønske ønskede ønsker
ønskes øre øvelser øverst øvre
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
