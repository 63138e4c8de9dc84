import type { Person } from "../mime/compose-message.ts";
import { makeFacts } from "./facts.ts";
import { type Newsletter, newsletters } from "./newsletters.ts";
import { drafts, junk, notifications } from "./notifications.ts";
import { people } from "./people.ts";
import type { Random } from "./random.ts";
import type { SampleMessage } from "./sample-message.ts";
import { tell } from "./tell.ts";
import { escapeHtml } from "./to-html.ts";

const DAY = 86_400_000;

interface Telling {
  random: Random;
  now: Date;
  me: Person;
  messageIdFor(domain: string): string;
}

/** Newsletters, notices of machines, junk and forgotten drafts: what a mailbox holds besides people. */
export function tellAutomaticMail(telling: Telling): SampleMessage[] {
  return [
    ...newsletters.flatMap((newsletter) => tellNewsletter(newsletter, telling)),
    ...tellNotifications(telling),
    ...tellRest(telling),
  ];
}

function tellNewsletter(newsletter: Newsletter, { random, now, me, messageIdFor }: Telling): SampleMessage[] {
  const domain = newsletter.email.split("@")[1] as string;
  const messages: SampleMessage[] = [];
  for (let age = random.next() * newsletter.everyDays; age < 365; age += newsletter.everyDays) {
    const date = new Date(now.getTime() - age * DAY);
    const subject = random.pick(newsletter.subjects);
    const stories = random.shuffle(newsletter.stories).slice(0, 3);
    const unsubscribe = `https://${domain}/odhlasit?u=${random.between(100_000, 999_999)}`;
    messages.push({
      kind: "newsletter",
      message: {
        from: { name: newsletter.name, email: newsletter.email },
        to: [me],
        subject,
        text: `${stories.map(([headline, teaser]) => `${headline}\n${teaser}`).join("\n\n")}\n\n--\n${newsletter.footer}\n${unsubscribe}`,
        html: newsletterHtml(newsletter, subject, stories, unsubscribe),
        messageId: messageIdFor(domain),
        date,
        headers: {
          "List-Id": `${newsletter.name} <${newsletter.listId}>`,
          "List-Unsubscribe": `<${unsubscribe}>, <mailto:odhlasit@${domain}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
          Precedence: "bulk",
        },
      },
    });
  }
  return messages;
}

function newsletterHtml(
  newsletter: Newsletter,
  subject: string,
  stories: Newsletter["stories"],
  unsubscribe: string,
): string {
  const { accent, name, footer, listId } = newsletter;
  const blocks = stories.map(
    ([headline, teaser], index) =>
      `<h2 style="font-size:18px;margin:22px 0 4px"><a href="https://${listId}/clanok/${index + 1}" style="color:${accent};text-decoration:none">${escapeHtml(headline)}</a></h2><p style="margin:0">${escapeHtml(teaser)}</p>`,
  );
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body style="margin:0;background:#f4f2ee"><div style="max-width:560px;margin:0 auto;background:#fff;padding:24px;font-family:Georgia,serif;color:#333"><p style="letter-spacing:2px;text-transform:uppercase;font-size:12px;color:${accent}">${escapeHtml(name)}</p><h1 style="font-size:26px;margin:0">${escapeHtml(subject)}</h1>${blocks.join("")}<hr style="border:0;border-top:1px solid #ddd;margin:26px 0"><p style="font-size:12px;color:#888">${escapeHtml(footer)} <a href="${unsubscribe}">Odhlásiť / Unsubscribe</a></p><img src="https://${listId}/otvorene.gif" width="1" height="1" alt=""></div></body></html>`;
}

function tellNotifications({ random, now, me, messageIdFor }: Telling): SampleMessage[] {
  return notifications.flatMap(({ name, email, subject, text, count }) =>
    Array.from({ length: count }, (_none, index): SampleMessage => {
      const date = new Date(now.getTime() - ((index + random.next()) / count) * 365 * DAY);
      const facts = makeFacts(random, date)("sk");
      // Subject and text have to choose alike, so both are told as one.
      const [told, ...rest] = tellTogether(subject, text, (template) => tell(template, facts, false, random), random);
      return {
        kind: "notification",
        message: {
          from: { name, email },
          to: [me],
          subject: told as string,
          text: rest.join(""),
          messageId: messageIdFor(email.split("@")[1] as string),
          date,
          headers: { "Auto-Submitted": "auto-generated" },
        },
      };
    }),
  );
}

/** Takes the same place of every choice in two templates. */
function tellTogether(first: string, second: string, fill: (template: string) => string, random: Random): string[] {
  const place = random.between(0, 5);
  return [first, second].map((template) =>
    fill(
      template.replace(
        /\{([^{}]*)\}/g,
        (_whole, choices: string) => choices.split("|")[place % choices.split("|").length] as string,
      ),
    ),
  );
}

function tellRest({ random, now, me, messageIdFor }: Telling): SampleMessage[] {
  const spam = junk.map(({ name, email, subject, text }): SampleMessage => {
    const date = new Date(now.getTime() - random.next() * 40 * DAY);
    const messageId = messageIdFor(email.split("@")[1] as string);
    return {
      kind: "junk",
      message: { from: { name, email }, to: [{ email: me.email }], subject, text, messageId, date },
    };
  });
  const begun = drafts.map(({ to, subject, text }): SampleMessage => {
    const person = people.find(({ email }) => email === to);
    const date = new Date(now.getTime() - random.next() * 20 * DAY);
    const recipient = { name: person?.name ?? null, email: to };
    return {
      kind: "draft",
      message: { from: me, to: [recipient], subject, text, messageId: messageIdFor("crm.test"), date },
    };
  });
  return [...spam, ...begun];
}
