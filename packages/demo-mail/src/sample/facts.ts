import { type Product, products } from "./products.ts";
import type { Random } from "./random.ts";

type Language = "sk" | "cs" | "en";

/** What a conversation is about, in the words of its language. */
export interface Facts {
  language: Language;
  seed: number;
  product: string;
  productOf: string;
  amount: string;
  price: string;
  deadline: string;
  month: string;
  offer: string;
  invoice: string;
  order: string;
  customer: string;
}

const MONTHS_SK = [
  "január",
  "február",
  "marec",
  "apríl",
  "máj",
  "jún",
  "júl",
  "august",
  "september",
  "október",
  "november",
  "december",
];
const MONTHS_OF: Readonly<Record<Language, readonly string[]>> = {
  sk: [
    "januára",
    "februára",
    "marca",
    "apríla",
    "mája",
    "júna",
    "júla",
    "augusta",
    "septembra",
    "októbra",
    "novembra",
    "decembra",
  ],
  cs: [
    "ledna",
    "února",
    "března",
    "dubna",
    "května",
    "června",
    "července",
    "srpna",
    "září",
    "října",
    "listopadu",
    "prosince",
  ],
  en: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
};
const CUSTOMERS = ["Kováčik", "Hotel Pod hradom", "Púpava", "Stavby Šťastný", "Brightline", "Galerie Größinger"];

/** Decides what a conversation that starts at `start` is about; the returned function tells it in a language. */
export function makeFacts(random: Random, start: Date): (language: Language) => Facts {
  const product: Product = random.pick(products);
  const amount = random.pick(product.amounts);
  const price = Math.round(amount * product.price * (1.15 - random.next() * 0.3) * 20) / 20 + 35;
  const deadline = new Date(start.getTime() + random.between(14, 24) * 86_400_000);
  const serial = String(random.between(11, 980)).padStart(4, "0");
  const seed = random.between(0, 999);
  const customer = random.pick(CUSTOMERS);
  const year = start.getUTCFullYear();
  return (language) => ({
    language,
    seed,
    product: product[language],
    productOf: language === "sk" ? product.skOf : language === "cs" ? product.csOf : product.en,
    amount: groupDigits(String(amount), language),
    price: formatPrice(price, language),
    deadline: `${deadline.getUTCDate()}${language === "en" ? "" : "."} ${MONTHS_OF[language][deadline.getUTCMonth()]}`,
    month: MONTHS_SK[(start.getUTCMonth() + 11) % 12] as string,
    offer: `${serial}/${String(year).slice(2)}`,
    invoice: `${year}${serial}`,
    order: `Z-${year % 100}${serial}`,
    customer,
  });
}

function formatPrice(price: number, language: Language): string {
  const [whole, cents] = price.toFixed(2).split(".") as [string, string];
  return language === "en" ? `€${groupDigits(whole, language)}.${cents}` : `${groupDigits(whole, language)},${cents} €`;
}

function groupDigits(digits: string, language: Language): string {
  const grouped = Number(digits).toLocaleString("en-US");
  return language === "en" ? grouped : grouped.replaceAll(",", "\u00a0");
}
