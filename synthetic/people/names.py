"""Lists of Danish names, streets, towns and titles, from which synthetic people are put together.

Plain data and nothing else: who gets which name is drawn in `synthetic/people/people.py`, staff in
`synthetic/texts/staff.py`. The lists hold names that are also words (Bo, Line, Per, Skov, Lund), because those
are the ones that are missed.
"""


def _list(text: str) -> tuple[str, ...]:
    """The entries of a text: divided by blanks; an underscore stands for a blank inside an entry."""
    return tuple(entry.replace("_", " ") for entry in text.split())


MEN = _list(
    """
    Peter Michael Lars Jens Thomas Henrik Søren Christian Jan Martin Niels Anders Morten Jesper Mads Hans
    Jørgen Per Rasmus Ole Kim Jacob Kristian Erik Mikkel Poul Frederik Carsten Brian Finn John Claus Torben
    Flemming Steen Bent Leif Daniel Simon Allan Kenneth Nikolaj Emil Alexander Jonas Kasper Bo Sebastian
    Lasse Magnus Ib Bjarne Karl Knud Svend Tom Mathias Bjørn Palle Tommy Kurt Ulrik Dennis Villy Johannes
    Gert Kaj Børge René Arne Johnny Viggo Mogens Steffen Preben Egon Vagn Verner Ejner Aage Åge Holger Ejvind
    Freddy Birger Gunnar Harald Henning Ivan Jakob Johan Jonathan Kjeld Keld Kristoffer Kent Lauge Malthe
    Marcus Mohammed Ahmed Ali Omar Nicklas Noah Oliver Oscar Otto Patrick Philip Robert Ronni Rune Sander
    Sofus Stig Sune Tage Theis Tobias Troels Uffe Valdemar Victor Viktor William Yusuf Aksel Albert Alfred
    Anton Arthur Asger August Benjamin Benny Bertil Casper David Ebbe Edvard Elias Ernst Esben Felix Frank
    Frode Georg Gorm Hugo Jeppe Jonny Julius Klaus Lennart Lucas Ludvig Mark Max Mustafa Nils Orla Oskar Ove
    Regnar Richard Roar Sigurd Silas Storm
    """
)

WOMEN = _list(
    """
    Anne Mette Kirsten Hanne Anna Helle Susanne Lene Maria Marianne Inge Lone Karen Camilla Bente Pia Louise
    Charlotte Jette Tina Gitte Ida Lise Julie Emma Sofie Karin Birgit Ellen Sara Kirstine Inger Annette Lis
    Rikke Ulla Birthe Dorthe Mathilde Laura Line Katrine Hanna Maja Trine Connie Pernille Jytte Merete Britta
    Heidi Johanne Christina Cecilie Signe Freja Caroline Sanne Astrid Nanna Clara Alberte Victoria Anita
    Irene Ditte Malene Ane Tove Stine Elisabeth Rita Eva Grethe Else Gerda Ruth Edith Aase Åse Vibeke Sonja
    Margit Solveig Ragnhild Agnes Alma Andrea Asta Augusta Barbara Benedikte Berit Betina Birgitte Bodil
    Carla Dagny Dagmar Dina Dorte Ella Elna Emilie Erna Ester Esther Eline Fatima Filippa Frida Gudrun
    Gunhild Hedvig Helene Henriette Herdis Ingrid Iben Ilse Isabella Jane Jasmin Jenny Jonna Josefine Kaja
    Karla Kate Klara Lærke Lea Leila Lilly Linda Liv Lotte Luna Lykke Margrethe Marie Martha Mia Michelle Mie
    Minna Monica Natascha Nina Nora Olga Olivia Oda Rosa Sabine Selma Sidsel Silje Simone Tanja Thea Thyra
    Tilde Vera Viola Vita Zainab Yrsa Øllegaard Rose Sol Lin
    """
)

