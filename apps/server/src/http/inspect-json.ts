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
 * Refuses JSON text that is nested or crowded beyond reason, or has a NUL in it, before anything is built from it.
 * @throws ServiceError VALIDATION_ERROR
 */
export function inspectJson(text: string): void {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) {
      if (text.startsWith("u0000", index + 1)) throw refusal("must not contain a NUL character");
      index++;
    } else if (code === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (OPENING.has(code) && ++depth > MAX_DEPTH)
      throw refusal(`must not be nested deeper than ${MAX_DEPTH} levels`);
    else if (CLOSING.has(code)) depth--;
    else if (code === COMMA && ++values > MAX_VALUES) throw refusal(`must not hold more than ${MAX_VALUES} values`);
  }
}

const refusal = (message: string) => new ServiceError("VALIDATION_ERROR", { details: [{ path: "", message }] });
