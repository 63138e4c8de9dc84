/** Encodes into a single-byte character set; what it lacks becomes a question mark. */
export function encodeSingleByte(text: string, charset: "iso-8859-2" | "windows-1250"): Buffer {
  const table = tableOf(charset);
  return Buffer.from([...text].map((character) => table.get(character) ?? 0x3f));
}

const tables = new Map<string, Map<string, number>>();

function tableOf(charset: string): Map<string, number> {
  const known = tables.get(charset);
  if (known) return known;
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const characters = new TextDecoder(charset).decode(Uint8Array.from(bytes));
  const table = new Map([...characters].map((character, byte) => [character, byte]));
  tables.set(charset, table);
  return table;
}

/** Base64 in lines of 76 (RFC 2045 §6.8). */
export const base64Lines = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("base64")
    .replace(/.{76}(?=.)/g, "$&\r\n");

/** Quoted-printable of UTF-8 text with `\n` line ends (RFC 2045 §6.7). */
export function quotedPrintable(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const units = [...Buffer.from(line)].map((byte) => {
        const isPlain = byte !== 0x3d && byte > 0x20 && byte < 0x7f;
        return isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      });
      // A soft break may not part the three characters of an encoded byte.
      let written = "";
      let length = 0;
      for (const unit of units) {
        if (length + unit.length > 75) {
          written += "=\r\n";
          length = 0;
        }
        written += unit;
        length += unit.length;
      }
      return written;
    })
    .join("\r\n");
}

/** Encoded-words no longer than 75 characters, folded between them (RFC 2047 §2). Plain ASCII stays as it is. */
export function encodeWords(text: string, form: "utf-8 B" | "utf-8 Q" | "iso-8859-2 B"): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const pieces: string[] = [];
  let piece = "";
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > 18) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece].map((part) => encodeWord(part, form)).join("\r\n ");
}

function encodeWord(text: string, form: "utf-8 B" | "utf-8 Q" | "iso-8859-2 B"): string {
  if (form === "utf-8 B") return `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
  if (form === "iso-8859-2 B") return `=?iso-8859-2?B?${encodeSingleByte(text, "iso-8859-2").toString("base64")}?=`;
  const units = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9]/.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `=?UTF-8?Q?${units.join("")}?=`;
}
