"""Terms of the health services that the word pass asks for: what may stand with a capital, and what announces
a name.

Lists only, in lower case; the rules are in `words.py`, ordinary words in `vocabulary.py`, names in
`names.py`. Written for this project from common knowledge of Danish patient records.
"""

from functools import cache

# Words that announce a name when one follows: a title, a role, a relation.
_TITLES = """
svigerdatteren svigersønnen svigermoren svigerfaren broderen niecen nevøen fætteren kusinen tanten onklen
ekskonen eksmanden ekskone eksmand stedfar stedmor stedsøn steddatter mormoren morfaren farmoren farfaren
bekendt tvillingebror tvillingesøster storebror lillebror storesøster lillesøster overlæge overlægen ovl læge
lægen reservelæge reservelægen resl afdelingslæge afdelingslægen afdl 1.reservelæge klinikchef ledende
cheflæge speciallæge vagtlæge vagtlægen bagvagt bagvagten forvagt forvagten mellemvagt turnuslæge kbu-læge
stud.med sygeplejerske sygeplejersken spl spl. sgpl sygepl afdelingssygeplejerske hjemmesygeplejerske
hjemmesygeplejersken oversygeplejerske ssa sosu sosa ssh assistent assistenten hjælper hjælperen fysioterapeut
fysioterapeuten fys ergoterapeut ergoterapeuten ergo diætist diætisten jordemoder jordemoderen bioanalytiker
radiograf psykolog psykologen psykiater neuropsykolog logopæd audiolog socialrådgiver socialrådgiveren
sagsbehandler sagsbehandleren visitator visitatoren koordinator sekretær sekretæren lægesekretær
lægesekretæren portør præst præsten tolk tolken farmaceut farmaceuten apoteker kiropraktor tandlæge tandlægen
fodterapeut dr dr. doktor prof professor hr hr. herr fru fr fr. frk frk. frøken hustru hustruen kone konen
ægtefælle ægtefællen ægtemand mand manden samlever samleveren samleverske kæreste kæresten partner datter
datteren søn sønnen mor moren moderen far faren faderen bror broren søster søsteren svigersøn svigerdatter
svigermor svigerfar barnebarn barnebarnet niece nevø fætter kusine tante onkel mormor morfar farmor farfar
nabo naboen veninde veninden kontaktperson kontaktpersonen pårørende værge værgen plejefar plejemor enke
enkemand patient patienten pt pt. borger borgeren navn navnet hedder kaldet kaldes ved v/ sundhedsassistent
sundhedsassistenten sundhedshjælper sundhedshjælperen sosu-assistent sosu-hjælper hjemmehjælper
hjemmehjælperen praksissygeplejerske praksissygeplejersken uddannelseslæge uddannelseslægen vikarlæge
vikarlægen plejehjemslæge embedslæge nattevagt aftenvagt genbo genboen besøgsven besøgsvennen
demenskoordinator demenskoordinatoren teamleder teamlederen forflytningsvejleder sygeplejestuderende
"""

# Words after which the rest of the line is a signature.
_SIGNATURES = """
mvh vh kh dbh hilsen hilsner sign underskrevet attesteret kontrasigneret
"""

# Short forms written in capitals that are no initials of people.
_ABBREVIATIONS = """
ul uls rtg mrcp hrct pet-ct ct-angio abc abg abl acd ace acs ad adhd adl ads ae af afs ak akut alat ami amk
amp ana anca apc aptt asa asat asd atls auh av avnrt avrt bid bipap bmi bnp bp bt btm bun ca cabg cad cave
cea ced cgm chf ckd cll cmv cns co2 cpap cpr crp crt csf ct ctc ctu cvk cvp dc dexa dic dm dna dnr do dvt
ecv eeg ef efsa egfr ekg eko emg ems eng enterale ercp esbl esr eua ev ews fev1 ffp fl fsiii fu gca gcs gerd
gfr gi gu hb hbv hcv hdl hf hhv hiv hl hlr hnpcc hofte hosp hpv hr hrt hsv hu iab iadl ibs icd icp icu ie
iga ige igg igm ihd ii iii inj inr io ip it itp iu iv ivf ix j kad kag kol kpc kram ks kv la lad lbbb ldh
ldl led lvef lvh lwh m mdr mdt mg mi mmse moca mr mri mrsa ms msa mtx multi na nacl neg news nihss nkf nip
niv nph npu nsaid nst nstemi nyha ob obs od oga ok op os osas ous pa pad paf pat pcc pci pcr pdf pe pef peg
pem pet ph picc pk pn po pos pr prn prp prv psa pt pth ptsd pvk pvt q qtc ra rbbb rdf rf rh rm rs rt ruh rr
sa sah sao sap sat sc sdh sds sel sel. sgl sik sle slut sma smd snc ssa ssi ssri st stat std stemi sto sul
svt sx tb tbc tbi tci tia tid tipss tnf tnm toe tof tos tp tpn trc trh trs tsh tte tur tvt u ua udred us usa
uti uvi va vac vak vap vas vb vdrl vf vii viii vip vt vte vurd vvs wbc who wpw x xi xii hcc hads dsm who-5
rmuh hev hem hsp rhg rhv rhh rhr sos fmk sfi ppj bbr navn cpr-nr adresse telefon email tlf obs! nb ja nej
ad1 kk ok. plan status
"""

