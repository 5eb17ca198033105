"""Danish first names and surnames, and towns: the lists that a capitalised word is looked up in.

Lists only; what a hit means is decided in `words.py`, and words that are no names stand in `lexicon.py`.
Sources: the common names of the country (facts), the Danish names of Faker (MIT, (c) Daniele Faraglia and
contributors) and the Danish names and towns of mimesis (MIT, (c) Isaak Uchakaev and contributors). A name
that is also a word (Bo, Line, Per, Skov, Lund) stays in its list.
"""

from functools import cache

# First names, as written.
_FIRST = """
Aage Aase Abdi Abdirahman Abdul Abdullah Abelone Abiorn Absalon Absolon Adam Adele Adelheid Adhelin Adolf
Adrian Afkar Agathe Aggi Aghen Aghia Aghvarth Aghwith Agir Agner Agnes Agnete Agnieszka Agot Ahmad Ahmed
Aisha Akkar Aksel Albert Alberte Alboldus Albrecht Albricus Alex Alexander Alf Alfkil Alfred Alfrik Alfwin
Alger Algot Algut Ali Allan Alli Alma Alvar Alvild Alvin Alwigh Amalie Amanda Amandus Ambrosius Amdi Amina
Amlethus Amundi Amy Ana Anders Andrea Andreas Andrii Andrzej André Andy Ane Anette Anil Anita Anja Ankarl
Anker Ann Anna Anne Annemette Annette Anni Annie Annika Ansgar Anton Anund Apsolon Ari Arløgh Arnbiorn Arne
Arnfast Arnfrith Arnger Arngerus Arni Arnketil Arno Arnold Arnsten Arnulf Arnwith Aron Arthur Asalonis Asel
Asfrith Asger Asgun Asgut Asi Ask Askil Aslak Aslef Asmund Asser Asta Asti Astrath Astrid Asulf Aswaldi
Aswar Aswith Athislus Atli Atti Aughe August Auti Auwe Aviaja Awarth Axel Axelen Axeln Axilen Axlan Ayse
Azur Balli Barbara Barni Barth Bassi Beate Beatrice Beghel Bendix Benedicte Benedikt Benedikte Bengt
Benjamin Benny Bent Bente Benthe Berengarius Berit Berner Berngerus Bernhard Bernt Berta Bertel Bertha
Bertil Bertram Beth Betina Bettina Biarni Biaver Biergh Bilal Billing Billy Biorn Birger Birgit Birgitta
Birgitte Birte Birthe Bise Bitten Bjarne Bjerne Bjørn Blek Blesse Bo Bob Bobby Bodil Bodwar Boe Boel Boeld
Bolde Bole Bondi Boris Borris Bosi Bothild Bothilda Bothilde Botmund Botolphus Botulf Botwith Bovi Boye Bram
Brand Brande Brawith Breide Brian Britt Britta Brod Brothir Bruni Brunkil Brunman Bruno Bruse Bryniulf Bryti
Buggi Bulle Bundi Bøje Børge Bøsi Camilla Carina Carl Carla Carlo Caroline Carsten Carter Casper Catharina
Cathrine Catrine Cecilia Cecilie Charles Charlie Charlotte Chris Christa Christian Christiern Christina
Christine Christoffer Christopher Cirkeline Claes Claire Clara Claudius Claus Clavs Clement Connie Conny
Constantin Cornelius Curt Dag Dagmar Dagmár Dagny Dan Daniel Daniella Danny Danske Dave David Dennis Detlef
Dierf Dina Dines Dirch Ditlev Ditte Diuri Dmytro Dome Don Dorete Dorethe Doris Dorothea Dorte Dorthe Dota
Dotir Dotta Dwerg Dyri Dótta Ebba Ebbe Eddie Edel Edela Edith Eggert Eghil Egon Eigil Einar Einer Ejler
Ejner Ejvind Elef Elena Elevus Elias Elif Elin Eline Elisa Elisabet Elisabeth Elise Elizabeth Ella Ellen
Ellesef Ellie Elly Elna Else Elsebet Elsebeth Elsef Emil Emilie Emily Emine Emma Enar Enevold Engelbrecht
Engli Erhardt Eric Erik Eringisl Erland Erling Erna Ernbiorn Ernst Erra Esben Esbern Esbiorn Esgerth
Esmarelda Ester Esther Estrith Ethla Etta Eva Ewa Farman Farthin Fasti Fastulf Fathi Fathir Fatima Fatma
Felix Filippa Filippus Finn Finulf Finwith Flemming Fliri Flora Folki Folkmar Folmer Frank Frans Freddy
Frede Fredegæst Frederik Frederikke Freja Frethi Frida Frithbiorn Frithlef Frode Frogertha Frosti Frothi
Frøgerth Frøsten Fundin Georg George Gera Gerd Gerda Gerhild Gerløgh Gert Gerthrud Gertrud Gerwar Gerwara
Gisela Gisla Gitte Gorm Grace Greta Grete Grethe Gro Gry Gudrun Gunbiørgh Gundhild Gunhild Gunhwat Gunkil
Gunlef Gunløgh Gunna Gunnar Gunner Gunni Gunnild Gunnløg Gunnulf Gunnur Gunsten Gunwald Gunward Gurli Guse
Gustaf Gustav Gute Guthbiorn Guthbrand Guthfast Guthi Guthir Guthki Guthmar Guthmund Guthrik Guthrun
Guththorm Guzi Gyda Gylla Gyrith Gyrth Gytha Gything Gæsling Gørvel Gøtar Gøti Haghbarth Haghni Hake Haki
Haklang Hakon Hakun Halfdan Halli Halsten Halwarth Hamund Hamza Hanan Hani Hank Hannah Hanne Hans Harald
Harek Harry Harth Harthe Hartvig Hassan Hasse Hasten Hatice Hawarth Hedvig Hefni Heggi Heidi Heino Helen
Helena Helf Helga Helge Helgha Helghi Helle Helmer Helvig Hemming Henkil Henning Henriette Henrik Henrikke
Henry Herbert Herbiorn Herdis Hereth Herewardus Herlef Herluf Herlugh Herman Hermoth Herulf Herwarth Hiarni
Hielm Hildegard Hildigard Hildulf Hillegier Hillegierd Hillevi Hilmer Hithin Hjalte Hjørdis Hoat Hoghni
Holger Holgerth Holm Holmfrith Holmger Holmsten Holmwith Holte Horsten Hovi Hubert Hughe Hughlek Hugo
Huldrik Hussain Hussein Hwit Hwithoveth Hyldeburg Høk Ib Iben Ibrahim Ida Ilse Iman Inga Inge Ingelise Inger
Ingertha Ingiara Ingiburgh Ingifrith Ingigerth Ingimoth Ingirith Ingiwara Ingolf Ingrid Inuk Iohanna Irina
Irma Iryna Isabella Ismail Iulfrith Ivan Ivar Iver Jack Jackie Jacob Jacobine Jacqueline Jake Jakob James
Jan Jane Janne Janni Jannie Jannik Jano Jarl Jasmin Jason Jean Jeanette Jeff Jeip Jenny Jens Jep Jeppe Jerry
Jes Jesper Jette Jim Jimmy Jo Joachim Joakim Joan Joannes Joe Johan Johanna Johanne Johannes John Johnnie
Johnny Jon Jonas Jonathan Jones Jonna Josef Josefine Joseph Josephine Judith Julian Juliana Julie Julius
Juris Justina Jutta Jytte Jænis Jønis Jørgen Jørn Kai Kaj Kaja Kamilla Karen Karim Karin Karina Karl Karla
Karlo Karna Karoline Karsten Kaspar Kasper Kat Katarzyna Katcha Kate Katharina Kathrine Katja Katrine Keld
Kelly Ken Kenn Kenneth Kenny Kent Ketil Ketilbiorn Ketilelf Ketilfrith Ketilløgh Kevin Khadija Khaled Khalid
Kierulf Kim Kirsten Kirstin Kirstine Kjeld Klak Klakke Klakki Klara Klaus Klavs Klement Klint Knag Knud Knut
Koll Kolle Konrad Konstantin Kragh Kristian Kristiarn Kristina Kristine Kristoffer Krok Krum Krusa Krzysztof
Kulben Kulle Kuno Kurt Kuse Kåre Lage Lagho Larentius Larry Lars Lasse Lathgertha Lau Lauge Laura Laurentius
Laurits Laus Laust Layla Lea Lee Leif Lena Lene Lennarth Leonhard Leonora Leyla Liam Lief Lilly Lily Line
Linh Lippi Lis Lisa Lisbeth Lise Lissi Litle Liutulf Liv Liva Lokki Lona Lone Lorenz Lothen Lotte Lou Louis
Louise Lowe Lucas Lucy Ludvig Lukas Luna Læff Lærke Mads Magda Magdalene Maggie Magnhild Magnus Maiken Maj
Maja Majken Malene Malgorzata Malik Malou Malthe Marcus Maren Margareta Margaretha Margit Margrete Margrethe
Maria Mariam Marianne Marie Marina Marius Mark Markus Marlene Marta Marten Martha Martin Martinus Mary
Maryam Mathias Mathilde Mattheus Matthias Max Maya Mehmet Merete Merethe Mette Mia Michael Michala Michelle
Mie Mik Mikael Mike Mikkel Mille Mimi Minh Minna Moder Mogens Mohamad Mohamed Mohammed Molti Mona Morten
Motha Mourits Muhammad Muli Mustafa Nadia Naja Nakke Nana Nanna Nanni Nase Natalia Natasha Natasja Neel
Nelly Nete Nguyen Nick Nicklas Nicolai Nicolaj Nicolaus Nicoline Niels Niglæs Niklas Nikolai Nikolaj Nils
Nina Nis Nisse Nivi Noah Nohr Noor Nora Norman Normand Nour Næwe Oda Odder Oddger Oddi Odeline Odette
Odstanus Ofelia Ofrath Oksana Olaf Ole Olena Olfert Olga Oli Oliver Olivia Olof Oluf Omar Orm Ormar Oscar
Oskar Osmund Ostman Osvald Other Othin Othinkar Ottar Ottilie Otto Ove Palle Palni Patricia Patrick Paul
Paula Paulina Paulus Paw Pawel Peder Pelle Per Pernille Peter Petronilla Petrus Philip Pia Piotr Pipaluk
Poul Preben Pridbjørn Priya Rachel Raggi Raghi Ragna Ragnar Ragner Ragnfrith Ragnhild Rajesh Rakel Rand
Randi Rani Rania Rasmus Rathi Rathulf Rawald Ray Raymond Rebecca Regin Regitse Regitze Regna Regnar Regnhild
Regni Regnild Regnwald Reimer Reimund Reinhard Reinhardt Reinhold Reinholdt René Rether Richard Richardt
Righer Rigmor Rigmár Rikard Riki Rikke Rikulf Rink Rita Ritt Roald Roar Robert Robin Rodulf Roger Rolf Ron
Ronja Ronni Ronnie Ronny Rosa Rother Rothger Rothmar Roulf Ruben Rudolf Rune Runi Rut Ruth Ryan Rørik Røth
Røthe Sabine Saga Sam Samir Samira Sandra Sanne Sara Sarah Scott Sebastian Selma Serhii Sidsel Sighburgh
Sighni Sighrith Signe Sigrid Silas Silje Sille Simon Simone Sisse Sissel Siva Smilla Sofia Sofie Solveig
Solvej Sonja Sonny Sophie Sporgh Spurgh Staki Stali Star Starki Steen Stefan Steffen Sten Stener Stenkil
Stephan Steve Steven Stig Stina Stine Storm Stuf Stygg Styrbiorn Styreman Styrkar Styrman Sulki Suni Susan
Susanne Sussanne Sussie Sutere Svanhild Svantepolk Svend Svenning Svitlana Sviðandi Swart Swarte Swarthofthi
Swave Swavi Swen Sweni Swening Swenki Swerting Söffren Söfren Søren Sørine Súla Tage Tammy Tanja Tariq
Tatiana Tejs Tekla Thea Thekla Theo Theodor Therese Thi Thomas Thora Thorbiorn Thorbjørn Thorfast Thorfin
Thorfred Thorgard Thorgarth Thorger Thorgisl Thorgny Thorgot Thorgrim Thorgun Thorgund Thorgunn Thorhild
Thori Thorir Thorith Thorkil Thorkild Thorlaf Thorlof Thormar Thormoth Thormund Thorn Thorsten Thorth Thorun
Thorvald Thorwar Thorwe Thorwith Throkil Thrond Throtti Thrugels Thrugils Thrugot Thrugun Thura Thure
Thurgot Thuri Thurir Thyrger Thyri Thyrvi Thyrwi Thythger Thythkil Thythulf Thøger Tilde Tim Timmy Tina Tine
Tobbi Tobias Tofi Toka Toki Tokki Tola Tole Toli Tom Toma Tomas Tomasz Tomi Tommy Tonna Tonny Tony Torben
Torlacus Tosti Toti Tova Tove Tovi Trana Trine Troels Truels Trugot Truls Tryggi Tubbi Tuki Tuli Tulir Tumi
Tuni Tuvi Tyge Tyki Tøger Tønnes Túki Túlir Túvi Ubbi Udder Uddi Uffe Uffi Ufred Ulf Ulla Ulrik Ulrike Una
Unøss Ursula Uthwagin Vagn Valborg Valdemar Vera Verner Vibeke Victor Victoria Vigga Vigge Viggo Viktor
Vilhelm Villads Villum Villy Vincent Viola Vivian Volmer Volodymyr Vøgg Waghn Walderik Wale Walter Walther
Wari Weena Wemund Wermund Werner Westi Wether Wibeke Wiburgh Wifrith Wiger Wigh Wighlek Wighman Wigil Wigot
Wikar Wiking Willi William Willy Wimar Winni Winnie Winter Wisten Withi Wrage Wraghi Wrange Wreth Wæne
Wæther Xenia Yan Yannick Yasmin Yda Yngve Yousef Yrsa Yusuf Yvonne Zacharias Zahra Zainab Zara Zehnia Zelma
Zenia Zeynep Ziggy Åbjørn Åge Åse Ædel Øgoti Øgrim Øiar Øivind Øjvind Økil Øllegård Ølvir Ømund Ønder Ørn
Ørni Østen Øthbiorn Øthger Øthgerth Øthi Øthin Øthkil Øthulf Øvli Øystein Øyvind
"""

