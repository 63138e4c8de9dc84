import { type Page, WrittenPage } from "@crm/services";

/** `before`, the items of a page as a JSON array, and `after`: in bytes where the items are bytes already. */
export function aroundItems(before: string, page: Page<unknown>, after: string): string | Uint8Array<ArrayBuffer> {
  if (!(page instanceof WrittenPage)) return before + JSON.stringify(page.items) + after;
  return Buffer.concat([Buffer.from(`${before}[`), page.itemsJson, Buffer.from(`]${after}`)]);
}
