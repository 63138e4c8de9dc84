import type { MessageAttachment } from "../mime/compose-message.ts";
import type { AttachmentKind } from "./conversations/scenario.ts";
import type { Facts } from "./facts.ts";
import { makePdf } from "./make-pdf.ts";
import { drawCard, drawLandscape, drawLogo } from "./make-png.ts";

const PROOFS = once(() => [
  drawCard([222, 210, 190], [120, 30, 48]),
  drawCard([190, 205, 198], [28, 74, 66]),
  drawCard([205, 202, 214], [44, 48, 92]),
]);
const PHOTOS = once(() => [
  drawLandscape([150, 190, 226], [76, 104, 52]),
  drawLandscape([236, 170, 120], [88, 60, 66]),
  drawLandscape([176, 198, 206], [58, 92, 98]),
]);
const LOGO = once(() => drawLogo([96, 132, 58]));

/** Pictures are drawn when first needed, and shared by all messages that show them. */
function once<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Shown below the signature by those who write in HTML with a logo. */
export function signatureLogo(cid: string): MessageAttachment {
  return { name: "logo.png", type: "image/png", content: LOGO, cid };
}

/** A file of the given kind about the conversation's facts, named in its language. */
export function makeAttachment(kind: AttachmentKind, facts: Facts, ordinal: number): MessageAttachment {
  const sk = facts.language !== "en";
  const { offer, invoice, price, amount, product } = facts;
  const pdf = (name: string, title: string, lines: string[]): MessageAttachment => ({
    name: `${name}.pdf`,
    type: "application/pdf",
    content: () => makePdf(title, lines),
  });
  const png = (name: string, pictures: () => readonly Buffer[]): MessageAttachment => ({
    name: `${name}.png`,
    type: "image/png",
    content: () => pictures()[(facts.seed + ordinal) % 3] as Buffer,
  });
  switch (kind) {
    case "offer":
      return sk
        ? pdf(`Ponuka č. ${offer}`, `Cenová ponuka č. ${offer}`, [
            `Predmet: ${product}`,
            `Množstvo: ${amount} ks`,
            `Cena spolu: ${price} bez DPH`,
            "",
            "Termín: 6 pracovných dní od schválenia náhľadu",
            "Platnosť ponuky: do konca mesiaca",
          ])
        : pdf(`Quote ${offer}`, `Quote no. ${offer}`, [
            `Item: ${product}`,
            `Quantity: ${amount}`,
            `Total: ${price}`,
            "",
            "Production: six working days from approval",
          ]);
    case "invoice":
      return sk
        ? pdf(`Faktúra ${invoice}`, `Faktúra č. ${invoice}`, [
            `${product}, ${amount} ks`,
            `Na úhradu: ${price}`,
            "Splatnosť: 14 dní",
            "",
            `Variabilný symbol: ${invoice}`,
            "IBAN: SK00 0000 0000 0000 0000 0000",
          ])
        : pdf(`Invoice ${invoice}`, `Invoice no. ${invoice}`, [
            `Total: ${price}`,
            "Payable within 14 days",
            "",
            `Reference: ${invoice}`,
          ]);
    case "proof":
      return png(sk ? `náhľad – ${product}` : `proof – ${product}`, PROOFS);
    case "photo":
      return png(`IMG_${2100 + ((facts.seed * 7 + ordinal) % 800)}`, PHOTOS);
    case "logo":
      return { name: "logo.png", type: "image/png", content: LOGO };
    case "contract":
      return pdf("Dodatok č. 3 k zmluve", "Dodatok č. 3", [
        "Zmluvné strany sa dohodli na týchto zmenách:",
        "1. Doba nájmu sa predlžuje o dva roky.",
        "2. Nájomné sa upravuje o mieru inflácie.",
        "3. Ostatné ustanovenia sa nemenia.",
      ]);
    case "statement":
      return pdf(`Výpis ${facts.month}`, `Výpis z účtu – ${facts.month}`, [
        "Počiatočný zostatok: 8 412,60 €",
        `Prichádzajúce platby: ${price}`,
        "Odchádzajúce platby: 3 107,45 €",
      ]);
    case "prices":
      return {
        name: sk ? "zoznam položiek.csv" : "price list.csv",
        type: "text/csv",
        content: Buffer.from(
          sk
            ? "položka;množstvo;cena\nmat 300 g;2;184,00\nkrieda 130 g;4;96,50\nprírodný 120 g;10;71,20\n"
            : "item,unit,price EUR\ngloss 130 gsm,pallet,912.00\nmatt 300 gsm,pallet,1184.00\nnatural 120 gsm,ream,14.30\n",
        ),
      };
  }
}
