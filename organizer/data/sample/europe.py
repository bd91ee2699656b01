"""Words of fifteen languages of Europe (and Afrikaans); `lexicon.py` describes the lines."""

WORDS = {
    "af": """svo adjective-first preposition spaced
onderwyser dokter boer student vriend / huis boek motor brief brood deur brug skip
koop verkoop open sluit vind verloor bewonder haat / groot klein nuwe ou goeie slegte
vandag gister dikwels hier / in met van / die elke sommige / hy sy ons hulle / het sal
en maar / omdat as / nie / ag / twee drie tien
Jan Pieter Anna Maria Willem / Botha Nel Kruger Venter Smit
Pretoria Durban Paarl Knysna Upington Worcester / Universiteit Bank Maatskappy
ver stra blom kor ant mel rig wes / heid ing / eer el / lik ig / sen man / fontein dorp""",
    "bg": """svo adjective-first preposition spaced
учител лекар фермер студент приятел / къща книга кола писмо хляб врата мост кораб
купува продава отваря затваря намира губи харесва мрази / голям малък нов стар добър лош
днес вчера често тук / в с от / този всеки някой / той тя ние те / е ще
и но / защото ако / не / ах / два три десет
Иван Петър Мария Елена Георги / Димитров Стоянов Колев Тодоров Ангелов
София Пловдив Варна Бургас Русе Плевен / Университет Банка Компания
ра бо ми ло дан кер вит сте / ост ние / ира ува / ски ен / ов ева / град ово""",
    "de": """svo adjective-first preposition spaced
Lehrer Arzt Bauer Student Freund / Haus Buch Auto Brief Brot Tür Brücke Schiff
kauft verkauft öffnet schließt findet verliert mag hasst / große kleine neue alte gute schlechte
heute gestern oft hier / in mit von / das jedes manches / er sie wir man / hat wird
und aber / weil wenn / nicht / ach / zwei drei zehn
Hans Peter Anna Maria Karl / Müller Schmidt Weber Becker Wagner
Berlin Hamburg München Köln Dresden Bremen / Universität Bank Gesellschaft
ber hal mor ste wil kan ros tal / ung heit / iert elt / lich ig / mann er / burg stadt""",
    "el": """svo adjective-first preposition spaced
δάσκαλος γιατρός αγρότης φοιτητής φίλος / σπίτι βιβλίο αυτοκίνητο γράμμα ψωμί πόρτα γέφυρα πλοίο
αγοράζει πουλάει ανοίγει κλείνει βρίσκει χάνει αγαπά μισεί / μεγάλο μικρό νέο παλιό καλό κακό
σήμερα χθες συχνά εδώ / σε με από / το κάθε κάποιο / αυτός αυτή εμείς αυτοί / έχει είναι
και αλλά / επειδή αν / δεν / αχ / δύο τρία δέκα
Γιώργος Νίκος Μαρία Ελένη Κώστας / Παπαδόπουλος Νικολάου Γεωργίου Ιωάννου Δημητρίου
Αθήνα Πάτρα Βόλος Λάρισα Χανιά Καβάλα / Πανεπιστήμιο Τράπεζα Εταιρεία
κα λε μο ρι στα πε θυ νο / ότητα ση / ίζει ώνει / ικό ινό / ίδης άκης / ούπολη οχώρι""",
    "en": """svo adjective-first preposition spaced
teacher doctor farmer student friend / house book car letter loaf door bridge ship
buys sells opens closes finds loses likes hates / big small new old good bad
today yesterday often here / in with from / the every some / he she we they / has will
and but / because if / not / oh / two three ten
John Peter Anna Mary William / Smith Baker Cooper Turner Walker
London Bristol Leeds Oxford Dover Norwich / University Bank Company
bel cor dra fen hol mar tin wes / ness tion / ises ates / ful ish / son man / ton ford""",
    "es": """svo noun-first preposition spaced
maestro médico granjero estudiante amigo / casa libro coche carta pan puerta puente barco
compra vende abre cierra encuentra pierde ama odia / grande pequeño nuevo viejo bueno malo
hoy ayer siempre aquí / en con de / el cada algún / él ella nosotros ellos / ha puede
y pero / porque si / no / ay / dos tres diez
Juan Pedro Ana María Carlos / García López Romero Torres Vega
Madrid Sevilla Toledo Granada Burgos Cádiz / Universidad Banco Compañía
ba ce lo mar tri ne sol vi / ción dad / iza ea / oso ivo / ez era / villa uela""",
    "et": """svo adjective-first postposition spaced
õpetaja arst talunik tudeng sõber / maja raamat auto kiri leib uks sild laev
ostab müüb avab sulgeb leiab kaotab armastab vihkab / suur väike uus vana hea halb
täna eile tihti siin / sees koos juurest / see iga mõni / tema ta meie nemad / on oli
ja aga / sest kui / ei / oh / kaks kolm kümme
Jaan Peeter Anna Mari Toomas / Tamm Saar Kask Mägi Sepp
Tallinn Tartu Narva Pärnu Viljandi Rakvere / Ülikool Pank Ühing
ka ro mi lu te ve so ha / mine us / eerib leb / line lik / ste mets / vere linn""",
    "eu": """sov noun-first postposition spaced
irakasle mediku baserritar ikasle lagun / etxe liburu auto gutun ogi ate zubi itsasontzi
erosten saltzen irekitzen ixten aurkitzen galtzen maitatzen gorrotatzen / handi txiki berri zahar on txar
gaur atzo askotan hemen / barruan batera aldetik / hau bakoitz zenbait / hura bera gu haiek / du da
eta baina / zeren baldin / ez / ene / bi hiru hamar
Jon Peru Ane Miren Mikel / Etxeberria Agirre Mendizabal Otegi Zubiri
Bilbo Donostia Gasteiz Iruñea Gernika Tolosa / Unibertsitate Banku Enpresa
go za be lar men txo ur di / keta tasun / tzen katzen / tsu garri / aga tegi / iri ondo""",
    "fi": """svo adjective-first postposition spaced
opettaja lääkäri maanviljelijä opiskelija ystävä / talo kirja auto kirje leipä ovi silta laiva
ostaa myy avaa sulkee löytää kadottaa rakastaa vihaa / suuri pieni uusi vanha hyvä huono
tänään eilen usein täällä / sisällä kanssa luota / tämä jokainen jokin / hän se me he / on oli
ja mutta / koska jos / ei / voi / kaksi kolme kymmenen
Juhani Pekka Anna Maria Mikko / Virtanen Korhonen Mäkinen Nieminen Laine
Helsinki Tampere Turku Oulu Lahti Kuopio / Yliopisto Pankki Yhtiö
ha ko ri mu sa vel ta ju / minen uus / oi telee / llinen kas / nen la / järvi niemi""",
    "fr": """svo noun-first preposition spaced
professeur médecin fermier étudiant ami / maison livre voiture lettre pain porte pont bateau
achète vend ouvre ferme trouve perd aime déteste / grand petit nouveau vieux bon mauvais
aujourd'hui hier souvent ici / dans avec de / le chaque quelque / il elle nous ils / a va
et mais / car si / pas / ah / deux trois dix
Jean Pierre Anne Marie Louis / Martin Bernard Dubois Moreau Laurent
Paris Lyon Nantes Lille Rennes Dijon / Université Banque Société
bel cha dru mon lau per vi ro / tion ment / ise onne / eux ique / ier eau / ville court""",
    "hu": """svo adjective-first postposition spaced
tanár orvos gazda diák barát / ház könyv autó levél kenyér ajtó híd hajó
vesz elad nyit zár talál veszít szeret utál / nagy kicsi új régi jó rossz
ma tegnap gyakran itt / mögött mellett felől / a minden néhány / ő maga mi ők / volt fog
és de / mert ha / nem / jaj / kettő három tíz
János Péter Anna Mária László / Nagy Kovács Szabó Horváth Tóth
Budapest Szeged Pécs Győr Eger Sopron / Egyetem Bank Társaság
ba ke mol ró sze tal vi gyö / ság ás / ozik ít / os talan / fi vári / háza falva""",
    "it": """svo noun-first preposition spaced
maestro medico contadino studente amico / casa libro macchina lettera pane porta ponte nave
compra vende apre chiude trova perde ama odia / grande piccolo nuovo vecchio buono cattivo
oggi ieri spesso qui / in con da / il ogni qualche / lui lei noi loro / ha può
e ma / perché se / non / ahi / due tre dieci
Giovanni Pietro Anna Maria Carlo / Rossi Bianchi Ferrari Romano Colombo
Roma Milano Torino Napoli Bologna Verona / Università Banca Società
ba ce lo mar tri ne sol vi / zione ezza / izza eggia / oso ivo / ini etti / ano ago""",
    "nl": """svo adjective-first preposition spaced
leraar dokter boer student vriend / huis boek auto brief brood deur brug schip
koopt verkoopt opent sluit vindt verliest bewondert haat / grote kleine nieuwe oude goede slechte
vandaag gisteren vaak hier / in met van / het elk sommig / hij zij wij men / heeft zal
en maar / omdat als / niet / ach / twee drie tien
Jan Pieter Anna Maria Willem / Jansen Bakker Visser Smit Meijer
Amsterdam Rotterdam Utrecht Leiden Delft Breda / Universiteit Bank Maatschappij
ber hal mor ste wil kan ros tal / heid ing / eert elt / lijk ig / stra sma / dam drecht""",
    "pt": """svo noun-first preposition spaced
professor médico fazendeiro estudante amigo / casa livro carro carta pão porta ponte navio
compra vende abre fecha encontra perde ama odeia / grande pequeno novo velho bom mau
hoje ontem sempre aqui / em com de / o cada algum / ele ela nós eles / tem pode
e mas / porque se / não / ai / dois três dez
João Pedro Ana Maria Carlos / Silva Santos Pereira Costa Almeida
Lisboa Porto Coimbra Braga Faro Évora / Universidade Banco Companhia
ba ce lo mar tri ne sol vi / ção dade / iza eia / oso ivo / es eira / ópolis ães""",
    "ru": """svo adjective-first preposition spaced
учитель врач фермер студент друг / дом книга машина письмо хлеб дверь мост корабль
покупает продаёт открывает закрывает находит теряет любит ненавидит / большой маленький новый старый хороший плохой
сегодня вчера часто здесь / в с из / этот каждый некоторый / он она мы они / был будет
и но / потому если / не / ах / два три десять
Иван Пётр Анна Мария Сергей / Петров Смирнов Соколов Морозов Волков
Москва Казань Самара Омск Тула Псков / Университет Банк Компания
ра бо ми ло дан кер вит сте / ость ние / ирует ывает / ский ный / ов ева / град ск""",
}
