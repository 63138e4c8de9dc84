/** What machines write to Zuzana; `$` facts and `{a|b}` choices as in the conversations. */
export interface Notification {
  name: string;
  email: string;
  subject: string;
  text: string;
  /** How many there are in the year. */
  count: number;
  /** Where the mailbox rules put it. @default the inbox */
  mailbox?: "Faktúry";
}

export const notifications: readonly Notification[] = [
  {
    name: "Dunajská banka",
    email: "no-reply@dunajskabanka.test",
    subject: "Prichádzajúca platba $price",
    text: "Na Váš účet **4471 bola pripísaná platba.\n\nSuma: $price\nVariabilný symbol: $invoice\n\nTento e-mail bol vytvorený automaticky, neodpovedajte naň.",
    count: 26,
  },
  {
    name: "Dunajská banka",
    email: "no-reply@dunajskabanka.test",
    subject: "Výpis z účtu – $month",
    text: "Výpis z Vášho účtu za $month je pripravený v internetovom bankovníctve.\n\nTento e-mail bol vytvorený automaticky, neodpovedajte naň.",
    count: 9,
  },
  {
    name: "Kuriér Expres",
    email: "noreply@kurierexpres.test",
    subject: "Zásielka $order je {na ceste|doručená|pripravená na odovzdanie}",
    text: "Vaša zásielka $order {opustila depo Bratislava-Juh.|bola doručená, prevzatie potvrdené podpisom.|čaká na zvoz.}\n\nStav môžete sledovať na kurierexpres.test.",
    count: 18,
  },
  {
    name: "Energia Západ",
    email: "fakturacia@energiazapad.test",
    subject: "Faktúra za elektrinu $invoice",
    text: "Vaša faktúra za elektrinu je pripravená.\n\nObdobie: $month\nSuma na úhradu: $price\n\nĎakujeme, že platíte načas.",
    count: 8,
    mailbox: "Faktúry",
  },
  {
    name: "Webhosting Oblak",
    email: "billing@oblakhosting.test",
    subject: "Predĺženie služby www.studiolipa.test",
    text: "Platnosť Vašej služby webhosting Štart sa blíži ku koncu. Predlžíme ju automaticky, z karty strhneme 7,90 €.",
    count: 4,
    mailbox: "Faktúry",
  },
  {
    name: "Zálohy",
    email: "backup@studiolipa.test",
    subject: "Záloha dokončená bez chýb",
    text: "Záloha disku ZÁKAZKY prebehla v poriadku.\n\nPrenesené: {12,4|9,8|31,2|18,0} GB\nTrvanie: {14|22|41} min",
    count: 8,
  },
];

export const junk: readonly { name: string; email: string; subject: string; text: string }[] = [
  {
    name: "Prize Department",
    email: "claims@mega-prize.example",
    subject: "You have been SELECTED!!!",
    text: "Dear lucky winner, your e-mail address has won 850,000 in our international draw. Reply with your bank details to claim.",
  },
  {
    name: "Pôžička ihneď",
    email: "info@pozicka-ihned.example",
    subject: "Peniaze na účte do 5 minút",
    text: "Bez registra, bez otázok, bez papierov. Kliknite a peniaze sú Vaše.",
  },
  {
    name: "SEO Experts",
    email: "rank@seo-experts.example",
    subject: "Your website is not on page one",
    text: "Hi there, I was looking at your website and found 37 critical errors. We guarantee the number one position within a week.",
  },
  {
    name: "Kuriér",
    email: "dorucenie@balik-info.example",
    subject: "Váš balík čaká na doplatenie 1,99 €",
    text: "Doručenie Vášho balíka sa nepodarilo. Doplaťte 1,99 € kartou na priloženej stránke.",
  },
  {
    name: "Dr. Wellness",
    email: "newlife@wellness-miracle.example",
    subject: "Schudnite 12 kg do nedele",
    text: "Lekári nenávidia tento jednoduchý trik z Bratislavy.",
  },
  {
    name: "Mail Admin",
    email: "admin@mailbox-quota.example",
    subject: "Your mailbox is 98% full",
    text: "Your mailbox will be closed today. Confirm your password to keep receiving messages.",
  },
  {
    name: "Crypto Academy",
    email: "join@crypto-academy.example",
    subject: "Only 3 seats left",
    text: "Our students turn 250 into 9,000 every single month. Join the free webinar tonight.",
  },
  {
    name: "Toner Direct",
    email: "sales@toner-direct.example",
    subject: "Tonery –80 %, len dnes",
    text: "Originál kvalita, neoriginál cena. Skladom posledných 14 000 kusov.",
  },
  {
    name: "Invoice Dept.",
    email: "billing@unknown-vendor.example",
    subject: "Overdue invoice 88213 – final notice",
    text: "Please find the overdue amount in the attached document and pay immediately to avoid legal steps.",
  },
  {
    name: "Olga",
    email: "olga@lonely-hearts.example",
    subject: "Hello my dear friend",
    text: "I saw your picture and I think we have much in common. Write me back, I wait for your letter.",
  },
];

/** Begun and left lying. */
export const drafts: readonly { to: string; subject: string; text: string }[] = [
  {
    to: "marketing@hotelpodhradom.test",
    subject: "Návrh jedálneho lístka – zimná sezóna",
    text: "Dobrý deň, pani Ďurišová,\n\nposielam sľúbené dve verzie jedálneho lístka. V prvej som",
  },
  {
    to: "james@harbourcoffee.example",
    subject: "Idea for the spring cups",
    text: "Hi James,\n\nI had an idea on the tram this morning: what if the cups had",
  },
  {
    to: "martin@studiolipa.test",
    subject: "Nový cenník",
    text: "Martin,\n\nprepočítala som to trikrát. Ak zdvihneme expres o 10 %,",
  },
  { to: "bara.demkova@mojaposta.test", subject: "Vianoce u nás?", text: "Baška, čo keby sme tento rok" },
];
