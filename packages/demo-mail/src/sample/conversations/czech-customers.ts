import type { Scenario } from "./scenario.ts";

/** Czech customers write Czech and get Slovak back, as it is done. */
export const czechCustomers: readonly Scenario[] = [
  {
    subject: "Poptávka: $product",
    with: ["customer"],
    language: "cs",
    atMost: 4,
    turns: [
      {
        by: "them",
        text: "rádi bychom u vás nechali vyrobit $product, zhruba $amount ks. {Doporučil nám vás pan Kováčik z Pezinku.|Byli jsme s vámi spokojeni už loni.} Můžete nám prosím poslat cenu včetně dopravy do {Brna|Prahy}?",
      },
      {
        by: "me",
        after: [2, 20],
        attach: ["offer"],
        text: "ďakujem za dôveru. Ponuka č. $offer je v prílohe: $amount ks $productOf za $price, doprava do Česka je v cene. Termín dodania je osem pracovných dní od schválenia.",
      },
      {
        by: "them",
        after: [5, 60],
        text: "cena je v pořádku, objednáváme. Data posílám přes úschovnu, heslo je název našeho psa (víte).",
        attach: ["logo"],
      },
      {
        by: "me",
        after: [3, 20],
        attach: ["proof"],
        text: "dáta som stiahla, heslo stále platí. Náhľad je v prílohe, prosím o schválenie. Spadávky som doplnila o 3 mm.",
      },
      {
        by: "them",
        after: [2, 30],
        text: "{schvaluji, tiskněte.|skvělé, takhle to může jít do tisku.} Děkuji za rychlost.",
      },
    ],
  },
  {
    subject: "Zásilka nedorazila",
    with: ["customer"],
    language: "cs",
    atMost: 2,
    turns: [
      {
        by: "them",
        text: "podle sledování měla zásilka přijít včera, ale zatím nic. V pátek začínáme a bez $productOf se neobejdeme. Můžete se prosím zeptat u dopravce?",
      },
      {
        by: "me",
        after: [0.3, 2],
        text: "hneď som volala: balík ostal na depe kvôli poškodenému štítku, obsah je v poriadku. Doručia ho zajtra do 10:00 a vodič Vám pol hodiny vopred zavolá.",
      },
      { by: "them", after: [18, 28], text: "dorazilo v 9:20, všechno v pořádku. Díky, že jste to vzala do ruky." },
    ],
  },
  {
    subject: "Schůzka na veletrhu",
    with: ["customer"],
    language: "cs",
    atMost: 2,
    turns: [
      {
        by: "them",
        text: "budete letos na knižním veletrhu? Rádi bychom s vámi probrali {obálky nové edice|programovou brožuru|grafiku na příští ročník}.",
      },
      {
        by: "me",
        after: [3, 30],
        text: "budem, vo štvrtok aj v piatok. Hodil by sa Vám piatok o jedenástej? Prinesiem vzorkovník papierov, nech sa máme čoho chytiť.",
      },
      { by: "them", after: [2, 20], text: "pátek v jedenáct platí, budeme u stánku 42. Kávu zařídíme my." },
      {
        by: "them",
        after: [100, 160],
        text: "děkuji za milé setkání. Ten strukturovaný papír se líbil i šéfovi, takže prosím o kalkulaci na $amount ks.",
      },
      {
        by: "me",
        after: [4, 30],
        attach: ["offer"],
        text: "aj mne bolo potešením. Kalkulácia je v prílohe, vychádza to na $price. Ak by ste vzali dva tituly naraz, vieme ísť ešte nižšie.",
      },
    ],
  },
  {
    subject: "Faktura $invoice",
    with: ["customer"],
    language: "cs",
    turns: [
      {
        by: "me",
        attach: ["invoice"],
        text: "posielam faktúru č. $invoice na sumu $price. Platbu prosím na účet v eurách, IBAN je na faktúre.",
      },
      { by: "them", after: [4, 60], text: "děkuji, fakturu jsem předal[/a] účtárně, zaplatíme do konce týdne." },
    ],
  },
];