# Names of people and places in the names of diseases, signs, methods and institutions.
_EPONYMS = """
mallampati coma scale parkinson parkinsons alzheimer alzheimers dupuytren dupuytrens crohn crohns hodgkin
hodgkins sjögren sjøgren sjögrens sjøgrens raynaud raynauds ménière menière meniere menières menieres addison
addisons cushing cushings graves basedow basedows hashimoto hashimotos paget pagets barrett barretts babinski
babinskis romberg rombergs lasègue laseque lasegue mcburney murphy murphys glasgow apgar down downs turner
turners klinefelter marfan marfans ehlers danlos huntington huntingtons korsakoff wernicke wernickes tourette
tourettes asperger aspergers lewy creutzfeldt jakob guillain barré barre bell bells horner horners colles
bechterew bechterews scheuermann perthes osgood schlatter baker bakers charcot heberden bouchard behcet behçet
kawasaki wegener wegeners takayasu still stills felty reiter whipple gilbert wilson wilsons hirschsprung
mallory weiss zenker meckel schatzki kaposi burkitt waldenström doppler holter allen trendelenburg thomas
mcmurray lachman phalen tinel finkelstein spurling dix hallpike epley kerniga kernig brudzinski chvostek
trousseau virchow homans fontaine killip forrester child pugh charlson barthel hamilton beck cochrane braden
norton waterlow rankin hoehn yahr schirmer snellen ishihara rinne weber billroth whipple hartmann foley
tiemann seldinger redon quincke kiel dukes gleason clark breslow ann arbor bosniak robson wells geneva ranson
forrest rutherford danmark danske dansk region regionen midtjylland midt regionshospitalet regionshospital
hospitalsenheden universitetshospital universitetshospitalet sygehus sygehuset aarhus århus horsens randers
viborg silkeborg herning holstebro skive gødstrup skejby rigshospitalet lægehuset lægehus falck europa norge
sverige tyskland grønland færøerne sygesikringen borgerservice patientombud folkehelse sundhedsplatformen
midtepj epj fmk sundhed.dk medcom kræftens bekæmpelse alkoholenheden røde kors jehovas islam bartholin
bartholins bishop bolam borg bunnell ciwa dercum epworth garden gaf gulstad hawkins hinchey karnofsky köbner
köbners lhermitte lhermittes lichtenstein mohs neer nikolsky osler oslers ottawa pancoast rovsing schober
takotsubo friderichsen wenckebach mobitz wolff maisonneuve monteggia galeazzi hill-sachs bankart cheyne
kussmaul kussmauls biot sheehan tietze tietzes roemheld rokitansky schimmelbusch peyronie peyronies fournier
fourniers dieulafoy courvoisier murphy's kocher mirizzi ogilvie cullen grynfelt spigel trömner oppenheim
lasegues kernigs brudzinskis wallenberg brown-séquard brown sequard adie adies tolosa ivor-lewis peutz jeghers
hippel lindau recklinghausen
"""