# Surnames, as written.
_LAST = """
Aaen Aagaard Aagesen Aarup Abdi Abel Abildgaard Abildtrup Abrahamsen Adamsen Agerskov Agger Aggerholm Ahmad
Ahmed Akhtar Albertsen Albrechtsen Albrektsen Alexandersen Ali Alstrup Amstrup Andersen Anderson Andersson
Andreasen Andreassen Andresen Anker Ankersen Antonsen Appel Arildsen Asmussen Astrup Auken Axelsen Bach
Bachmann Bager Bagge Bagger Bak Balle Balling Balslev Bang Banke Basse Bauer Baun Bay Bech Beck Becker Begum
Behrens Beier Bek Bekker Bendix Bendixen Bendsen Bendtsen Bengtsen Bengtson Bengtsson Bennedsen Bennetsen
Bentsen Bentzen Berg Berger Bergmann Bering Berntsen Bertelsen Berthelsen Bertram Beyer Bidstrup Bigum Bilde
Bille Binderup Birch Birk Bisgaard Bitsch Bjerg Bjerre Bjerregaard Bjerring Bjerrum Bjørn Blaabjerg Bladt
Bloch Blom Bock Boel Boesen Boisen Boje Bojesen Bojsen Boll Bondarenko Bonde Bondesen Borch Borg Bork Borre
Borregaard Borup Bossen Boye Boysen Bramsen Brandstrup Brandt Brask Bredahl Breum Brinch Brink Brix Bro
Broberg Broch Brodersen Broe Brogaard Bruhn Brun Bruun Bruus Brødsgaard Brøgger Brøndum Buch Bugge Buhl
Bundgaard Busch Busk Butt Buur Buus Byskov Bæk Bækgaard Bærentsen Bødker Bøgh Børgesen Børsting Bülow
Callesen Carlsen Carlson Carlsson Carstens Carstensen Caspersen Celik Chen Christensen Christiansen
Christoffersen Christophersen Clausen Clemensen Clemmensen Conradsen Corneliussen Cramer Dahl Dahlgaard
Dalby Dalgaard Dall Dalsgaard Dam Damborg Damgaard Damkjær Damm Damsgaard Danielsen Daugaard Davidsen Degn
Dehn Deleuran Demant Demir Dencker Dideriksen Didriksen Dinesen Dissing Ditlevsen Djurhuus Dogan Dohn
Drachmann Dreier Drejer Dreyer Due Dueholm Duelund Dupont Duus Dyhr Døssing Ebbesen Ebsen Edvardsen Egeberg
Egelund Egholm Ehlers Ejlersen Elbæk Elgaard Eliasen Elkjær Ellegaard Emborg Enemark Enevoldsen Engberg
Engel Engstrøm Erichsen Eriksen Eriksson Erlandsen Ernst Ernstsen Esbensen Eskesen Eskildsen Espensen
Espersen Faber Fabricius Falk Falkenberg Fallesen Farah Feddersen Fenger Filtenborg Fink Fischer Fisker
Flindt Fog Foged Fogh Foldager Foss Franck Frandsen Frank Frantzen Frederiksen Friedrichsen Friis Frisk From
Frost Frølund Fuglsang Funch Funder Futtrup Fyhn Gaarde Gade Gadegaard Gammelgaard Geertsen Geisler Gertsen
Gissel Glerup Glud Gormsen Gotfredsen Gottlieb Gram Grau Graversen Gravesen Gravgaard Green Gregersen Greve
Groth Grøn Grønbech Grønborg Grønbæk Grøndahl Grønhøj Grønkjær Grønlund Grønning Guldager Guldborg
Guldbrandsen Guldbæk Gundersen Gustafsson Gustavsen Gylling Haagensen Haahr Haaning Haastrup Hagen Hahn
Halberg Hald Halkjær Hall Halvorsen Hamann Hammer Handberg Hansen Hansson Harbo Harboe Harder Hartmann
Hartvig Hartvigsen Haslund Hassan Hassing Haugaard Hauge Hede Hedegaard Hegelund Heide Hein Hejlesen Helbo
Helms Hemmingsen Hendriksen Henneberg Henningsen Henriksen Hermann Hermansen Herskind Hertz Hesselberg
Hessellund Hildebrandt Hinrichsen Hjelm Hjort Hjorth Hjortshøj Hoff Hoffmann Holck Holgersen Hollænder Holm
Holmberg Holme Holmgaard Holst Holt Honore Honoré Hoppe Horn Hougaard Houmann Hove Hovgaard Hovmand Hussain
Hussein Husted Husum Huynh Hvass Hvid Hvidberg Hviid Hyldgaard Hyllested Håkansson Høeg Høegh Høgh Høier Høj
Højberg Højbjerg Højer Højgaard Højland Højlund Højrup Høng Høst Høy Høyer Ibrahim Ibsen Ionescu Ipsen Iqbal
Isaksen Ismail Iversen Jacobsen Jakobsen Jama Jansen Jantzen Jensby Jensen Jeppesen Jepsen Jespersen Jessen
Jochumsen Joensen Johannesen Johannessen Johannsen Johansen Johansson Johnsen Johnson Jokumsen Jonassen
Jonasson Jonsson Josefsen Josephsen Juel Juhl Junker Justesen Juul Jæger Jønsson Jørgensen Jürgensen Kaae
Kaas Kaminski Kamp Kamper Kanstrup Kappel Kara Karlsen Karlsson Karstensen Kaspersen Kastrup Kaya Kejser
Keller Khan Kiilerich Kilic Kirk Kirkeby Kirkegaard Kjeldgaard Kjeldsen Kjellerup Kjer Kjær Kjærgaard
Kjærsgaard Kjærulff Kjøller Klausen Klavsen Klein Klemmensen Klint Klit Klitgaard Kloster Knudsen Knudsgaard
Koch Kock Koefoed Kofod Kofoed Kok Kokholm Kold Kolding Kondrup Konradsen Kornum Korsgaard Korsholm
Kovalenko Kowalski Krabbe Krag Kragelund Kragh Kramer Krarup Krause Krebs Kring Kristensen Kristiansen
Kristoffersen Krog Krogh Krogsgaard Kromann Kronborg Kruse Kryger Krøyer Krüger Kudsk Kumar Kure Kusk Kvist
Kyed Køhler Ladefoged Ladegaard Lam Lambertsen Lang Langballe Lange Langhoff Langkjær Larsen Larsson Lassen
Lau Lauesen Lauge Laugesen Lauridsen Lauritsen Lauritzen Laursen Lausen Lausten Laustsen Lehmann Lemming
Lentz Lerche Leth Lewandowski Lillelund Lind Lindahl Lindberg Linde Lindegaard Lindgaard Lindgreen Lindgren
Lindhardt Lindholm Lindstrøm Linnet List Lodberg Loft Lohmann Lohse Lomholt Lorentsen Lorentzen Lorenzen
Ludvigsen Lund Lundberg Lunde Lundgaard Lundgreen Lundgren Lunding Lundqvist Lundsgaard Lundstrøm Lyhne
Lykke Lykkegaard Lyng Lynge Lynggaard Lyngsø Lysgaard Madsen Magnussen Magnusson Mahler Mahmood Mahmoud
Malik Malling Malmberg Marcher Marcussen Mark Marker Markussen Martens Martensen Martinsen Martinussen
Mathiasen Mathiassen Mathiesen Matthiesen Matzen Meier Meincke Mejer Melchiorsen Meldgaard Melgaard Melnyk
Meyer Michaelsen Michelsen Midtgaard Mikkelsen Miller Moesgaard Mogensen Mohamad Mohamed Mohammad Mohammed
Mohr Mollerup Monrad Moos Morsing Mortensen Mose Mosegaard Mouridsen Mouritsen Mouritzen Munch Munck Munk
Munkholm Munksgaard Mygind Månsson Mølgaard Møller Mønsted Mønster Mørch Mørck Mørk Mørup Müller Nedergaard
Neergaard Neumann Nguyen Nicolaisen Nicolajsen Niebuhr Nielsen Niemann Nikolajsen Nilsson Nissen Noer
Nordentoft Norup Nowak Nyborg Nygaard Nyholm Nymand Nymann Nøhr Nørby Nørgaard Nørgård Nørregaard Nørskov
Oddershede Odgaard Offersen Ohlsen Olesen Olsen Olsson Omar Osman Ottesen Otto Ottosen Outzen Overby
Overgaard Ovesen Paaske Pagh Pallesen Palm Panduro Pape Paulsen Pedersen Pehrson Persson Peters Petersen
Petersson Petterson Pettersson Pham Philipsen Pihl Pilegaard Pilgaard Ploug Polat Pontoppidan Popescu Post
Poulsen Povlsen Præst Puggaard Quist Qvist Raahauge Rafn Rahbek Randrup Rasch Rask Rasmussen Raun Ravn
Refsgaard Reimer Riber Richter Riis Riise Rindom Ring Ringgaard Risager Ritter Rode Roed Rohde Rokkjær Rose
Rosenberg Rosendahl Rosendal Rosenkilde Rossen Roth Ryberg Rye Rytter Rømer Rønn Rønne Sahin Sahl Saleh
Salling Salomonsen Samuelsen Sandberg Sander Sauer Schack Schjødt Schmidt Schneider Schou Schrøder Schultz
Schulz Schwartz Schütt Secher Seerup Sehested Sejersen Serup Severinsen Shah Sharma Shevchenko Simonsen
Singh Sivertsen Skaaning Skaarup Skafte Skipper Skjødt Skou Skov Skovbjerg Skovgaard Skovsgaard Skriver
Skytte Skøtt Slot Sloth Smed Smedegaard Smidt Smith Snedker Soelberg Sommer Sonne Staal Stage Stampe Steen
Steenberg Steensen Stefansen Steffensen Stender Stensgaard Stentoft Stephansen Stilling Stokholm Storgaard
Storm Stougaard Straarup Strand Strange Stryhn Strøm Stæhr Støvring Suhr Sunesen Svane Svendsen Svenningsen
Svensson Svenstrup Sylvest Søby Søe Søgaard Sønderby Søndergaard Sønderskov Sønderup Sønnichsen Sørensen
TRUE Tang Tange Tarp Terkelsen Terkildsen Termansen Terp Thaysen Therkelsen Therkildsen Thestrup Thiesen
Thisted Thomasen Thomassen Thomsen Thorhauge Thorsen Thorup Thrane Thuesen Thybo Thygesen Thyssen Thøgersen
Timm Timmermann Tobiasen Toft Tolstrup Tonnesen Topp Torp Tran Tranberg Troelsen Trolle Truelsen Turan
Tychsen Tønder Tønnesen Tøttrup Udsen Uhrenholt Ulrich Ulriksen Valentin Vang Vangsgaard Vedel Velling
Vendelbo Vest Vester Vestergaard Vestergård Viborg Vilhelmsen Villadsen Villumsen Vilstrup Vind Vinding
Vinter Vinther Vistisen Vittrup Vognsen Voigt Voss Wagner Walther Wang Warming Warsame Weber Weinreich Weiss
Werner West Westergaard Westermann Westh Wiberg Wichmann Wiese Wilhelmsen Willadsen Willumsen Wind Winkel
Winkler Winther Wisniewski Witt Wojcik Wolf Wolff Wollesen Worm Wulff Würtz Yde Yildirim Yildiz Yilmaz Yusuf
Zachariassen Zacho Ziegler Zimmermann Ågaard Ørum Øster Østerby Østergaard Østergård
"""

