/** Slovak letters that WinAnsi lacks, at codes of their own; the glyph names are Adobe's. */
const EXTRA: readonly [letter: string, glyph: string][] = [
  ["č", "ccaron"],
  ["ď", "dcaron"],
  ["ľ", "lcaron"],
  ["ĺ", "lacute"],
  ["ň", "ncaron"],
  ["ŕ", "racute"],
  ["ř", "rcaron"],
  ["ť", "tcaron"],
  ["ě", "ecaron"],
  ["ů", "uring"],
  ["Č", "Ccaron"],
  ["Ď", "Dcaron"],
  ["Ľ", "Lcaron"],
  ["Ň", "Ncaron"],
  ["Ť", "Tcaron"],
  ["Ř", "Rcaron"],
  ["š", "scaron"],
  ["Š", "Scaron"],
  ["ž", "zcaron"],
  ["Ž", "Zcaron"],
  ["€", "Euro"],
  ["–", "endash"],
  ["ő", "ohungarumlaut"],
];
const FIRST_EXTRA = 128;

/** A valid one-page PDF with a heading and lines of text, in the reader's own Helvetica. */
export function makePdf(title: string, lines: readonly string[]): Buffer {
  const text = lines.map((line) => `T* (${toLiteral(line)}) Tj`).join("\n");
  const content = `BT /F1 20 Tf 56 770 Td (${toLiteral(title)}) Tj ET\n0.55 0.68 0.35 rg 56 756 480 3 re f\n0 g BT /F1 11 Tf 56 736 Td 18 TL\n${text}\nET`;
  const glyphs = EXTRA.map(([, glyph]) => `/${glyph}`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 6 0 R >>",
    `<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [${FIRST_EXTRA} ${glyphs}] >>`,
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file, "latin1");
}

function toLiteral(text: string): string {
  const encoded = [...text].map((letter) => {
    const index = EXTRA.findIndex(([extra]) => extra === letter);
    if (index !== -1) return String.fromCharCode(FIRST_EXTRA + index);
    return letter.charCodeAt(0) < 256 ? letter : "?";
  });
  return encoded.join("").replace(/[\\()]/g, "\\$&");
}
