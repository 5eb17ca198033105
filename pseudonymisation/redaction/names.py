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
Amlethus Amundi Amy Ana Anders Andrea Andreas Andrii Andrzej André Andy Ane Anette Anil Anine Anita Anja
Ankarl Anker Ann Anna Anne Annemette Annette Anni Annie Annika Ansgar Anton Antonio Anund Apsolon Ari Arløgh
Arnbiorn Arne Arnfast Arnfrith Arnger Arngerus Arni Arnketil Arno Arnold Arnsten Arnulf Arnwith Aron Arthur
Asalonis Asbjørn Asel Asfrith Asger Asgun Asgut Asi Ask Aske Askil Aslak Aslef Asmund Asmus Asser Asta Asti
Astrath Astrid Asulf Aswaldi Aswar Aswith Athislus Atli Atti Aughe August Auti Auwe Aviaja Awarth Axel
Axelen Axeln Axilen Axlan Aya Ayse Azur Balli Barbara Barni Barth Bassi Bastian Beate Beatrice Beghel Bendix
Benedicte Benedikt Benedikte Bengt Benjamin Benny Bent Bente Benthe Berengarius Berit Berner Berngerus
Bernhard Bernt Berta Bertel Bertha Bertil Bertram Beth Betina Bettina Biarni Biaver Biergh Bilal Billing
Billy Biorn Birger Birgit Birgitta Birgitte Birte Birthe Bise Bitten Bjarke Bjarki Bjarne Bjerne Bjørn Blek
Blesse Bo Bob Bobby Bodil Bodwar Boe Boel Boeld Bolde Bole Bondi Boris Borris Bosi Bothild Bothilda Bothilde
Botmund Botolphus Botulf Botwith Bovi Boye Bram Brand Brande Brawith Breide Brian Britt Britta Brod Brothir
Bruni Brunkil Brunman Bruno Bruse Bryniulf Bryti Buggi Bulle Bundi Bøje Børge Bøsi Camilla Carina Carl Carla
Carlo Caroline Carsten Carter Casper Catharina Cathrine Catrine Cecilia Cecilie Celina Charles Charlie
Charlotte Chris Christa Christel Christen Christian Christiern Christina Christine Christoffer Christopher
Cirkeline Claes Claire Clara Claudius Claus Clavs Clemens Clement Connie Conny Conrad Constantin Cornelius
Curt Dag Dagmar Dagmara Dagmár Dagny Dan Daniel Daniella Danny Danske Dave David Dennis Detlef Diana Dierf
Dina Dines Dirch Ditlev Ditte Diuri Dmytro Dome Don Dorete Dorethe Doris Dorothea Dorte Dorthe Dota Dotir
Dotta Dwerg Dyri Dótta Ea Ebba Ebbe Eddie Edel Edela Edith Edvard Edvin Edward Edwin Eggert Eghil Egon Eigil
Eik Einar Einer Ejler Ejner Ejvind Elef Elena Elevus Elias Elif Elin Elina Eline Elisa Elisabet Elisabeth
Elise Elizabeth Ella Ellen Ellesef Ellie Elliot Elly Elmer Elna Else Elsebet Elsebeth Elsef Elvira Emanuel
Emil Emilie Emily Emine Emma Enar Enevold Engelbrecht Engli Enok Erhardt Eric Erik Eringisl Erland Erling
Erna Ernbiorn Ernst Erra Esben Esbern Esbiorn Esgerth Eskild Esmarelda Ester Esther Estrith Ethla Etta Eva
Evald Evan Ewa Farman Farthin Fasti Fastulf Fathi Fathir Fatima Fatma Felix Ferdinand Fie Filippa Filippus
Finn Finulf Finwith Flemming Fliri Flora Folki Folkmar Folmer Frank Frans Frantz Freddy Frede Fredegæst
Frederik Frederikke Freja Frethi Frida Frithbiorn Frithlef Frits Fritz Frode Frogertha Frosti Frothi
Frøgerth Frøsten Fundin Gabriel Georg George Gera Gerd Gerda Gerhard Gerhild Gerløgh Gert Gerthrud Gertrud
Gerwar Gerwara Gisela Gisla Gitte Gorm Grace Gregers Greta Grete Grethe Gro Gry Gudrun Gunbiørgh Gundhild
Gunhild Gunhwat Gunkil Gunlef Gunløgh Gunna Gunnar Gunner Gunni Gunnild Gunnløg Gunnulf Gunnur Gunsten
Gunvor Gunwald Gunward Gurli Guse Gustaf Gustav Gute Guthbiorn Guthbrand Guthfast Guthi Guthir Guthki
Guthmar Guthmund Guthrik Guthrun Guththorm Guzi Gyda Gylla Gyrith Gyrth Gytha Gything Gæsling Gørvel Gøtar
Gøti Haghbarth Haghni Hake Haki Haklang Hakon Hakun Halfdan Halli Halsten Halwarth Hamund Hamza Hanan Hani
Hank Hanna Hannah Hanne Hannibal Hans Harald Harek Harry Harth Harthe Hartvig Hassan Hasse Hasten Hatice
Hawarth Hector Hedvig Hefni Heggi Heidi Heino Hektor Helen Helena Helene Helf Helga Helge Helgha Helghi
Helle Helmer Helmuth Helvig Hemming Henkil Henning Henny Henriette Henrik Henrikke Henry Herbert Herbiorn
Herdis Hereth Herewardus Herlef Herluf Herlugh Herman Hermann Hermoth Herulf Herwarth Hiarni Hielm Hilda
Hildegard Hildigard Hildulf Hillegier Hillegierd Hillevi Hilmer Hithin Hjalmar Hjalte Hjørdis Hoat Hoghni
Holger Holgerth Holm Holmfrith Holmger Holmsten Holmwith Holte Horsten Hovi Hubert Hughe Hughlek Hugo
Huldrik Hussain Hussein Hwit Hwithoveth Hyldeburg Høk Ian Ib Iben Ibrahim Ida Ilse Iman Ina Inga Inge
Ingelise Inger Ingertha Ingiara Ingiburgh Ingifrith Ingigerth Ingimoth Ingirith Ingiwara Ingolf Ingrid Inuk
Iohanna Irene Irina Iris Irma Iryna Isabel Isabella Isak Ismail Isolde Iulfrith Ivan Ivar Iver Jack Jackie
Jacob Jacobine Jacqueline Jake Jakob James Jan Jane Janne Janni Jannie Jannik Jano Janus Jarl Jasmin Jason
Jean Jeanette Jeanne Jeff Jeip Jenny Jens Jep Jeppe Jerry Jes Jesper Jessica Jette Jim Jimmi Jimmy Jo
Joachim Joakim Joan Joanna Joannes Joe Johan Johanna Johanne Johannes John Johnnie Johnny Jon Jonas Jonathan
Jones Jonna Jordan Josef Josefine Joseph Josephine Judith Julian Juliana Julie Julius June Juris Justin
Justina Jutta Jytte Jænis Jønis Jørgen Jørn Kai Kaj Kaja Kamilla Karen Karim Karin Karina Karl Karl-Erik
Karla Karlo Karna Karoline Karsten Kaspar Kasper Kat Katarina Katarzyna Katcha Kate Katharina Kathrine Katja
Katrine Keld Kelly Ken Kenn Kenneth Kenny Kent Ketil Ketilbiorn Ketilelf Ketilfrith Ketilløgh Kevin Khadija
Khaled Khalid Kierulf Kim Kirsa Kirsten Kirstin Kirstine Kjeld Klak Klakke Klakki Klara Klaus Klavs Klement
Klint Knag Knud Knut Koll Kolle Konrad Konstantin Kragh Kristel Kristian Kristiarn Kristina Kristine
Kristoffer Krok Krum Krusa Krzysztof Kulben Kulle Kuno Kurt Kuse Kåre Lage Lagho Larentius Larry Lars Lasse
Lathgertha Lau Lauge Laura Laurentius Laurits Lauritz Laus Laust Layla Lea Lee Leif Lena Lene Lennarth Leo
Leon Leonard Leonhard Leonora Leopold Leyla Liam Lief Lilian Lillian Lilly Lily Linda Line Linea Linh Linn
Linus Lippi Lis Lisa Lisbeth Lise Liselotte Lissi Lissy Litle Liutulf Liv Liva Liza Loke Lokki Lona Lone
Lonnie Lorenz Lothen Lotte Lou Louis Louise Lowe Lucas Lucia Lucy Ludvig Lukas Luna Lydia Lykke Læff Lærke
Mads Magda Magdalena Magdalene Maggie Magne Magnhild Magnus Maiken Maj Maja Majbritt Majken Malene
Malgorzata Malik Malou Malte Malthe Manfred Manja Marc Marcus Maren Margaret Margareta Margaretha Margit
Margrete Margrethe Maria Mariam Marianne Marie Marina Marius Mark Markus Marlene Marta Marten Martha Martin
Martine Martinus Marvin Mary Mary-Ann Maryam Mathea Mathias Mathilde Mathis Matilde Mattheus Matthias Matti
Max Maximilian Maya Mehmet Melanie Melissa Melvin Merete Merethe Merle Mette Mia Michael Michala Michelle
Mie Mik Mikael Mike Mikkel Mille Mimi Minh Minna Mira Miriam Moder Mogens Mohamad Mohamed Mohammed Molti
Mona Monica Monika Morten Motha Mourits Muhammad Muli Mustafa Nadia Naja Nakke Nana Nancy Nanna Nanni Nase
Natalia Natasha Natasja Neel Nelly Nete Nguyen Nicholas Nick Nicklas Nicolai Nicolaj Nicolaus Nicole
Nicoline Niels Niglæs Niklas Nikolai Nikolaj Nikoline Nils Nina Nis Nisse Nivi Noa Noah Nobel Nohr Noor Nora
Norman Normand Nour Næwe Oda Odder Oddger Oddi Odeline Odette Odstanus Ofelia Ofrath Oksana Olaf Olav Ole
Olena Olfert Olga Oli Oliver Olivia Olof Oluf Omar Orla Orm Ormar Oscar Oskar Osmund Ostman Osvald Other
Othin Othinkar Ottar Ottilie Otto Ove Owen Palle Palni Patricia Patrick Paul Paula Paulina Pauline Paulus
Paw Pawel Peder Peer Pelle Per Pernille Peter Petra Petrine Petronilla Petrus Philip Phillip Pia Piotr
Pipaluk Poul Povl Preben Pridbjørn Priya Pætur Rachel Raggi Raghi Ragna Ragnar Ragner Ragnfrith Ragnhild
Rajesh Rakel Ralf Ralph Ramona Ramus Rand Randi Rani Rania Rasmus Rathi Rathulf Rawald Ray Raymond Rebecca
Rebekka Regin Regitse Regitze Regna Regnar Regnhild Regni Regnild Regnwald Reimer Reimund Reinhard Reinhardt
Reinhold Reinholdt Rene René Rether Richard Richardt Rie Righer Rigmor Rigmár Rikard Riki Rikke Rikulf Rink
Rita Ritt Roald Roar Robert Robin Rodulf Roger Roland Rolf Roman Ron Ronja Ronni Ronnie Ronny Rosa Rother
Rothger Rothmar Roulf Ruben Rudolf Runa Rune Runi Rut Ruth Ryan Rørik Røth Røthe Sabine Sabrina Saga Sally
Sam Samantha Samir Samira Samson Samuel Sandra Sanne Sara Sarah Saxo Scott Sebastian Seline Selma Serhii
Severin Sidsel Sigfred Sighburgh Sighni Sighrith Signe Sigrid Sigurd Silas Silje Silke Sille Simon Simone
Siri Sisse Sissel Siv Siva Skjold Smilla Sofia Sofie Sofie-Amalie Sofus Sol Solveig Solvej Sonja Sonny
Sophie Sophus Sporgh Spurgh Staki Stali Star Starki Steen Stefan Steffen Stella Sten Stener Stenkil Stephan
Stephanie Steve Steven Stig Stina Stine Stinna Storm Stuf Stygg Styrbiorn Styreman Styrkar Styrman Sulki
Sune Suni Susan Susanne Sussanne Sussie Sutere Svanhild Svantepolk Svea Svend Svenning Svitlana Sviðandi
Swart Swarte Swarthofthi Swave Swavi Swen Sweni Swening Swenki Swerting Sylvester Sylvia Söffren Söfren
Søren Sørine Súla Tabita Tage Tammy Tanja Tariq Tatiana Tatjana Teddy Teis Tejs Tekla Tenna Terkel Thea
Thees Theis Thekla Theo Theodor Therese Thi Thilde Thomas Thor Thora Thorbiorn Thorbjørn Thorfast Thorfin
Thorfred Thorgard Thorgarth Thorger Thorgisl Thorgny Thorgot Thorgrim Thorgun Thorgund Thorgunn Thorhild
Thori Thorir Thorith Thorkil Thorkild Thorlaf Thorleif Thorlof Thormar Thormoth Thormund Thorn Thorsten
Thorth Thorun Thorvald Thorwar Thorwe Thorwith Throkil Thrond Throtti Thrugels Thrugils Thrugot Thrugun
Thura Thure Thurgot Thuri Thurir Thyra Thyrger Thyri Thyrvi Thyrwi Thythger Thythkil Thythulf Thøger Tilda
Tilde Tim Timmy Timo Tina Tine Tobbi Tobias Tofi Toka Toke Toki Tokki Tola Tole Toli Tom Toma Tomas Tomasz
Tomi Tommy Tonna Tonny Tony Tor Torben Torbjørn Torlacus Torsten Tosti Toti Tova Tove Tovi Trana Trine
Tristan Troels Trols Truels Trugot Truls Tryggi Tubbi Tuki Tuli Tulir Tumi Tuni Ture Tuvi Tyge Tyki Tyler
Tøger Tønnes Túki Túlir Túvi Ubbi Udder Uddi Uffe Uffi Ufred Ulf Ulla Ulrich Ulrik Ulrike Una Unøss Ursula
Uthwagin Vagn Valborg Valdemar Valentin Vanessa Vera Verner Veronica Veronika Vester Vibeke Victor Victoria
Vidar Vigga Vigge Viggo Viktor Viktoria Vilfred Vilhelm Villads Villum Villy Vilma Vincent Viola Vitus Vivi
Vivian Vladimir Volmer Volodymyr Vøgg Waghn Waldemar Walderik Wale Walter Walther Wari Weena Wemund Wermund
Werner Westi Wether Wibeke Wiburgh Wifrith Wiger Wiggo Wigh Wighlek Wighman Wigil Wigot Wikar Wiking Wilhelm
Willi William Willy Wilma Wimar Winni Winnie Winston Winter Wisten Withi Wrage Wraghi Wrange Wreth Wæne
Wæther Xenia Yan Yannick Yasmin Yda Ylva Yngve Yousef Yrsa Yusuf Yvonne Zacharias Zahra Zainab Zara Zehnia
Zelma Zenia Zeynep Ziggy Zoe Åbjørn Åge Åse Ædel Øgoti Øgrim Øiar Øivind Øjvind Økil Øllegård Ølvir Ømund
Ønder Ørn Ørni Østen Øthbiorn Øthger Øthgerth Øthi Øthin Øthkil Øthulf Øvli Øystein Øyvind
"""

# Surnames, as written.
_LAST = """
Aaen Aagaard Aagesen Aarup Abdi Abel Abildgaard Abildtrup Abrahamsen Adamsen Agerskov Agger Aggerholm Ahmad
Ahmed Akhtar Albertsen Albrechtsen Albrektsen Alexandersen Ali Allen Alstrup Amstrup Andersen Anderson
Andersson Andreasen Andreassen Andresen Anker Ankersen Antonsen Appel Arildsen Asmussen Astrup Auken Axelsen
Bach Bachmann Bager Bagge Bagger Bak Baker Balle Balling Balslev Bang Banke Basse Bauer Baun Bay Bech Beck
Becker Begum Behrens Beier Bek Bekker Bell Bendix Bendixen Bendsen Bendtsen Bengtsen Bengtson Bengtsson
Bennedsen Bennetsen Bentsen Bentzen Berg Berger Bergmann Bering Berntsen Bertelsen Berthelsen Bertram Beyer
Bidstrup Bigum Bilde Bille Binderup Birch Birk Bisgaard Bitsch Bjerg Bjerre Bjerregaard Bjerring Bjerrum
Bjørn Blaabjerg Bladt Bloch Blom Bock Boel Boesen Boisen Boje Bojesen Bojsen Boll Bondarenko Bonde Bondesen
Borch Borg Bork Borre Borregaard Borup Bossen Boye Boysen Bramsen Brandstrup Brandt Brask Bredahl Breum
Brinch Brink Brix Bro Broberg Broch Brodersen Broe Brogaard Bruhn Brun Bruun Bruus Brødsgaard Brøgger
Brøndum Buch Bugge Buhl Bundgaard Busch Busk Butt Buur Buus Byskov Bæk Bækgaard Bærentsen Bødker Bøgh
Børgesen Børsting Bülow Callesen Carlsen Carlson Carlsson Carstens Carstensen Caspersen Celik Chen
Christensen Christiansen Christoffersen Christophersen Clark Clausen Clemensen Clemmensen Conradsen
Corneliussen Cramer Dahl Dahlgaard Dalby Dalgaard Dall Dalsgaard Dam Damborg Damgaard Damgård Damkjær Damm
Damsgaard Danielsen Daugaard Davidsen Degn Dehn Deleuran Demant Demir Dencker Dideriksen Didriksen Dinesen
Dissing Ditlevsen Djurhuus Dogan Dohn Drachmann Dreier Drejer Dreyer Due Dueholm Duelund Dupont Duus Dyhr
Dyrberg Dyrby Døssing Ebbesen Ebsen Edvardsen Egeberg Egelund Egholm Ehlers Ejlersen Elbæk Elgaard Eliasen
Elkjær Ellegaard Emborg Enemark Enevoldsen Engberg Engel Enggaard Engstrøm Erichsen Eriksen Eriksson
Erlandsen Ernst Ernstsen Esbensen Eskesen Eskildsen Espensen Espersen Faber Fabricius Falk Falkenberg
Fallesen Farah Feddersen Fenger Filtenborg Fink Fischer Fisker Flindt Fog Foged Fogh Foldager Foss Franck
Frandsen Frank Frantzen Frederiksen Fredslund Friedrichsen Friis Frisk From Frost Frølund Fuglsang Funch
Funder Futtrup Fyhn Gaarde Gade Gadegaard Gammelgaard Geertsen Geisler Gertsen Gilbert Gissel Glerup Glud
Gormsen Gotfredsen Gottlieb Gram Grau Graversen Gravesen Gravgaard Green Gregersen Greve Groth Grøn Grønbech
Grønborg Grønbæk Grøndahl Grønhøj Grønkjær Grønlund Grønning Gudmundsen Guldager Guldborg Guldbrandsen
Guldbæk Gundersen Gustafsson Gustavsen Gylling Haagensen Haahr Haaning Haastrup Hagen Hahn Halberg Hald
Halkjær Hall Halvorsen Hamann Hamilton Hammer Handberg Hansen Hansson Harbo Harboe Harder Hartmann Hartvig
Hartvigsen Haslund Hassan Hassing Haugaard Hauge Haugen Have Hede Hedegaard Hegelund Heide Hein Hejlesen
Helbo Helms Hemmingsen Hendriksen Henneberg Henningsen Henriksen Hermann Hermansen Herskind Hertz Hesselberg
Hessellund Hildebrandt Hinrichsen Hjelm Hjort Hjorth Hjortshøj Hoff Hoffmann Holck Holgersen Hollænder Holm
Holmberg Holme Holmgaard Holst Holt Honore Honoré Hoppe Horn Hornbæk Hougaard Houmann Hove Hovgaard Hovmand
Hussain Hussein Husted Husum Huynh Hvass Hvid Hvidberg Hviid Hyldgaard Hyllested Håkansson Høeg Høegh Høgh
Høier Høj Højberg Højbjerg Højer Højgaard Højland Højlund Højrup Høng Høst Høy Høyer Ibrahim Ibsen Ionescu
Ipsen Iqbal Isaksen Ismail Iversen Jacobsen Jakob Jakobsen Jakobsson Jama Jans Jansen Jantzen Jelsbak Jensby
Jensen Jeppesen Jepsen Jespersen Jessen Jochumsen Joensen Johannesen Johannessen Johannsen Johansen
Johansson Johnsen Johnson Jokumsen Jonassen Jonasson Jonsson Josefsen Josephsen Juel Juhl Junker Justesen
Juul Jæger Jønsson Jørgensen Jürgensen Kaae Kaas Kaminski Kamp Kamper Kanstrup Kappel Kara Karlsen Karlsson
Karstensen Kaspersen Kastrup Kaya Kejser Keller Khan Kiilerich Kilic Kirk Kirkeby Kirkegaard Kirkegård
Kjeldgaard Kjeldsen Kjellerup Kjer Kjær Kjærgaard Kjærsgaard Kjærulff Kjøller Klausen Klavsen Klein
Klemmensen Klint Klit Klitgaard Kloster Knudsen Knudsgaard Koch Kock Koefoed Kofod Kofoed Kok Kokholm Kold
Kolding Kondrup Konradsen Kornum Korsgaard Korsholm Kovalenko Kowalski Krabbe Krag Kragelund Kragh Kramer
Krarup Krause Krebs Kring Kristensen Kristiansen Kristoffersen Krog Krogh Krogsgaard Kromann Kronborg Kruse
Kryger Krøyer Krüger Kudsk Kumar Kure Kusk Kvist Kyed Køhler Ladefoged Ladegaard Lam Lambertsen Lang
Langballe Lange Langhoff Langkjær Larsen Larsson Lassen Lau Lauesen Lauge Laugesen Lauridsen Lauritsen
Lauritzen Laursen Lausen Lausten Laustsen Lehmann Lemming Lentz Lerche Leth Lewandowski Lillelund Lind
Lindahl Lindberg Linde Lindegaard Lindgaard Lindgreen Lindgren Lindhardt Lindholm Lindstrøm Linnet List
Ljungberg Lodberg Loft Lohmann Lohse Lomholt Lorentsen Lorentzen Lorenzen Ludvigsen Lund Lundberg Lunde
Lundgaard Lundgreen Lundgren Lundgård Lunding Lundqvist Lundsgaard Lundstrøm Lyhne Lykke Lykkegaard Lyng
Lynge Lynggaard Lyngholm Lyngsø Lysgaard Madsen Magnussen Magnusson Mahler Mahmood Mahmoud Majgaard Malik
Malling Malmberg Marcher Marcussen Mark Marker Markussen Martens Martensen Martinsen Martinussen Mathiasen
Mathiassen Mathiesen Matthiesen Matzen Meier Meincke Mejer Melchiorsen Meldgaard Melgaard Melnyk Meyer
Michaelsen Michelsen Midtgaard Mikkelsen Miller Moesgaard Mogensen Mohamad Mohamed Mohammad Mohammed Mohr
Mollerup Monrad Moos Morsing Mortensen Mose Mosegaard Mouridsen Mouritsen Mouritzen Munch Munck Munk
Munkholm Munksgaard Murphy Mygind Månsson Mølgaard Møller Mønsted Mønster Mørch Mørck Mørk Mørup Müller
Nedergaard Neergaard Neumann Nguyen Nicolaisen Nicolajsen Niebuhr Nielsen Niemann Nikolajsen Nilsson Nissen
Noer Nordentoft Norup Nowak Nyborg Nygaard Nyholm Nymand Nymann Nymark Nøhr Nørby Nørgaard Nørgård
Nørregaard Nørskov Obel Oddershede Odgaard Offersen Ohlsen Olesen Olsen Olsson Omar Osman Ottesen Otto
Ottosen Outzen Overby Overgaard Ovesen Oxholm Paaske Pagh Pallesen Palm Panduro Pape Paulsen Pedersen
Pehrson Persson Peters Petersen Petersson Petterson Pettersson Pham Philipsen Pihl Pilegaard Pilgaard Ploug
Polat Pontoppidan Popescu Porse Post Poulsen Povlsen Præst Puggaard Quist Qvist Raahauge Rafn Rahbek Randrup
Rasch Rask Rasmussen Raun Ravn Ravnsborg Refsgaard Reimer Riber Richter Riis Riise Rindom Ring Ringgaard
Risager Ritter Rode Roed Rohde Rokkjær Rose Rosenberg Rosendahl Rosendal Rosenkilde Rossen Roth Ryberg Rye
Rytter Rømer Rønn Rønne Sahin Sahl Saleh Salling Salomonsen Samuelsen Sand Sandberg Sander Sandholt Sauer
Schack Schjødt Schmidt Schneider Schou Schrøder Schultz Schulz Schwartz Schütt Secher Seerup Sehested
Sejersen Serup Severinsen Shah Sharma Shevchenko Simonsen Singh Sivertsen Skaaning Skaarup Skafte Skipper
Skjødt Skou Skov Skovbjerg Skovgaard Skovsgaard Skriver Skytte Skårup Skøtt Slot Sloth Smed Smedegaard Smidt
Smith Snedker Soelberg Sommer Sonne Staal Stage Stampe Steen Steenberg Steensen Stefansen Steffensen Stein
Stenberg Stender Stensgaard Stentoft Stephansen Stilling Stokholm Storgaard Storm Stougaard Straarup Strand
Strange Stryhn Strøm Stæhr Støvring Suhr Sunesen Svane Svendsen Svenningsen Svensson Svenstrup Sylvest
Sylvester Søby Søe Søgaard Søgård Sønderby Søndergaard Sønderskov Sønderup Sønnichsen Sørensen TRUE Tang
Tange Tarp Terkelsen Terkildsen Termansen Terp Thaysen Therkelsen Therkildsen Thestrup Thiesen Thisted
Thomas Thomasen Thomassen Thomsen Thorhauge Thorn Thorsen Thorup Thostrup Thrane Thuesen Thybo Thygesen
Thyssen Thøgersen Timm Timmermann Tobiasen Toft Tolstrup Tonnesen Topp Torp Tran Tranberg Troelsen Trolle
Truelsen Turan Turner Tychsen Tønder Tønnesen Tøttrup Udsen Uhd Uhrenholt Ulrich Ulriksen Ussing Valentin
Vang Vangsgaard Vedel Velling Vendelbo Vest Vester Vestergaard Vestergård Vilhelmsen Villadsen Villumsen
Vilstrup Vind Vinding Vinkel Vinter Vinther Vistisen Vittrup Vognsen Voigt Voss Wagner Walther Wang Warming
Warsame Weber Weinreich Weiss Werner West Westergaard Westermann Westh Wiberg Wichmann Wiese Wilhelmsen
Willadsen Willumsen Wilson Wind Winkel Winkler Winter Winther Wisniewski Witt Wojcik Wolf Wolff Wollesen
Worm Wulff Würtz Yde Yildirim Yildiz Yilmaz Yusuf Zachariassen Zacho Ziegler Zimmermann Ågaard Åkjær Ørskov
Ørum Øster Østerby Østergaard Østergård
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
