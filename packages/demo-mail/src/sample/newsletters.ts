/** A newsletter and what it writes about; every edition takes some of the stories. */
export interface Newsletter {
  name: string;
  email: string;
  listId: string;
  everyDays: number;
  accent: string;
  footer: string;
  subjects: readonly string[];
  stories: readonly (readonly [headline: string, teaser: string])[];
}

export const newsletters: readonly Newsletter[] = [
  {
    name: "Papierové noviny",
    email: "noviny@papierovenoviny.test",
    listId: "noviny.papierovenoviny.test",
    everyDays: 14,
    accent: "#7a5c3e",
    footer: "Tento e-mail ste dostali, lebo ste sa prihlásili na odber na papierovenoviny.test.",
    subjects: [
      "Čo nové pod lisom",
      "Papier, ktorý vonia",
      "Nové gramáže a staré triky",
      "Ofset verzus digitál: kolo tretie",
      "Týždeň v tlačiarni",
    ],
    stories: [
      ["Bavlnený papier sa vracia", "Tri slovenské dielne ukazujú, prečo sa oplatí zaplatiť trojnásobok."],
      ["Ako rozpoznať dobrú knižnú väzbu", "Stačí otvoriť knihu v strede a počúvať."],
      ["Pantone bez slzičiek", "Pomôcka na stenu: ktoré odtiene v CMYK nikdy nevyjdú."],
      ["Recyklát na vizitky?", "Otestovali sme sedem druhov. Dva z nich prežili peňaženku."],
      ["Rozhovor s poslednou ručnou knihárkou v Levoči", "„Stroj nevie, kedy má papier náladu.“"],
      ["Ražba za studena", "Lesk bez tepla a bez šablón: kedy to má zmysel."],
      ["Lakovanie na tri spôsoby", "Lesklý, matný a ten, ktorý chce človek stále hladkať."],
      ["Koľko stojí biela", "Prečo sú prázdne miesta na stránke tá najlacnejšia ozdoba."],
    ],
  },
  {
    name: "Kerning Weekly",
    email: "hello@kerningweekly.example",
    listId: "weekly.kerningweekly.example",
    everyDays: 12,
    accent: "#1f4e79",
    footer: "You get this because you subscribed at kerningweekly.example.",
    subjects: [
      "Seven new text faces",
      "In praise of the ampersand",
      "When grids break",
      "A love letter to small caps",
      "Type on packaging",
      "Diacritics done right",
    ],
    stories: [
      ["Diacritics done right", "A háček is not a breve with an attitude. A field guide with forty examples."],
      ["Why your PDF lost its fonts", "Embedding, subsetting and the tick box that nobody reads."],
      ["Wine labels we liked this month", "Six bottles that you will keep after the wine is gone."],
      ["Variable fonts in print", "They work. Mostly. Here is where they do not."],
      ["The quiet comeback of slab serifs", "Sturdy, warm, and easy to foil-stamp."],
      ["Reading rooms", "How a library in Brno chose its signage, letter by letter."],
      ["Ink traps explained", "The tiny notches that keep a letter readable at six points."],
      ["A poster in two colours", "Step by step, with the mistakes left in."],
    ],
  },
  {
    name: "Kam v Bratislave",
    email: "tyzden@kamvbratislave.test",
    listId: "tyzden.kamvbratislave.test",
    everyDays: 14,
    accent: "#b03a48",
    footer: "Odhlásiť sa môžete kedykoľvek jedným klikom.",
    subjects: [
      "Víkend, ktorý sa oplatí",
      "Čo robiť, keď prší",
      "Trhy, divadlo a jedna výstava",
      "Päť tipov na tento týždeň",
    ],
    stories: [
      ["Malá scéna uvádza premiéru", "Komorná hra o troch sestrách a jednom výťahu."],
      ["Dobrý trh na Panenskej", "Syry, keramika, sadenice a rad na langoše."],
      ["Výstava starých plagátov", "Bratislava, ako ju videli litografi pred sto rokmi."],
      ["Bazár kníh v parku", "Prineste dve, odneste si štyri."],
      ["Nočná prehliadka hradu", "S lampášom a sprievodcom, ktorý sa nebojí."],
      ["Otvorené dvory", "Raz do roka môžete nazrieť tam, kde inak štekajú psy."],
    ],
  },
  {
    name: "Grafia – potreby pre tlačiarov",
    email: "akcie@grafia-shop.test",
    listId: "akcie.grafia-shop.test",
    everyDays: 21,
    accent: "#2f7d4f",
    footer: "Grafia, s. r. o. Ceny sú uvedené bez DPH a platia do vypredania zásob.",
    subjects: [
      "–15 % na laminovacie fólie",
      "Výpredaj rezacích podložiek",
      "Doprava zadarmo do piatku",
      "Nové nože skladom",
    ],
    stories: [
      ["Laminovacia fólia soft touch", "Rolka 320 mm, teraz 64,90 €."],
      ["Rezacia podložka A1", "Samohojivá, obojstranná, 39,00 €."],
      ["Krúžková väzba, 100 ks", "Čierna, biela a konečne aj medená."],
      ["Skladacie kosti z teflónu", "Nezanechávajú lesk. Sada troch za 27,50 €."],
      ["Čistič valcov 5 l", "Bez zápachu, biologicky odbúrateľný."],
    ],
  },
];
