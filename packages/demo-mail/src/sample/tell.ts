import type { Facts } from "./facts.ts";
import type { Random } from "./random.ts";

/** Fills a template of a scenario in: choices `{a|b}`, genders `[m/f]`, facts `$name`. */
export function tell(template: string, facts: Facts, female: boolean, random: Random): string {
  return template
    .replace(/\{([^{}]*)\}/g, (_whole, choices: string) => random.pick(choices.split("|")))
    .replace(/\[([^[\]/]*)\/([^[\]]*)\]/g, (_whole, male: string, other: string) => (female ? other : male))
    .replace(/\$([a-zA-Z]+)/g, (whole, name: string) =>
      Object.hasOwn(facts, name) ? String(facts[name as keyof Facts]) : whole,
    );
}