LAST = _list(
    """
    Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen
    Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen Jakobsen Jacobsen
    Mikkelsen Olesen Frederiksen Laursen Henriksen Lund Holm Schmidt Eriksen Kristiansen Simonsen Clausen
    Svendsen Andreasen Iversen Jeppesen Mogensen Jespersen Nissen Lauridsen Frandsen Østergaard Jepsen Kjær
    Carlsen Vestergaard Nygaard Dahl Brandt Friis Søndergaard Bech Beck Bjerregaard Bruun Bak Bang Bjerg Skov
    Bach Winther Kjeldsen Lauritsen Toft Kruse Steffensen Hald Damgaard Dam Hede Berg Krogh Krog Holst Juhl
    Juul Skovgaard Lind Ravn Schou Falk Munk Villadsen Thygesen Thorsen Sloth Klausen Enevoldsen Danielsen
    Bertelsen Bendtsen Berthelsen Bonde Borup Brogaard Buch Bundgaard Bæk Bækgaard Dalgaard Davidsen Ebbesen
    Eskildsen Fisker Gade Gregersen Gundersen Haugaard Hedegaard Hermansen Hjorth Høj Højgaard Høyer Ipsen
    Jessen Justesen Kirk Kirkegaard Klit Koch Kock Kofoed Lassen Lykke Mark Markussen Marcussen Meyer
    Nedergaard Norup Nørgaard Overgaard Paulsen Philipsen Povlsen Riis Rosendahl Sand Schrøder Smed Sommer
    Stage Steen Storgaard Strand Thorup Trane Vang Vinter Vind Vad Wind Würtz Ørsted Ødegaard Aagaard Ågård
    Åkjær Yilmaz Hussein Ali Nguyen Abdi Mohamad Kowalski Popescu
    """
)

STREETS = _list(
    """
    Vestergade Østergade Nørregade Søndergade Storegade Skolegade Kirkegade Algade Torvegade Havnegade
    Møllegade Bredgade Smedegade Grønnegade Jernbanegade Slotsgade Fredensgade Brogade Klostergade Borgergade
    Nygade Adelgade Kongensgade Dronningensgade Mejlgade Ågade Guldsmedgade Stationsvej Skovvej Kirkevej
    Skolevej Møllevej Engvej Bakkevej Birkevej Strandvejen Parkvej Industrivej Lærkevej Solsortevej Mågevej
    Svalevej Stærevej Rosenvej Tulipanvej Syrenvej Liljevej Violvej Anemonevej Kløvervej Nørrevej Søndervej
    Østervej Vestervej Hovedvejen Randersvej Viborgvej Silkeborgvej Skanderborgvej Horsensvej Herningvej
    Holstebrovej Ringvej Gl._Landevej Byvej Bygaden Højvej Dalvej Åvej Søvej Fjordvej Havvej Klitvej Hedevej
    Mosevej Marksvinget Skovbrynet Engdraget Åbrinken Bøgevænget Egevænget Elmevænget Askevænget Granvænget
    Fyrrevænget Pilevænget Hasselvænget Tjørnevænget Hybenvænget Kastanievej Lindevej Poppelvej Ahornvej
    Egevej Bøgevej Pilevej Ellevej Enebærvej Slåenvej Brombærvej Ribsvej Kirsebærvej Æblevej Blommevej
    Pæretræsvej Kornvej Rugvænget Bygvænget Havrevænget Hvedemarken Toftevej Agervej Vænget Præstegårdsvej
    Degnevej Smedevej Møllebakken Kærvej Sandgraven Teglværksvej Mejerivej Brugsvej Gårdvej Herredsvej
    Kongevej Dronning_Margrethes_Vej Frederiks_Allé Skt._Knuds_Allé Marselis_Boulevard Nordre_Ringgade
    Søndre_Boulevard Rosensgade Vesterbro_Torv Sjællandsgade Fynsgade Lollandsgade Jyllandsgade Samsøgade
    Læssøesgade Tordenskjoldsgade Absalonsgade Niels_Bohrs_Allé H.C._Andersens_Vej Carl_Nielsens_Vej
    Thorvaldsensvej Chr._Winthers_Vej Grundtvigsvej Ingemannsvej Odinsvej Thorsvej Freyasvej Balders_Allé
    Idunsvej Sigyns_Allé Vikingevej Runevej Egernvej Hjortevej Rævebakken Harevænget Dådyrvej Pindsvinevej
    Ørnevej Falkevej Uglevej Spættevej Gøgevej Vibevej
    """
)

