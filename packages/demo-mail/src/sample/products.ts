/** What the studio makes. Slovak names are plural and inanimate, so that nominative and accusative look alike. */
export interface Product {
  sk: string;
  /** Genitive: "500 ks …". */
  skOf: string;
  cs: string;
  csOf: string;
  en: string;
  amounts: readonly number[];
  /** Euros for one piece. */
  price: number;
}

export const products: readonly Product[] = [
  {
    sk: "vizitky",
    skOf: "vizitiek",
    cs: "vizitky",
    csOf: "vizitek",
    en: "business cards",
    amounts: [200, 500, 1000],
    price: 0.18,
  },
  {
    sk: "letáky A5",
    skOf: "letákov A5",
    cs: "letáky A5",
    csOf: "letáků A5",
    en: "A5 flyers",
    amounts: [1000, 2500, 5000],
    price: 0.09,
  },
  {
    sk: "plagáty B2",
    skOf: "plagátov B2",
    cs: "plakáty B2",
    csOf: "plakátů B2",
    en: "B2 posters",
    amounts: [50, 120, 300],
    price: 1.95,
  },
  {
    sk: "katalógy",
    skOf: "katalógov",
    cs: "katalogy",
    csOf: "katalogů",
    en: "catalogues",
    amounts: [150, 300, 800],
    price: 4.6,
  },
  {
    sk: "samolepky",
    skOf: "samolepiek",
    cs: "samolepky",
    csOf: "samolepek",
    en: "stickers",
    amounts: [500, 1000, 3000],
    price: 0.22,
  },
  {
    sk: "obálky s potlačou",
    skOf: "obálok s potlačou",
    cs: "obálky s potiskem",
    csOf: "obálek s potiskem",
    en: "printed envelopes",
    amounts: [500, 1000],
    price: 0.31,
  },
  {
    sk: "nástenné kalendáre",
    skOf: "nástenných kalendárov",
    cs: "nástěnné kalendáře",
    csOf: "nástěnných kalendářů",
    en: "wall calendars",
    amounts: [100, 250, 400],
    price: 5.2,
  },
  {
    sk: "jedálne lístky",
    skOf: "jedálnych lístkov",
    cs: "jídelní lístky",
    csOf: "jídelních lístků",
    en: "menus",
    amounts: [20, 40, 60],
    price: 7.8,
  },
  {
    sk: "etikety",
    skOf: "etikiet",
    cs: "etikety",
    csOf: "etiket",
    en: "labels",
    amounts: [1500, 3000, 6000],
    price: 0.14,
  },
  {
    sk: "papierové tašky",
    skOf: "papierových tašiek",
    cs: "papírové tašky",
    csOf: "papírových tašek",
    en: "paper bags",
    amounts: [300, 600, 1200],
    price: 0.85,
  },
  {
    sk: "pozvánky",
    skOf: "pozvánok",
    cs: "pozvánky",
    csOf: "pozvánek",
    en: "invitations",
    amounts: [80, 150, 300],
    price: 1.1,
  },
  {
    sk: "darčekové poukážky",
    skOf: "darčekových poukážok",
    cs: "dárkové poukazy",
    csOf: "dárkových poukazů",
    en: "gift vouchers",
    amounts: [200, 400],
    price: 0.42,
  },
];
