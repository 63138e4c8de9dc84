// The published declarations may lean on @trpc/* alone. A name that a bundler could not resolve would silently become
// `any` in a consumer's project, and a server's type in here would publish what is none of a client's business.
import { readdirSync, readFileSync, rmSync } from "node:fs";

const SERVER_WORDS = /\b(drizzle|passwordHash|password_hash|PgTable|ZodObject|ZodType)\b/;

let failed = false;
const dist = new URL("dist/", import.meta.url);
for (const file of readdirSync(dist).filter((name) => /\.d\.c?ts$/.test(name))) {
  const text = readFileSync(new URL(file, dist), "utf8");
  const modules = [...text.matchAll(/(?:from\s+|import\s*\(\s*|require\s*\(\s*|^import\s+)["']([^"']+)["']/gm)].map(
    (found) => found[1],
  );
  const strangers = [...new Set(modules)].filter((name) => !/^(?:@trpc\/|\.\/)/.test(name));
  const word = SERVER_WORDS.exec(text)?.[0];
  if (strangers.length > 0) complain(`${file} names ${strangers.join(", ")}`);
  if (word) complain(`${file} speaks of ${word}`);
}
// What they were made from is not for publishing.
rmSync(new URL("dist/source", import.meta.url), { recursive: true, force: true });
if (failed) process.exit(1);

function complain(sentence) {
  failed = true;
  process.stderr.write(`${sentence}\n`);
}
