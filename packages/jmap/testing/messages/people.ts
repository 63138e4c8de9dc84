import type { Random } from "./random.ts";

export interface Person {
  name: string;
  email: string;
}

const FIRST_NAMES = [
  "Ján",
  "Mária",
  "Ľubomír",
  "Zuzana",
  "Štefan",
  "Žofia",
  "Tomáš",
  "Lucia",
  "Ondřej",
  "Jürgen",
  "Eva",
];
const LAST_NAMES = ["Novák", "Kováčová", "Ďurica", "Šimko", "Balážová", "O'Neil", "Müller", "Krajčír", "Smith", "Tóth"];
const DOMAINS = ["firma.test", "obchod.test", "klient.test", "zakaznik.test", "partner.test", "corp.example"];

/** People with addresses that are all different. */
export const makePeople = (random: Random, count: number): Person[] =>
  Array.from({ length: count }, (_, index) => {
    const first = random.pick(FIRST_NAMES);
    const last = random.pick(LAST_NAMES);
    return { name: `${first} ${last}`, email: `${toAscii(first)}.${toAscii(last)}${index}@${random.pick(DOMAINS)}` };
  });

const toAscii = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();