# Trade and substance names of drugs that are written with a capital.
_DRUGS = """
panodil pinex pamol ibuprofen ibumetin ipren paracetamol kodein kodimagnyl treo magnyl hjertemagnyl hjerdyl
albyl acetylsalicylsyre clopidogrel plavix brilique ticagrelor efient xarelto rivaroxaban eliquis apixaban
pradaxa dabigatran lixiana edoxaban marevan warfarin marcoumar fragmin innohep klexane heparin morfin
contalgin doltard oxycontin oxynorm oxycodon malfin dolol tramadol nobligan mandolgin gemadol tradolan
durogesic fentanyl norspan buprenorphin temgesic metadon ketogan petidin gabapentin neurontin lyrica
pregabalin sertralin zoloft citalopram cipramil escitalopram cipralex fluoxetin fontex mirtazapin remeron
venlafaxin efexor cymbalta duloxetin amitriptylin saroten nortriptylin noritren zopiclon imozop imovane
zolpidem stilnoct circadin melatonin oxazepam oxapax alopam diazepam stesolid apozepam lorazepam temesta
risperidon risperdal quetiapin seroquel olanzapin zyprexa haloperidol serenase truxal clozapin leponex abilify
aripiprazol lithium litarex lamotrigin lamictal valproat deprakine orfiril keppra levetiracetam tegretol
trileptal fenytoin madopar sinemet stalevo sifrol requip azilect donepezil aricept memantin ebixa exelon
rivastigmin metformin glucophage januvia sitagliptin jardiance empagliflozin forxiga dapagliflozin victoza
liraglutid ozempic semaglutid wegovy rybelsus trulicity lantus toujeo tresiba levemir abasaglar novorapid
humalog fiasp novomix insulatard actrapid insulin insuman furix furosemid diural centyl bendroflumethiazid
hydrochlorthiazid spiron spironolacton spirix hexalacton inspra burinex bumetanid corodil enalapril ramipril
triatec lisinopril losartan cozaar candesartan atacand valsartan diovan entresto micardis telmisartan
amlodipin norvasc felodipin plendil verapamil isoptin diltiazem cardizem metoprolol selo-zok seloken
bisoprolol bisocor emconcor carvedilol dimitone propranolol inderal sotalol digoxin amiodaron cordarone multaq
nitroglycerin nitrolingual imdur isosorbid simvastatin zocor atorvastatin lipitor zarator rosuvastatin crestor
ezetrol ezetimib pantoprazol pantoloc omeprazol losec lansoprazol lanzo nexium esomeprazol gaviscon balancid
link primperan metoclopramid domperidon motilium zofran ondansetron movicol gangiolax laxoberal magnesia
lactulose toilax dulcolax moxalole husk imodium loperamid penicillin primcillin vepicombin ampicillin
pivampicillin pondocillin selexid pivmecillinam amoxicillin bioclavid spektramox dicloxacillin diclocil
heracillin cefuroxim zinacef ceftriaxon rocephalin meropenem meronem piperacillin tazobactam tazocin
gentamicin hexamycin vancomycin ciprofloxacin ciproxin metronidazol flagyl azithromycin zitromax
clarithromycin klacid roxithromycin doxycyclin nitrofurantoin trimethoprim sulfotrim linezolid fluconazol
diflucan nystatin mycostatin aciclovir zovir valaciclovir prednisolon prednison solu-medrol medrol
hydrocortison solu-cortef dexamethason celeston symbicort seretide bufomix spiriva spirocort pulmicort
ventoline bricanyl airomir berodual combivent ultibro anoro trelegy relvar trimbow montelukast singulair
zyrtec cetirizin clarityn loratadin benadryl aerius eltroxin euthyrox levothyroxin thycapzol thiamazol
alendronat fosamax bonviva prolia denosumab aclasta unikalk kalcipos calcium kalium kaleorid magnesium jern
ferro duroferon monofer b-combin betolvex vibeden folinsyre folimet thiamin vitamin d-vitamin tamsulosin
finasterid proscar vesicare betmiga detrusitol methotrexat salazopyrin plaquenil humira enbrel remicade
mabthera arava azathioprin imurel allopurinol colchicin colrefuz tamoxifen letrozol zoladex vagifem ovestin
kliogest nicotinell nicorette champix antabus campral risolid klopoxid fentanest propofol ketamin adrenalin
noradrenalin dopamin atropin naloxon narcanti epipen voltaren diclofenac diclon naproxen tramal celebra
arcoxia arixtra ringer-lactat ringer glukose fresubin nutridrink resource comirnaty moderna spikevax pneumovax
fluarix zoster shingrix aranesp aquacel atenolol betahistin betnovat bortezomib carboplatin cerazette
cisplatin cortimyk dermovat diprosalic docetaxel doxorubicin doxycyklin epirubicin etalpha eylea lucentis
ferro-duretter duretter fucithalmic fucidin fucicort glimepirid grepid imadrax jaydess kapecitabin
capecitabine kloramfenikol klyx microlax picolax laktulose latanoprost xalatan cosopt litiumkarbonat locobase
locoid elocon tacrolimus protopic malonetta yasmin yasminelle microgynon metylphenidat methylphenidat ritalin
concerta medikinet strattera elvanse metoprololsuccinat mirena nasonex avamys rhinocort oseltamivir tamiflu
oxaliplatin paclitaxel pembrolizumab keytruda nivolumab persantin dipyridamol pramipexol ropinirol rasagilin
selegilin rituximab pravastatin sulfametizol sumatriptan imigran rizatriptan zolmitriptan surlid syntocinon
oxytocin tiamin timolol trandate labetalol tysabri ocrevus gilenya vermox pyrvin ivermectin kaliumklorid
natriumklorid kalciumkarbonat isotonisk depo-medrol diprospan lidocain bupivacain ropivacain marcain epo
neorecormon mircera venofer cosmofer zometa alendronsyre forsteo evenity depot retard forte mite
enterotabletter breezhaler turbuhaler respimat ellipta nexthaler diskus krka teva stada sandoz actavis orion
bluefish xiromed accord mylan viatris zentiva hexal orifarm ratiopharm aurobindo
"""

