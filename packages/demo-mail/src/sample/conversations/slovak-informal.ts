import type { Scenario } from "./scenario.ts";

/** People who say "ty": regulars, colleagues, sister and friends. */
export const slovakInformal: readonly Scenario[] = [
  {
    subject: "$product na premiéru",
    with: ["customer"],
    only: "tomas@divadlomalascena.test",
    language: "sk",
    tone: "informal",
    turns: [
      {
        by: "them",
        text: "{blíži sa nám ďalšia sezóna|máme pred sebou veľký mesiac} a potrebujem $product, asi $amount ks. Vizuál je hotový, len ho treba {pripraviť do tlače|prehodiť do správneho formátu}. Stihneš to do $deadline?",
        attach: ["logo"],
      },
      {
        by: "me",
        after: [1, 9],
        text: "stihnem, ak mi pošleš aj fonty – v PDF nie sú vložené a nahradilo mi ich to niečím hrozným. Cena ako minule, teda $price.",
      },
      {
        by: "them",
        after: [0.5, 5],
        bare: true,
        text: "Jaj, fonty. Posielam. Na cene sa zhodneme, len nech je tá červená naozaj červená :)",
      },
      {
        by: "me",
        after: [5, 30],
        attach: ["proof"],
        text: "náhľad v prílohe. Červená je Pantone 485, červenšia už bude len hanba. Potvrď a ide to.",
      },
      {
        by: "them",
        after: [1, 10],
        bare: true,
        text: "Potvrdzujem. Vyzerá to super, ukázal[/a] som to celej partii a tlieskali.",
      },
    ],
  },
  {
    subject: "Kedy sa zastavíš?",
    with: ["customer", "friend"],
    language: "sk",
    tone: "informal",
    turns: [
      {
        by: "me",
        text: "máš u mňa hotové $product a k tomu jednu fľašu od klienta, ktorú sama nevypijem. Kedy sa zastavíš?",
      },
      {
        by: "them",
        after: [2, 20],
        text: "{v stredu po piatej|vo štvrtok cestou z práce|zajtra na obed} som v meste, hodí sa? A tú fľašu otvoríme na mieste.",
      },
      { by: "me", after: [0.5, 4], bare: true, text: "Hodí. Zvoň na Lipu, druhé poschodie, výťah zase nejde." },
    ],
  },
  {
    subject: "Kytice na deň matiek – štítky",
    with: ["customer"],
    only: "lucia@kvetinarstvopupava.test",
    language: "sk",
    tone: "informal",
    atMost: 1,
    turns: [
      {
        by: "them",
        text: "dá sa spraviť taký malý štítok na stužku? Niečo ako vizitka, ale s dierkou. Potrebujem ich tak 300 a text by bol ručne písaný, ja by som ho naskenoval[/a].",
      },
      {
        by: "me",
        after: [1, 8],
        text: "dá, volá sa to visačka a mám na ňu presný papier – prírodný, trochu drsný. Naskenuj to na 600 dpi, čiernym perom na bielom.",
      },
      {
        by: "them",
        after: [4, 24],
        attach: ["photo"],
        text: "tu to je. Písal[/a] som to sedemkrát, kým sa mi to páčilo.",
      },
      {
        by: "me",
        after: [10, 30],
        attach: ["proof"],
        text: "je to nádherné, nič som neretušovala. Visačky budú v pondelok.",
      },
    ],
  },
  {
    subject: "Porada v pondelok",
    with: ["colleague"],
    language: "sk",
    tone: "informal",
    atMost: 5,
    turns: [
      {
        by: "them",
        text: "v pondelok o deviatej by som {prebral|otvoril}[/a] tri veci: {vyťaženosť digitálu, dovolenky a nový cenník|sklad papiera, meškajúce zákazky a web|reklamácie za posledný mesiac, papier od Szabóa a Filipov rozvrh}. Ak máš niečo ďalšie, dopíš.",
      },
      {
        by: "me",
        after: [0.5, 6],
        text: "dopĺňam jednu vec: potrebujeme sa dohodnúť, kto dvíha telefón, keď som u klienta. Včera volal Hotel Pod hradom trikrát a nikto.",
      },
      { by: "them", after: [0.3, 3], bare: true, text: "Jasné, beriem si to na triko. V pondelok to doriešime." },
    ],
  },
  {
    subject: "Podklady pre $customer",
    with: ["colleague"],
    language: "sk",
    tone: "informal",
    atMost: 6,
    turns: [
      {
        by: "them",
        text: "{prišli podklady od firmy $customer, ale obrázky majú 72 dpi.|vo firme $customer menili logo a my tlačíme zo starého.|$customer poslali texty vo Worde s desiatimi fontmi.} Mám im napísať ja, alebo zavoláš ty?",
      },
      {
        by: "me",
        after: [0.2, 3],
        text: "zavolám ja, poznáme sa. Zatiaľ priprav stranu s tým, čo máme, a tam, kde nám niečo chýba, daj ružový obdĺžnik. Tomu rozumie každý.",
      },
      { by: "them", after: [1, 5], attach: ["proof"], text: "hotovo, ružových obdĺžnikov je päť. Náhľad v prílohe." },
      { by: "me", after: [0.3, 3], bare: true, text: "Super, takto to pošlem. Vďaka!" },
    ],
  },
  {
    subject: "Dovolenka",
    with: ["colleague"],
    language: "sk",
    tone: "informal",
    turns: [
      {
        by: "them",
        text: "[rád/rada] by som si zobral[/a] voľno od $deadline na {tri dni|týždeň|desať dní}. Rozrobené zákazky dotiahnem predtým, {Verča|Filip|Martin} o tom vie a zastúpi ma.",
      },
      {
        by: "me",
        after: [0.5, 8],
        text: "v poriadku, zapísala som to do kalendára. Len prosím ešte predtým odovzdaj etikety pre Kováčika, tie nechcem nechať na nikoho iného. Užite si to!",
      },
    ],
  },
  {
    subject: "Digitál zase hlási E-204",
    with: ["colleague"],
    language: "sk",
    tone: "informal",
    atMost: 2,
    turns: [
      {
        by: "them",
        text: "stroj stojí, E-204, presne ako pred mesiacom. Čistil[/a] som valce, reštartoval[/a] som to dvakrát. Mám volať Krajčíra?",
        after: [0, 0],
      },
      {
        by: "me",
        after: [0.1, 0.6],
        bare: true,
        text: "Volaj. A zákazku pre doktorku Mrázovú presuň na ofset, tá počká najmenej.",
      },
      { by: "them", after: [0.5, 2], bare: true, text: "Príde o druhej. Vraj to bude snímač, mal ho v aute." },
      { by: "them", after: [3, 5], bare: true, text: "Ide to. Bol to naozaj snímač, 180 € aj s prácou. Doháňame." },
    ],
  },
  {
    subject: "Objednať papier?",
    with: ["colleague"],
    language: "sk",
    tone: "informal",
    turns: [
      {
        by: "them",
        text: "na sklade máme už len {dva balíky 300 g matu|jednu paletu 130 g kriedy|štyri rysy prírodného 120 g}. Pri tomto tempe to máme na {desať dní|týždeň|tri dni}.",
        attach: ["prices"],
      },
      {
        by: "me",
        after: [0.5, 5],
        text: "objednám u Gábora, dnes to ešte stihnem do jeho rozvozu. Vezmem rovno dvojnásobok, v jeseni zase zdražuje.",
      },
    ],
  },
  {
    subject: "Otcove šesťdesiatiny",
    with: ["friend"],
    only: "bara.demkova@mojaposta.test",
    language: "sk",
    tone: "informal",
    atMost: 1,
    turns: [
      {
        by: "them",
        text: "začínam riešiť ockovu oslavu. Rozmýšľala som nad chatou v Modre, zmestí sa nás tam dvadsať. Čo ty na to? A spravíš pozvánky, však?",
      },
      {
        by: "me",
        after: [1, 9],
        text: "chata je skvelá, pamätám si, ako tam ocko stratil v snehu kľúče. Pozvánky spravím, mám jednu jeho fotku z motorky, tú chcem dať na titulku.",
      },
      { by: "them", after: [0.5, 9], bare: true, text: "TÚ s bokombradami? On nás zabije. Daj ju tam." },
      {
        by: "me",
        after: [20, 60],
        attach: ["proof"],
        text: "tu je prvá verzia. Teta Oľga nech prinesie štrúdľu, to dopíšem do pozvánky ako povinnosť.",
      },
      { by: "them", after: [1, 9], bare: true, text: "Plačem od smiechu. Je to dokonalé. Tlač." },
      { by: "me", after: [30, 60], bare: true, text: "Vytlačené, 25 kusov, v sobotu ich donesiem k vašim." },
    ],
  },
  {
    subject: "Víkend",
    with: ["friend"],
    language: "sk",
    tone: "informal",
    atMost: 5,
    turns: [
      {
        by: "them",
        text: "{ideme v sobotu na Kamzík, pridáš sa?|v nedeľu pečiem bábovku, príď na kávu.|mám dva lístky do divadla na piatok, nechceš jeden?}",
      },
      {
        by: "me",
        after: [1, 12],
        bare: true,
        text: "{Veľmi rada! Píš kedy a kde.|Tento víkend dorábam katalóg, ale nabudúce určite.|Beriem. Prinesiem niečo dobré.}",
      },
      { by: "them", after: [0.5, 6], bare: true, text: "{Teším sa :)|Dohodnuté.|Tak zas niekedy, nepracuj veľa!}" },
    ],
  },
  {
    subject: "Fotky z fotenia",
    with: ["friend"],
    only: "jana@fotokubisova.test",
    language: "sk",
    tone: "informal",
    turns: [
      {
        by: "them",
        attach: ["photo", "photo"],
        text: "posielam prvé dva zábery z {vinice|pekárne|hotela}, zvyšok bude v úložisku do večera. Svetlo nám vyšlo, tú druhú by som dala na obálku.",
      },
      {
        by: "me",
        after: [1, 12],
        text: "tá druhá je obálka, o tom niet pochýb. Pošli mi ju, prosím, aj na výšku, nech máme miesto na titulok. A faktúru rovno mne.",
      },
      {
        by: "them",
        after: [2, 30],
        attach: ["invoice"],
        text: "na výšku je v úložisku, faktúra v prílohe. Dala som ti starú cenu, lebo sa s tebou dobre robí.",
      },
    ],
  },
  {
    subject: "Recept",
    with: ["friend"],
    only: "bara.demkova@mojaposta.test",
    language: "sk",
    tone: "informal",
    atMost: 1,
    turns: [
      {
        by: "me",
        text: "pošli mi, prosím ťa, mamin recept na tie makové šúľance. Sľúbila som ich Veronike do práce a pamätám si len maslo.",
      },
      {
        by: "them",
        after: [1, 5],
        text: "1 kg varených zemiakov (zo šupky!), 300 g hrubej múky, 1 vajce, soľ. Vypracovať, šúľať, variť, kým nevyplávajú. Mak zomlieť s cukrom, hojne masla. Mama dodáva: nešetriť.",
      },
      { by: "me", after: [20, 40], bare: true, text: "Zmizli za sedem minút. Si poklad." },
    ],
  },
];