# Code of the municipality, region, people in thousands (about 2023), postcodes with towns.
MUNICIPALITIES: tuple[tuple[int, int, float, str], ...] = (
    (615, 82, 95, "8700 Horsens,8740 Brædstrup,8751 Gedved,8783 Hornsyld"),
    (657, 82, 90, "7400 Herning,7451 Sunds,7480 Vildbjerg,7500 Holstebro"),
    (661, 82, 59, "7500 Holstebro,7830 Vinderup,6990 Ulfborg"),
    (665, 82, 19, "7620 Lemvig,7660 Bækmarksbro,7673 Harboøre"),
    (671, 82, 21, "7600 Struer,7560 Hjerm,7790 Thyholm"),
    (706, 82, 44, "8400 Ebeltoft,8410 Rønde,8543 Hornslet,8550 Ryomgård"),
    (707, 82, 37, "8500 Grenaa,8963 Auning,8950 Ørsted,8586 Ørum Djurs"),
    (710, 82, 49, "8370 Hadsten,8382 Hinnerup,8450 Hammel,8860 Ulstrup"),
    (727, 82, 23, "8300 Odder,8350 Hundslund,8340 Malling"),
    (730, 82, 99, "8900 Randers C,8920 Randers NV,8930 Randers NØ,8940 Randers SV"),
    (740, 82, 99, "8600 Silkeborg,8620 Kjellerup,8632 Lemming,8653 Them"),
    (741, 82, 3.7, "8305 Samsø"),
    (746, 82, 65, "8660 Skanderborg,8680 Ry,8464 Galten,8362 Hørning"),
    (
        751,
        82,
        367,
        "8000 Aarhus C,8200 Aarhus N,8210 Aarhus V,8220 Brabrand,8240 Risskov,8270 Højbjerg,8520 Lystrup",
    ),
    (756, 82, 42, "7430 Ikast,7330 Brande,7442 Engesvang"),
    (760, 82, 56, "6950 Ringkøbing,6900 Skjern,6880 Tarm,6960 Hvide Sande"),
    (766, 82, 47, "8722 Hedensted,7130 Juelsminde,7160 Tørring,8763 Rask Mølle"),
    (779, 82, 45, "7800 Skive,7870 Roslev,7860 Spøttrup"),
    (791, 82, 97, "8800 Viborg,8850 Bjerringbro,7470 Karup J,8830 Tjele"),
    (630, 83, 120, "7100 Vejle,7120 Vejle Øst"),
    (621, 83, 95, "6000 Kolding"),
    (846, 81, 42, "9500 Hobro,9560 Hadsund"),
    (851, 81, 221, "9000 Aalborg,9400 Nørresundby"),
    (787, 81, 43, "7700 Thisted"),
    (461, 83, 208, "5000 Odense C,5230 Odense M"),
    (101, 84, 653, "2100 København Ø,2200 København N,2300 København S"),
)
IN_REGION = 19  # The first nineteen are Region Midtjylland.
REGION = tuple(code for code, *_ in MUNICIPALITIES[:IN_REGION])

# Country of origin, its weight among immigrants and descendants.
COUNTRIES: tuple[tuple[int, float], ...] = (
    (5126, 9),
    (5130, 16),
    (5180, 14),
    (5122, 7),
    (5154, 8),
    (5170, 9),
    (5404, 8),
    (5488, 5),
    (5472, 6),
    (5436, 5),
    (5164, 4),
    (5199, 3),
    (5757, 2),
    (5292, 2),
    (5390, 2),
)


def pool(values: tuple[str, ...], *, held_out: bool = False) -> tuple[str, ...]:
    """The names that a world draws from: four fifths of a list, or the fifth that is kept for measuring only."""
    return values[4::5] if held_out else tuple(value for place, value in enumerate(values) if place % 5 != 4)


TITLES = (
    "overlæge",
    "afdelingslæge",
    "reservelæge",
    "læge",
    "ledende overlæge",
    "sygeplejerske",
    "afdelingssygeplejerske",
    "social- og sundhedsassistent",
    "fysioterapeut",
    "ergoterapeut",
    "sekretær",
)