# Analyses, bacteria, anatomy and headings that are written with a capital inside a line.
_TERMS = """
tyrkiet polen irak iran syrien somalia vietnam afghanistan pakistan libanon bosnien rumænien ukraine rusland
spanien italien frankrig england london thailand kina indien usa medicinkort hospitalsenhed lungemedicinsk
intern medicinsk sor-kode morbus mb maladie sygeplejen afdeling afdelingen afsnit afsnittet akutafdeling
akutafdelingen akutmodtagelsen akutmodtagelse geriatri lungesygdomme hjertesygdomme nyresygdomme øjensygdomme
hudsygdomme kvindesygdomme blodsygdomme infektionssygdomme mave-tarmsygdomme medicinsk kirurgisk medicinske
kirurgiske ortopædkirurgi kirurgi karkirurgi neurokirurgi neurologi urologi kardiologi onkologi reumatologi
endokrinologi nefrologi hæmatologi pædiatri psykiatri psykiatrien gynækologi obstetrik anæstesi anæstesiologi
intensiv radiologi patologi neurorehabilitering fysioterapi ergoterapi ambulatorium ambulatoriet ambulatorier
skadestuen klinik klinikken hospice center centeret fælles sundhedsstyrelsen sundhedsstyrelsens sundhedsloven
serviceloven lægevagten almen praksis nacl cor pulm imadrax hæmoglobin leukocytter leukocyt trombocytter
kreatinin karbamid carbamid natrium albumin bilirubin amylase troponin ferritin transferrin cobalamin folat
hba1c glukose laktat procalcitonin d-dimer basisk fosfatase alat asat ldh ggt inr koagulationsfaktor tsh t3 t4
psa crp sænkning escherichia coli e.coli klebsiella pseudomonas staphylococcus staphylokokker aureus
streptokokker streptococcus pneumokokker enterokokker clostridium clostridioides difficile campylobacter
salmonella candida helicobacter pylori legionella mycoplasma chlamydia borrelia listeria haemophilus moraxella
proteus covid covid-19 corona influenza norovirus rotavirus herpes zoster varicella hepatitis abdomen thorax
cor pulmones columna cranium collum ekstremiteter uex oex rectum genitalia mammae prostata vesica femur tibia
fibula humerus radius ulna patella achilles achillessene st.p st.c aktuelt aktuel objektivt objektiv anamnese
anamnesen konklusion plan status allergier allergi cave medicin medicinen dispositioner tidligere
ekspositioner tobak alkohol socialt social familiært kliniske epikrise diagnose diagnoser ordination
ordinationer resume resumé notat notatet ekg ct mr rtg røntgen uls blodprøver vitale værdier psykisk somatisk
neurologisk hud funktion ernæring udskillelser kommunikation smerter søvn aktivitet respiration cirkulation
sygeplejestatus hjælpemidler pårørende kontaktperson patienten patient pt borger borgeren adresse telefon tlf
mobil mail e-mail email cpr cpr-nr cprnr cpr-nummer navn født venlig hilsen med mvh vh de dem deres mandag
tirsdag onsdag torsdag fredag lørdag søndag januar februar marts april juni juli september oktober november
december jul påske pinse nytår grundlovsdag triage tokotal barthel-100 tobs ews early warning score dagplejen
kommune kommunen hospitalet mave mave- tarmkirurgi tarmkirurgisk kommunes lægerne lægeklinikken
lægefællesskabet lægepraksis autorisations-id nt-probnp probnp hgb obj eksp disp soc abd rp bs a-gas
"""

