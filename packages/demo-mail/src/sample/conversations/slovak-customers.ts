import type { Scenario } from "./scenario.ts";

/** Customers who say "vy": enquiries, orders, proofs, complaints, invoices. */
export const slovakCustomers: readonly Scenario[] = [
  {
    subject: "Dopyt – $product",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    atMost: 5,
    turns: [
      {
        by: "them",
        text: "{chceli by sme si u Vás dať vyrobiť|potrebovali by sme vyrobiť|máme záujem o} $product, približne $amount ks. {Grafiku máme pripravenú v PDF.|Grafiku by sme potrebovali navrhnúť, logo Vám pošleme.|Podklady máme ešte z minulého roka, stačí zmeniť text.}\n\nVedeli by ste nám, prosím, poslať cenovú ponuku a termín, kedy by to mohlo byť hotové? {Ideálne by sme to potrebovali do $deadline.|Súrne to nie je, ale do $deadline by sme to radi mali doma.}",
      },
      {
        by: "me",
        after: [1, 7],
        attach: ["offer"],
        text: "ďakujem za dopyt. V prílohe posielam cenovú ponuku č. $offer: $amount ks $productOf za $price bez DPH. {V cene je aj jedna korektúra a doručenie po Bratislave.|Cena zahŕňa spracovanie podkladov, tlač aj balenie.}\n\nOd schválenia náhľadu vyrábame {päť|šesť|štyri} pracovných dní, takže termín $deadline stihneme. Ponuka platí do konca mesiaca.",
      },
      {
        by: "them",
        after: [4, 50],
        text: "ponuka je v poriadku, objednávame. {Fakturačné údaje sú rovnaké ako minule.|Fakturujte, prosím, na firmu, IČO posielam v podpise.} Náhľad, prosím, pošlite na tento e-mail.",
      },
      {
        by: "me",
        after: [3, 26],
        attach: ["proof"],
        text: "výborne, ďakujem za objednávku. Pripojený je náhľad na schválenie – prosím, skontrolujte hlavne {telefónne čísla a diakritiku|texty a farebnosť loga|dátumy a adresu}. Po Vašom „áno“ už do toho nezasahujeme.",
      },
      {
        by: "them",
        after: [2, 30],
        text: "{skontrolované, môžete tlačiť.|áno, schvaľujem, pustite to do tlače.} Pekná práca.",
      },
    ],
  },
  {
    subject: "Cenová ponuka č. $offer",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    atMost: 4,
    turns: [
      {
        by: "me",
        attach: ["offer"],
        text: "ako sme sa dohodli po telefóne, posielam cenovú ponuku na $product ($amount ks). Celková suma je $price bez DPH.\n\nPridala som aj druhú variantu na {recyklovanom papieri|kriede 170 g|štruktúrovanom papieri} – je o niečo drahšia, ale v ruke pôsobí oveľa lepšie. Vzorku Vám rada pošlem.",
      },
      {
        by: "them",
        after: [5, 70],
        text: "ďakujem za ponuku. Druhá varianta sa nám páči viac, {poslali by ste nám, prosím, tú vzorku?|len by sme potrebovali vedieť, či sa na ňu dá písať perom.} Rozhodne o tom ešte {manželka|kolegyňa|vedenie}, ale predbežne rátajte s nami.",
      },
      {
        by: "me",
        after: [2, 24],
        text: "vzorka ide dnes poštou, zajtra by mala byť u Vás. {Perom sa na ňu písať dá, skúšala som to.|Pribalila som aj dva ďalšie odtiene, nech máte z čoho vyberať.} Termín Vám držím do piatka.",
      },
    ],
  },
  {
    subject: "Reklamácia zákazky $order",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "them",
        attach: ["photo"],
        text: "dnes nám prišli $product, ale bohužiaľ nie sú v poriadku. {Farba loga je výrazne tmavšia než na schválenom náhľade.|Asi tretina kusov je orezaná nakrivo.|Na zadnej strane chýba telefónne číslo, hoci na náhľade bolo.} Fotografiu prikladám.\n\nPotrebujeme ich už v piatok, takže prosíme o rýchle riešenie.",
      },
      {
        by: "me",
        after: [0.5, 3],
        text: "veľmi ma to mrzí a ďakujem za fotku. Máte pravdu, takto to od nás odísť nemalo. {Pozreli sme sa na to s kolegom: chyba vznikla u nás pri výstupe.|Nôž na rezačke sa posunul a nikto si to nevšimol.}\n\nCelý náklad vytlačíme znova, samozrejme zadarmo, a vo štvrtok ráno Vám ho dovezie kuriér. Chybné kusy nám nemusíte vracať.",
        cc: true,
      },
      {
        by: "them",
        after: [1, 8],
        text: "ďakujeme za ústretovosť, s takým riešením súhlasíme. Vo štvrtok tu budeme od ôsmej.",
      },
      {
        by: "me",
        after: [40, 60],
        text: "kuriér práve potvrdil doručenie. Všetko som pred balením skontrolovala osobne. Ešte raz sa ospravedlňujem a ďakujem za trpezlivosť.",
      },
      {
        by: "them",
        after: [1, 6],
        text: "prišlo, tentoraz je to bez chyby. Ďakujeme, takto si predstavujeme férové jednanie.",
      },
    ],
  },
  {
    subject: "Faktúra č. $invoice",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    atMost: 6,
    turns: [
      {
        by: "me",
        attach: ["invoice"],
        text: "v prílohe posielam faktúru č. $invoice za $product ($amount ks) na sumu $price. Splatnosť je 14 dní.\n\nĎakujem za spoluprácu a teším sa na ďalšiu zákazku.",
      },
      {
        by: "them",
        after: [3, 60],
        text: "faktúru sme dostali, {uhradíme ju dnes.|odovzdala som ju účtovníčke.|úhrada odíde v stredu.} Ďakujeme.",
      },
    ],
  },
  {
    subject: "Pripomienka splatnosti faktúry $invoice",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "me",
        attach: ["invoice"],
        text: "pri kontrole platieb som si všimla, že faktúra č. $invoice na sumu $price je {týždeň|desať dní|dva týždne} po splatnosti. Možno sa len niekde stratila, preto ju prikladám ešte raz.\n\nAk ste ju medzitým uhradili, považujte túto správu za bezpredmetnú.",
      },
      {
        by: "them",
        after: [2, 40],
        text: "ospravedlňujeme sa, {faktúra skončila v nevyžiadanej pošte|kolegyňa je na dovolenke a ostala ležať|prehliadli sme ju}. Platbu sme práve zadali, zajtra by mala byť na účte.",
      },
      { by: "me", after: [20, 50], text: "platba dorazila, ďakujem pekne. Prajem príjemný zvyšok týždňa." },
    ],
  },
  {
    subject: "Stretnutie k novému vizuálu",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "them",
        text: "uvažujeme o {obnove loga|novom vizuáli|zjednotení všetkých tlačovín} a radi by sme to prebrali osobne. {Hodil by sa Vám budúci týždeň utorok alebo streda?|Mali by ste čas vo štvrtok doobeda?} Prídeme aj k Vám do štúdia.",
      },
      {
        by: "me",
        after: [1, 10],
        text: "veľmi rada. {Utorok o 10:00|Streda o 9:30|Štvrtok o 11:00} by mi vyhovoval, u nás na Grösslingovej 27, druhé poschodie. Prineste, prosím, čo najviac z toho, čo dnes používate – hlavičkový papier, vizitky, fotky výkladu. Kávu máme dobrú.",
      },
      { by: "them", after: [2, 20], text: "výborne, termín platí. Prídeme dvaja. Tešíme sa." },
      {
        by: "me",
        after: [90, 130],
        attach: ["offer", "logo"],
        text: "ďakujem za príjemné stretnutie. Ako som sľúbila, posielam zhrnutie a prvý, zatiaľ len pracovný smer. Zelená z Vášho starého loga ostala, len je o trochu sviežejšia.\n\nRozpočet na celý balík je $price, rozložený na dve platby. Budem rada za akúkoľvek spätnú väzbu, pokojne aj kritickú.",
      },
      {
        by: "them",
        after: [30, 90],
        text: "ukázali sme návrh aj doma a všetkým sa páči. Jediná poznámka: {písmo by mohlo byť o čosi hrubšie, z diaľky sa stráca|tú zelenú by sme predsa len o chlp stmavili|skúste, prosím, aj verziu bez rámčeka}. Rozpočet schvaľujeme.",
      },
    ],
  },
  {
    subject: "Zmena textu na $product",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "them",
        text: "je ešte možné zmeniť text? {Zmenilo sa nám telefónne číslo.|Posunuli sa otváracie hodiny, v sobotu máme už len do dvanástej.|Zistili sme preklep v názve ulice.} Viem, že ste mali dnes tlačiť, tak dúfam, že nepíšem neskoro.",
      },
      {
        by: "me",
        after: [0.3, 2],
        text: "píšete za päť dvanásť, platne idú o tretej. Opravila som to a posielam nový náhľad. Potvrďte mi ho, prosím, do 14:30.",
        attach: ["proof"],
      },
      { by: "them", after: [0.2, 1], bare: true, text: "Potvrdzujem, takto je to správne. Ste zlatá, ďakujem!" },
    ],
  },
  {
    subject: "Poďakovanie",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "them",
        text: "chcem sa Vám poďakovať za $product. {Hostia si ich berú domov ako suvenír.|Na výstave mali veľký úspech, pýtali sa nás, kto nám ich robil.|Dopadli ešte lepšie, než sme čakali.} Odporučili sme Vás už aj {susednej firme|známym z Modry|kolegom}.",
        attach: ["photo"],
      },
      {
        by: "me",
        after: [2, 20],
        text: "práve ste mi urobili deň. Fotku, ak dovolíte, vyvesíme v štúdiu na nástenku. Ďakujem za odporúčanie aj za dôveru.",
      },
    ],
  },
  {
    subject: "Vianočné pozdravy a kalendáre",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    atMost: 2,
    turns: [
      {
        by: "me",
        attach: ["prices"],
        text: "blíži sa čas novoročeniek a kalendárov, tak sa pripomínam skôr, než bude všetkým horieť pod nohami. V prílohe je cenník na túto sezónu; kto objedná do konca októbra, má grafiku zadarmo.",
      },
      {
        by: "them",
        after: [20, 120],
        text: "dobre, že píšete, vlani sme to naozaj nechali na poslednú chvíľu. Rátajte s nami na $amount ks, motív vyberieme budúci týždeň.",
      },
      {
        by: "me",
        after: [2, 20],
        text: "poznačené. Termín v tlači Vám držím a v pondelok pošlem tri návrhy motívov, aby ste nemuseli začínať od prázdneho papiera.",
      },
    ],
  },
  {
    subject: "Vyzdvihnutie zákazky $order",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "me",
        text: "Vaša zákazka ($product, $amount ks) je hotová a čaká na recepcii. Otvorené máme denne od 8:00 do 17:00, v piatok do 15:00. Je toho {jedna krabica|dve krabice|šesť krabíc}, takže odporúčam prísť autom.",
      },
      { by: "them", after: [1, 24], text: "ďakujem, zastaví sa po to {kolega|syn|vodič} zajtra okolo obeda." },
    ],
  },
  {
    subject: "Otázka k papieru",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "them",
        text: "pri poslednej zákazke ste spomínali papier s certifikátom FSC. O koľko by sme si s ním priplatili pri $amount ks $productOf? A je na ňom farba rovnako sýta?",
      },
      {
        by: "me",
        after: [2, 22],
        text: "rozdiel je pri tomto množstve {asi šesť percent|necelých tridsať eur|okolo osem percent}. Sýtosť je o máličko nižšia, lebo papier nie je natieraný – na fotografiách to vidno, na texte a logu nie. Pokojne Vám vytlačíme jednu skúšobnú stranu na oba.",
      },
      {
        by: "them",
        after: [4, 50],
        text: "tá skúšobná strana by nám veľmi pomohla, prosíme. Ak to bude pekné, prejdeme naň so všetkým.",
      },
      {
        by: "me",
        after: [20, 48],
        text: "hotovo, obe strany som dala do obálky a posielam ich poštou. Vľavo dole je ceruzkou napísané, ktorá je ktorá. Sama by som brala FSC.",
      },
    ],
  },
  {
    subject: "Súrne: $product do piatku?",
    with: ["customer"],
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "them",
        text: "viem, že je to na poslednú chvíľu, ale zabudli sme na $product. Potrebovali by sme $amount ks do piatku rána. Je to vôbec možné? Príplatok za expres je samozrejmosť.",
      },
      {
        by: "me",
        after: [0.3, 1.5],
        text: "možné to je, ale len ak mi podklady pošlete dnes do 16:00. Tlačili by sme cez noc na digitále; vyjde to na $price aj s expresom.",
      },
      { by: "them", after: [0.5, 2], attach: ["logo"], text: "posielam všetko, čo máme. Zachraňujete nám podujatie." },
      {
        by: "me",
        after: [0.5, 2],
        text: "podklady sú použiteľné, len logo som prekreslila do kriviek. Ideme na to. V piatok o 7:30 bude krabica na recepcii.",
      },
      {
        by: "them",
        after: [40, 50],
        text: "všetko prevzaté, stihli sme to. Najbližšia torta z nášho stola patrí Vám.",
      },
    ],
  },
];
