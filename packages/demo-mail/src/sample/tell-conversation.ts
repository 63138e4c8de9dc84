import type { OutgoingMessage, Person } from "../mime/compose-message.ts";
import { makeAttachment, signatureLogo } from "./attachments.ts";
import type { Scenario, Turn } from "./conversations/scenario.ts";
import { type Facts, makeFacts } from "./facts.ts";
import { DEMO_PERSON, people, type SamplePerson, signatureOf } from "./people.ts";
import { quote } from "./quote.ts";
import type { Random } from "./random.ts";
import type { SampleMessage } from "./sample-message.ts";
import { tell } from "./tell.ts";
import { toHtml } from "./to-html.ts";
import { toWorkingHours } from "./working-hours.ts";

const HOUR = 3_600_000;
const MY_SIGNATURE = ["S pozdravom", DEMO_PERSON.name, ...DEMO_PERSON.signature].join("\n");
const MY_SIGNATURE_EN = [
  "Kind regards",
  DEMO_PERSON.name,
  "Štúdio Lipa · graphic design and print",
  "Bratislava · www.studiolipa.test",
].join("\n");

/** What was said before in the conversation. */
interface Said {
  text: string;
  date: Date;
  from: Person;
  messageId: string;
}

/** Plays a scenario with a person from `start` on; what would be said after `now` is still to come. */
export function tellConversation(
  scenario: Scenario,
  person: SamplePerson,
  start: Date,
  { random, now, me, messageIdFor }: { random: Random; now: Date; me: Person; messageIdFor(domain: string): string },
): SampleMessage[] {
  const factsIn = makeFacts(random, start);
  const subject = capitalize(tell(scenario.subject, factsIn(scenario.language), person.female, random));
  const said: Said[] = [];
  const messages: SampleMessage[] = [];
  let date = start;
  for (const [index, turn] of scenario.turns.entries()) {
    if (index > 0) {
      const [from, to] = turn.after ?? [6, 30];
      date = new Date(date.getTime() + (from + random.next() * (to - from)) * HOUR);
    }
    if (person.circle !== "friend") date = toWorkingHours(date, random);
    if (date > now) break;
    const mine = turn.by === "me";
    const language = mine && scenario.language === "cs" ? "sk" : scenario.language;
    const messageId = messageIdFor((mine ? me : person).email.split("@")[1] as string);
    const text = tell(turn.text, factsIn(language), person.female, random);
    const message = compose({ turn, person, me, facts: factsIn(language), text, subject, date, messageId, said });
    said.push({ text: message.text, date, from: message.from, messageId });
    messages.push({ kind: mine ? "sent" : "received", message: { ...message, messageId, date } });
  }
  return messages;
}

function compose(told: {
  turn: Turn;
  person: SamplePerson;
  me: Person;
  facts: Facts;
  text: string;
  subject: string;
  date: Date;
  messageId: string;
  said: readonly Said[];
}): OutgoingMessage {
  const { turn, person, me, facts, text, subject, messageId, said } = told;
  const mine = turn.by === "me";
  const greeting = turn.bare ? "" : `${mine ? person.greeting : person.greetsWith}\n\n`;
  const signature = signatureFor(turn, person, facts);
  const last = said.at(-1);
  // A second message in a row goes on with the subject, but quotes nothing.
  const answers = last && last.from.email !== (mine ? me : person).email;
  const quoted = answers ? quote({ ...last, text: shorten(last.text), slovak: facts.language !== "en" }) : undefined;
  const attachments = (turn.attach ?? []).map((kind, index) => makeAttachment(kind, facts, index));
  const isHtml = mine || person.mailer !== "text";
  const logoCid =
    !mine && !turn.bare && person.mailer === "logo"
      ? `logo.${messageId.slice(0, 12)}@${person.email.split("@")[1]}`
      : null;
  if (logoCid) attachments.push(signatureLogo(logoCid));
  const body = `${greeting}${text}`;
  return {
    from: mine ? me : { name: person.name, email: person.email },
    to: [mine ? { name: person.name, email: person.email } : me],
    ...(turn.cc
      ? {
          cc: people
            .filter(({ email }) => email === "filip@studiolipa.test")
            .map(({ name, email }) => ({ name, email })),
        }
      : {}),
    subject: last ? `Re: ${subject}` : subject,
    text: [body, signature, ...(quoted ? [quoted] : [])].filter((piece) => piece !== "").join("\n\n"),
    ...(isHtml ? { html: toHtml(body, { signature, logoCid, ...(quoted ? { quoted } : {}) }) } : {}),
    attachments,
    ...(last ? { inReplyTo: last.messageId, references: said.map((earlier) => earlier.messageId) } : {}),
  };
}

function signatureFor(turn: Turn, person: SamplePerson, facts: Facts): string {
  if (turn.by === "them")
    return turn.bare ? (person.name.split(" ").at(person.name.includes(".") ? 1 : 0) ?? "") : signatureOf(person);
  if (turn.bare || person.tone === "informal") return "Zuzka";
  return facts.language === "en" ? MY_SIGNATURE_EN : MY_SIGNATURE;
}

/** Quotations within quotations are left out, as threads grow without end otherwise. */
function shorten(text: string): string {
  const lines = text.split("\n");
  const nested = lines.findIndex((line) => line.startsWith(">>"));
  if (nested === -1) return text;
  // The line before says who wrote what is left out.
  const kept = lines.slice(0, nested - 1);
  while (kept.length > 0 && ["", ">"].includes(kept.at(-1)?.trim() ?? "")) kept.pop();
  return kept.join("\n");
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
