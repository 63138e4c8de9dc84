import type { Scenario } from "./scenario.ts";

/** The accountant, the landlord, the technician and the courier. */
export const slovakServices: readonly Scenario[] = [
  {
    subject: "Podklady k DPH – $month",
    with: ["accountant"],
    language: "sk",
    atMost: 10,
    turns: [
      {
        by: "them",
        text: "{pripomínam podklady k DPH za $month.|blíži sa termín priznania za $month.} Potrebujem prijaté faktúry, bločky a výpis z účtu, najneskôr do 15.",
      },
      {
        by: "me",
        after: [10, 70],
        attach: ["statement", "prices"],
        text: "posielam výpis aj zoznam prijatých faktúr. Bločky {donesiem zajtra osobne|som nafotila, sú v zdieľanom priečinku|pošlem kuriérom}. Ak niečo chýba, bude to tá faktúra za elektrinu – tú ešte hľadám.",
      },
      {
        by: "them",
        after: [5, 50],
        text: "{ďakujem, všetko sedí. Na úhradu Vám vychádza $price, splatné 25.|chýba ešte doklad k platbe z 12., inak je to úplné.|prijaté. Tentoraz máte nadmerný odpočet, takže platiť nebudete.}",
      },
    ],
  },
  {
    subject: "Ročné zúčtovanie a daňové priznanie",
    with: ["accountant"],
    language: "sk",
    atMost: 1,
    turns: [
      {
        by: "them",
        text: "začínam pripravovať daňové priznanie. Pošlite mi, prosím, inventúru skladu k 31. 12. a potvrdenie o zaplatenom poistnom.",
        attach: ["contract"],
      },
      {
        by: "me",
        after: [30, 90],
        attach: ["prices"],
        text: "inventúra je v prílohe, papier sme počítali s Filipom dvakrát. Potvrdenie z poisťovne mi majú poslať do konca týždňa.",
      },
      {
        by: "them",
        after: [24, 80],
        text: "výborne. Návrh priznania pošlem v utorok, potom si zavoláme, nech Vám ho prejdem po riadkoch.",
      },
      {
        by: "me",
        after: [2, 20],
        text: "v utorok doobeda som pri telefóne, ďakujem. Bez Vás by som v tom bola stratená.",
      },
    ],
  },
  {
    subject: "Odstávka elektriny v budove",
    with: ["landlord"],
    language: "sk",
    turns: [
      {
        by: "them",
        text: "oznamujem nájomcom, že v {utorok|stredu|piatok} od 7:30 do 11:00 bude v budove odstávka elektriny kvôli {výmene hlavného ističa|revízii rozvodov|práci vo výťahovej šachte}.",
      },
      {
        by: "me",
        after: [1, 8],
        text: "ďakujem za informáciu. Máme v tom čase naplánovanú tlač, dalo by sa začať až o ôsmej? Pol hodiny by nám veľmi pomohlo.",
      },
      { by: "them", after: [1, 20], text: "s technikmi som sa dohodol na 8:00. Skončia potom o pol dvanástej." },
    ],
  },
  {
    subject: "Výťah",
    with: ["landlord"],
    language: "sk",
    atMost: 2,
    turns: [
      {
        by: "me",
        text: "výťah opäť stojí na prízemí a my máme zajtra vyložiť dve palety papiera na druhé poschodie. Vedeli by ste s tým niečo urobiť ešte dnes?",
      },
      {
        by: "them",
        after: [0.5, 4],
        text: "servis je objednaný na 15:00. Keby to dnes nestihli, pošlem zajtra dvoch chlapov, aby Vám s paletami pomohli.",
      },
      { by: "me", after: [20, 26], text: "výťah ide, chlapi nakoniec neboli treba. Ďakujem za rýchlosť." },
    ],
  },
  {
    subject: "Dodatok k nájomnej zmluve",
    with: ["landlord"],
    language: "sk",
    atMost: 1,
    turns: [
      {
        by: "them",
        attach: ["contract"],
        text: "v prílohe posielam dodatok k nájomnej zmluve na ďalšie dva roky. Nájomné sa zvyšuje o infláciu, ostatné podmienky sa nemenia. Prosím o pripomienky do konca mesiaca.",
      },
      {
        by: "me",
        after: [40, 90],
        text: "dodatok som prečítala, mám dve pripomienky: v článku 4 by malo ostať jedno parkovacie miesto zadarmo a výpovedná lehota by mala byť pre obe strany rovnaká.",
      },
      {
        by: "them",
        after: [20, 70],
        attach: ["contract"],
        text: "s oboma súhlasím, opravená verzia je v prílohe. Podpísať môžeme vo štvrtok u Vás.",
      },
      { by: "me", after: [2, 20], text: "štvrtok o desiatej mi vyhovuje. Káva bude." },
    ],
  },
  {
    subject: "Servis stroja",
    with: ["service"],
    only: "servis@krajcirtech.test",
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "me",
        text: "na {rezačke|digitále|laminátore} sa nám objavuje {pruh v žltej|chyba E-204|hluk pri rozbehu}. Pracovať sa dá, ale nerada by som čakala, kým sa to pokazí celkom. Kedy by ste vedeli prísť?",
      },
      {
        by: "them",
        after: [1, 12],
        text: "podľa popisu to bude {opotrebovaný valec|snímač|ložisko}. Diel mám skladom, mohol by som prísť {zajtra po 13:00|v piatok ráno|pozajtra okolo desiatej}. Rátajte s dvoma hodinami.",
      },
      { by: "me", after: [0.3, 4], text: "výborne, platí. Stroj Vám necháme voľný a vychladnutý." },
      {
        by: "them",
        after: [30, 60],
        attach: ["invoice"],
        text: "oprava je hotová, faktúru za prácu a diel posielam v prílohe. Odporúčam o pol roka skontrolovať aj remeň.",
      },
    ],
  },
  {
    subject: "Zvoz zásielok – zmena času",
    with: ["service"],
    only: "dispecing@kurierexpres.test",
    language: "sk",
    tone: "formal",
    turns: [
      {
        by: "them",
        text: "od budúceho týždňa Vám meníme čas zvozu z 15:30 na {14:45|16:10|15:00}. Zásielky pripravte, prosím, s vytlačenými štítkami.",
      },
      {
        by: "me",
        after: [1, 9],
        text: "{ten čas nám vyhovuje, ďakujem.|to je pre nás priskoro, lepenka schne do tretej. Dalo by sa aspoň o 15:15?}",
      },
      { by: "them", after: [1, 12], text: "{dobre, poznačil som si to u vodiča.|v poriadku, vodič príde o 15:15.}" },
    ],
  },
];
