import { ServiceError } from "@crm/services";

const MAX_DEPTH = 32;
/** Far beyond every input there is; a megabyte of tiny values would keep validation busy for nothing. */
const MAX_VALUES = 10_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Refuses JSON text that is nested or crowded beyond reason, or escapes a NUL or half a character, before anything is
 * built from it.
 * @throws ServiceError VALIDATION_ERROR
 */
export function inspectJson(text: string): void {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) {
      index += escapeLength(text, index) - 1;
    } else if (code === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (OPENING.has(code) && ++depth > MAX_DEPTH)
      throw refusal(`must not be nested deeper than ${MAX_DEPTH} levels`);
    else if (CLOSING.has(code)) depth--;
    else if (code === COMMA && ++values > MAX_VALUES) throw refusal(`must not hold more than ${MAX_VALUES} values`);
  }
}

/** Of what a backslash begins. A lone half of a surrogate pair is no character: jsonb refuses it, text mangles it. */
function escapeLength(text: string, start: number): number {
  const unit = codeUnit(text, start);
  if (unit === null) return 2;
  if (unit === 0) throw refusal("must not contain a NUL character");
  if (unit < 0xd800 || unit > 0xdfff) return 6;
  const next = codeUnit(text, start + 6);
  if (unit > 0xdbff || next === null || next < 0xdc00 || next > 0xdfff) throw refusal("must be well-formed Unicode");
  return 12;
}

/** The number in `\uXXXX`, or null where there is none. */
function codeUnit(text: string, start: number): number | null {
  if (!text.startsWith("\\u", start)) return null;
  const digits = text.slice(start + 2, start + 6);
  return /^[\da-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : null;
}

const refusal = (message: string) => new ServiceError("VALIDATION_ERROR", { details: [{ path: "", message }] });