# Names that are also words: alone at the head of a sentence they are taken for the word.
_AT_START = """
maj hans per max line tage an sten dag du mark skov bo bor høj lang kold ring skriver gram nakke frisk strøm
vest vind tom sammen lund hvid hvide brun grøn mørk stor lille kok sommer vinter lykke ask sol bro dam rose
holm kort have find due just otte else tine kat don bank jæger lam hede bjerg kamp strand fin love sand ager bang
"""

# What people do: after these a name that is also a word is a name. "Per har sovet", but "Per os".
_VERBS = """
er var har havde vil ville kan kunne skal skulle må måtte får fik blev bliver bor boede sover sov spiser
drikker går gik kommer kom siger sagde fortæller fortalte oplyser oplyste angiver angav beskriver klager
klagede ønsker ønskede ringer ringede føler følte mener mente synes virker fremstår ligger lå sidder sad
står spørger spurgte udskrives indlægges informeres tager tog accepterer afviser afviste takker benægter
husker glemmer deltager deltog møder mødte kontaktes henvender hjælper og også selv kender arbejder oplever
"""

# First names common enough, and no words, to be taken for names in lower case as well.
_ALSO_LOWER = """
anders andreas anne anna annette anita anja arne asger bente benny bent birgit birgitte birthe bjarne bodil
brian britta camilla carsten charlotte christian christina claus conny dennis dorte dorthe ebba edith einar
elisabeth ellen elly emil emilie emma erik erling ernst esther flemming frederik freja frida gerda gitte
grethe gunnar gurli hanne harald heidi helge helle henning henrik holger inga inge inger ingrid jacob jakob
jens jesper jette johannes jonas josefine julie jytte jørgen jørn kaj karen karin karl karsten katrine
kirsten kirstine kjeld knud kristian kurt lars lasse laura leif lene lis lisbeth lise lone lotte louise
lærke mads magnus maja malene margrethe maria marianne marie mathias mathilde merete mette michael mikkel
mogens morten nanna niels nikolaj oliver oluf otto palle patrick pernille peter pia poul preben ragnhild
rasmus rikke rita sanne sebastian sofie sofia solveig susanne svend søren thomas thorkild tina tobias tove
trine troels ulla ulrik vagn vibeke viggo vilhelm willy yvonne aage åge åse fatima mohammed ahmed ali hassan
"""


@cache
def titles() -> frozenset[str]:
    """Return words that announce a name."""
    return frozenset(_TITLES.split())


@cache
def signatures() -> frozenset[str]:
    """Return words that open a signature."""
    return frozenset(_SIGNATURES.split())


@cache
def allowed() -> frozenset[str]:
    """Return terms that may stand with a capital anywhere in a line."""
    return frozenset(f"{_ABBREVIATIONS} {_EPONYMS} {_DRUGS} {_TERMS} {_TITLES} {_SIGNATURES}".split())


@cache
def eponyms() -> frozenset[str]:
    """Return allowed terms that are names of people too: they explain a capital when no name is beside."""
    return frozenset(_EPONYMS.split())


@cache
def at_start() -> frozenset[str]:
    """Return names that are taken for words when they stand alone at the head of a sentence."""
    return frozenset(_AT_START.split())


@cache
def also_lower() -> frozenset[str]:
    """Return first names that are taken for names in lower case."""
    return frozenset(_ALSO_LOWER.split())


@cache
def verbs() -> frozenset[str]:
    """Return words that follow the name of a person who does something."""
    return frozenset(_VERBS.split())
