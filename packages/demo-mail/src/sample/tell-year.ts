import type { Person } from "../mime/compose-message.ts";
import { stableId } from "../store/ids.ts";
import { czechCustomers } from "./conversations/czech-customers.ts";
import { english } from "./conversations/english.ts";
import type { Scenario } from "./conversations/scenario.ts";
import { slovakCustomers } from "./conversations/slovak-customers.ts";
import { slovakInformal } from "./conversations/slovak-informal.ts";
import { slovakServices } from "./conversations/slovak-services.ts";
import { people, type SamplePerson } from "./people.ts";
import { Random } from "./random.ts";
import type { SampleMessage } from "./sample-message.ts";
import { tellAutomaticMail } from "./tell-automatic-mail.ts";
import { tellConversation } from "./tell-conversation.ts";

/** About that many messages make a year. */
const MESSAGES = 600;
const DAY = 86_400_000;
const scenarios: readonly Scenario[] = [
  ...slovakCustomers,
  ...slovakInformal,
  ...slovakServices,
  ...czechCustomers,
  ...english,
];

/** A year of mail that ends at `now`, oldest first; the same `now` and address give the same year. */
export function tellYear(me: Person, now: Date): SampleMessage[] {
  const random = new Random(20_260);
  let count = 0;
  const messageIdFor = (domain: string): string => {
    count += 1;
    return `${stableId("message", me.email, now.toISOString(), String(count))}@${domain}`;
  };
  const telling = { random, now, me, messageIdFor };
  const messages = tellAutomaticMail(telling);
  for (const { scenario, person, start } of cast(random, now)) {
    if (messages.length >= MESSAGES) break;
    messages.push(...tellConversation(scenario, person, start, telling));
  }
  return messages.sort((a, b) => a.message.date.getTime() - b.message.date.getTime());
}

/** Who plays which scenario when: each as often as it may, people in turn, recent weeks a little denser. */
function cast(random: Random, now: Date): { scenario: Scenario; person: SamplePerson; start: Date }[] {
  const roles = scenarios.flatMap((scenario) => {
    const suited = random.shuffle(people.filter((person) => suits(scenario, person)));
    const times = Math.min(scenario.atMost ?? 3, suited.length * 10);
    return Array.from({ length: times }, (_none, index) => ({
      scenario,
      person: suited[index % suited.length] as SamplePerson,
      start: new Date(now.getTime() - (0.1 + 358 * random.next() ** 1.35) * DAY),
    }));
  });
  return random.shuffle(roles);
}

function suits(scenario: Scenario, person: SamplePerson): boolean {
  const { language, tone, only } = scenario;
  if (only !== undefined && only !== person.email) return false;
  return (
    scenario.with.includes(person.circle) &&
    language === person.language &&
    (tone === undefined || tone === person.tone)
  );
}
