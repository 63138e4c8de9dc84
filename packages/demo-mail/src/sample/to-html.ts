/** Paragraphs of plain text as the HTML that mail programs write; quotations become blockquotes. */
export function toHtml(text: string, options: { signature: string; logoCid?: string | null; quoted?: string }): string {
  const logo = options.logoCid
    ? `<td style="padding-right:12px"><img src="cid:${options.logoCid}" width="56" height="56" alt=""></td>`
    : "";
  const signature = `<table style="margin-top:18px;border-top:1px solid #ddd;color:#555;font-size:13px"><tr>${logo}<td style="padding-top:8px">${lines(options.signature)}</td></tr></table>`;
  const quoted = options.quoted
    ? `<div class="quote"><br><blockquote style="margin:0 0 0 8px;padding-left:10px;border-left:2px solid #ccc;color:#666">${lines(options.quoted.replace(/^> ?/gm, ""))}</blockquote></div>`
    : "";
  return `<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="font-family:Calibri,Arial,sans-serif;font-size:15px;color:#222">${paragraphs(text)}${signature}${quoted}</body></html>`;
}

function paragraphs(text: string): string {
  return text
    .split("\n\n")
    .map((paragraph) => `<p>${lines(paragraph)}</p>`)
    .join("\n");
}

function lines(text: string): string {
  return escapeHtml(text).replaceAll("\n", "<br>\n");
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