# Towns and parts of towns that have a postcode; `_` stands for the space in a name of two words.
_TOWNS = """
Aabenraa Aabybro Aabyhøj Aakirkeby Aalborg Aalestrup Aarhus Aars Aarup Allinge Allingåbro Almind Anholt Ans
Ansager Arden Asaa Askeby Asnæs Asperup Assens Augustenborg Aulum Auning Bagenkop Bagsværd Balle Ballerup
Bandholm Barrit Beder Bedsted Bevtoft Billum Billund Bindslev Birkerød Bjerringbro Bjert Bjæverskov Blokhus
Blommenslyst Blåvand Boeslunde Bogense Bogø_By Bolderslev Bording Borre Borup Brabrand Bramming Brande
Branderup Bredebro Bredsten Brenderup Broager Broby Brovst Bryrup Brædstrup Brøndby Brøndby_Strand
Brønderslev Brønshøj Brørup Bylderup-Bov Bække Bækmarksbro Bælum Børkop Bøvlingbjerg Charlottenlund
Christiansfeld Dalby Dalmose Dannemare Daugård Dianalund Dragør Dronninglund Dronningmølle Dybvad Ebberup
Ebeltoft Egernsund Egtved Egå Ejby Ejstrupholm Engesvang Errindlev Erslev Esbjerg Eskebjerg Eskilstrup
Espergærde Faaborg Fakse Fakse_Ladeplads Fanø Farsø Farum Fejø Ferritslev_Fyn Fjenneslev Fjerritslev
Flemming Fredensborg Fredensborg_St.by Fredericia Frederiksberg Frederikshavn Frederikssund Frederiksværk
Frørup Frøstrup Fuglebjerg Fur Fårevejle Fårup Fårvang Føllenslev Føvling Gadbjerg Gadstrup Galten Gandrup
Gedser Gedsted Gedved Gelsted Gentofte Gesten Gilleleje Gislev Gislinge Gistrup Give Gjerlev Gjern
Glamsbjerg Glejbjerg Glesborg Glostrup Glumsø Gram Gredstedbro Grenaa Greve Greve_Strand Grevinge Grindsted
Gråsten Græsted Gudbjerg Gudhjem Gudme Guldborg Gødstrup Gørding Gørlev Gørløse Haarby Haderslev Haderup
Hadsten Hadsund Hagersten Hald Hals Hammel Hampen Hanstholm Harboøre Harlev Harndrup Harpelunde Hasle Haslev
Hasselager Havdrup Havndal Hedehusene Hedensted Hejls Hejnsvig Hellebæk Hellerup Helsinge Helsingør Hemmet
Henne Herfølge Herlev Herlufmagle Herning Hesselager Hillerød Hinge Hinnerup Hirtshals Hjallerup Hjerm
Hjortshøj Hjørring Hobro Holbæk Holeby Holme-Olstrup Holstebro Holsted Holte Horbelev Hornbæk Hornslet
Hornsyld Horsens Horslunde Hov Hovborg Hovedgård Hovedstadsområdet Humble Humlebæk Hundested Hundslund Hurup
Hvalsø Hvide_Sande Hvidovre Hårlev Højbjerg Højby Højer Højslev Høng Hørning Hørsholm Hørve Idestrup Ikast
Ishøj Janderup Jelling Jerslev Jerup Jordrup Juelsminde Jyderup Jyllinge Jystrup Jægerspris Kalundborg
Kalvehave Karby Karise Karlslunde Karrebæksminde Karup Kastrup Kerteminde Kettinge Kibæk Kirke_Eskilstrup
Kirke_Hyllinge Kirke_Såby Kjellerup Klampenborg Klarup Klemensker Klippinge Klovborg Knebel Kokkedal Kolding
Kolind Kongens_Lyngby Kongerslev Korsør Kruså Kvistgård Kværndrup København Køge Langebæk Langeskov Langå
Lejre Lem Lemming Lemvig Lille_Skensved Lillerød Lintrup Liseleje Lundby Lunderskov Lyngby Lynge Lystrup
Låsby Læsø Løgstrup Løgstør Løgten Løgumkloster Løkken Løsning Malling Mariager Maribo Marslev Marstal
Martofte Melby Mern Mesinge Middelfart Millinge Morud Munke_Bjergby Munkebo Måløv Mårslet Møldrup Mørke
Mørkøv Nakskov Nexø Nibe Nimtofte Nivå Nordborg Nyborg Nykøbing Nykøbing_Falster Nykøbing_Mors
Nykøbing_Sjælland Nyrup Nysted Nærum Næstved Nørager Nørre_Aaby Nørre_Alslev Nørre_Asmindrup Nørre_Nebel
Nørre_Snede Nørreballe Nørresundby Odder Odense Oksbøl Otterup Oure Outrup Padborg Pandrup Præstø Randbøl
Randers Ranum Rask Rask_Mølle Redsted Regstrup Ribe Ringe Ringkøbing Ringsted Risskov Roskilde Roslev Rude
Rudkøbing Ruds_Vedby Rungsted_Kyst Ry Rynkeby Ryomgård Ryslinge Rødby Rødding Rødekro Rødkærsbro Rødovre
Rødvig Rømø Rønde Rønne Rønnede Rørvig Sabro Sakskøbing Saltum Samsø Sandved Sejerø Sejling Silkeborg Sindal
Sjællands_Odde Sjølund Skagen Skals Skamby Skanderborg Skejby Skibby Skive Skjern Skodsborg Skovby Skovlunde
Skårup Skælskør Skærbæk Skævinge Skødstrup Skørping Slagelse Slangerup Smørum Smørumnedre Snedsted
Snekkersten Snertinge Solbjerg Solrød_Strand Sommersted Sorring Sorø Spenstrup Spjald Sporup Spøttrup
Stakroge Stege Stenderup Stenlille Stenløse Stenstrup Stensved Stoholm Stokkemarke Store_Fuglede
Store_Heddinge Store_Merløse Storvorde Stouby Strandby Struer Strøby Stubbekøbing Støvring Suldrup Sulsted
Sunds Svaneke Svebølle Svendborg Svenstrup Svinninge Sydals Sæby Søborg Søby_Ærø Søften Søllested
Sønder_Felding Sønder_Omme Sønder_Stenderup Sønderborg Søndersø Sørvad Taastrup Tappernøje Tarm Terndrup
Them Thisted Thorsø Thyborøn Thyholm Tikøb Tilst Tim Tinglev Tistrup Tisvildeleje Tjele Tjæreborg Toftlund
Tommerup Toreby Torrig Tranbjerg Tranekær Trige Trustrup Trørød Tune Tureby Tylstrup Tårs Tølløse Tønder
Tørring Ugerløse Uldum Ulfborg Ullerslev Ulstrup Vadum Valby Vallensbæk Vallensbæk_Strand Vamdrup Vandel
Vanløse Varde Vedbæk Veflinge Vejby Vejen Vejers_Strand Vejlby Vejle Vejle_Øst Vejstrup Veksø_Sjælland Vemb
Vemmelev Vesløs Vestbjerg Vester_Skerninge Vesterborg Vestervig Viborg Viby Viby_Sjælland Videbæk Vig
Vildbjerg Vils Vinderup Vipperød Virum Vissenbjerg Viuf Vodskov Vojens Vonge Vorbasse Vordingborg Vrå
Væggerløse Værløse Åbyhøj Ålbæk Ålsgårde Århus Årre Årslev Ærøskøbing Ølgod Ølsted Ølstykke Ørbæk Ørnhøj
Ørsted Ørum_Djurs Østbirk Øster_Assels Øster_Ulslev Øster_Vrå Østermarie
"""


@cache
def first_names() -> frozenset[str]:
    """Return first names in lower case."""
    return frozenset(_FIRST.lower().split())


@cache
def last_names() -> frozenset[str]:
    """Return surnames in lower case."""
    return frozenset(_LAST.lower().split())


@cache
def towns() -> frozenset[str]:
    """Return town names in lower case, two words with one space between."""
    return frozenset(town.replace("_", " ") for town in _TOWNS.lower().split())
