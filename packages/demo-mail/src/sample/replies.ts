/** Something that a person answers to a message of the demo's user; `about` picks it for messages on that matter. */
export interface SampleReply {
  slovak: boolean;
  about?: RegExp;
  text: string;
}

/** Good enough to choose a language to answer in: Slovak letters, or words that English does not have. */
export function isSlovak(text: string): boolean {
  return /[ľščťžýáíúäôňďĺŕ]|\b(dobry|den|prosim|dakujem|ahoj|pozdravom|ponuka|faktura)\b/i.test(text);
}

export const replies: readonly SampleReply[] = [
  {
    slovak: true,
    about: /ponuk|cen[aeuy]|kalkul/i,
    text: "Dobrý deň,\n\nďakujem za rýchlu odpoveď. Cena je pre nás v poriadku, len by som si ešte rád overil termín dodania – stihli by sme to do konca budúceho týždňa?\n\nAk áno, berte to ako záväznú objednávku.",
  },
  {
    slovak: true,
    about: /ponuk|cen[aeuy]|kalkul/i,
    text: "Dobrý deň,\n\nponuku som dostal, vyzerá dobre. Preberieme ju zajtra na porade a do obeda sa ozvem s rozhodnutím.",
  },
  {
    slovak: true,
    about: /fakt[uú]r|[uú]hrad|platb|splatn/i,
    text: "Dobrý deň,\n\nďakujem za upozornenie. Faktúru som odovzdal účtovníčke, úhrada odíde dnes popoludní. Keby zajtra nebola na účte, dajte mi, prosím, vedieť.",
  },
  {
    slovak: true,
    about: /stretn|term[ií]n|zajtra|pondel|utor|stred|štvrt|piat/i,
    text: "Dobrý deň,\n\nten termín mi vyhovuje, poznačil som si ho do kalendára. Prinesiem so sebou aj vzorky, nech sa máme o čom rozprávať.",
  },
  {
    slovak: true,
    about: /reklam|chyb|poškod|omyl/i,
    text: "Dobrý deň,\n\nvďaka, že ste sa tomu povenovali tak rýchlo. S navrhnutým riešením súhlasím. Nové kusy stačí poslať kuriérom na rovnakú adresu.",
  },
  {
    slovak: true,
    about: /ďakuj|dakuj|vďak/i,
    text: "Niet za čo, rado sa stalo. Keby ešte niečo bolo treba, som na telefóne.",
  },
  {
    slovak: true,
    text: "Dobrý deň,\n\nďakujem za správu, všetko je jasné. Pozriem sa na to dnes poobede a zajtra sa ozvem.",
  },
  {
    slovak: true,
    text: "Dobrý deň,\n\nsuper, presne takto to potrebujeme. Ešte to preberiem s kolegyňou a dám Vám vedieť, či k tomu nemáme niečo doplniť.",
  },
  {
    slovak: true,
    text: "Dobrý deň,\n\nvďaka za rýchlu odpoveď. Mám už len jednu otázku – dalo by sa to pripraviť aj v menšom formáte? Nie je to podmienka, len by sa nám to hodilo na pult.",
  },
  {
    slovak: false,
    about: /quote|price|offer|cost/i,
    text: "Thanks for the quick turnaround on this.\n\nThe price works for us. Could you just confirm that delivery is included? If it is, please go ahead and we'll send the purchase order today.",
  },
  {
    slovak: false,
    about: /invoice|payment|paid|due/i,
    text: "Thanks for the reminder, and sorry it slipped through.\n\nI've just passed the invoice to our finance team; it goes out with tomorrow's payment run.",
  },
  {
    slovak: false,
    about: /meet|call|tomorrow|monday|tuesday|wednesday|thursday|friday/i,
    text: "That works for me. I've put it in the calendar and will bring the samples along.\n\nIf anything changes on your side, a short note is enough.",
  },
  {
    slovak: false,
    about: /sorry|damage|wrong|mistake|complain/i,
    text: "I appreciate how quickly you picked this up.\n\nA reprint is fine with us. Please send it to the same address, ideally before the weekend.",
  },
  { slovak: false, about: /thank/i, text: "You're very welcome! Always a pleasure." },
  {
    slovak: false,
    text: "Thanks for getting back to me so quickly. That all sounds good.\n\nLet me check one detail with my colleague and I'll confirm by tomorrow noon.",
  },
  {
    slovak: false,
    text: "Perfect, this is exactly what we were after.\n\nOne small question: could we also get it as a PDF for the web? No rush at all.",
  },
];
