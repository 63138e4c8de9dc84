import { z } from "zod";
import { emailAddress, multilineText, pageInput, singleLineText, timestamp, uuid } from "./primitives.ts";

const tag = singleLineText(50).refine(
  (value) => value.trim() !== "" && !value.includes(";"),
  "must not be empty or contain ;",
);

export const contact = z.object({
  id: uuid,
  email: z.string(),
  name: z.string().nullable(),
  notes: z.string().nullable(),
  tags: z.array(z.string()),
  emailCount: z.number().int(),
  unreadCount: z.number().int(),
  lastEmailDate: timestamp.nullable(),
  addedAt: timestamp,
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Contact = z.infer<typeof contact>;

const details = {
  name: singleLineText(200).nullable().optional(),
  notes: multilineText(10_000).nullable().optional(),
  tags: z.array(tag).max(50).optional(),
};

export const contactSort = z.enum(["name", "-addedAt", "-lastEmailDate"]);
export const listContactsInput = z.strictObject({
  search: singleLineText(200).optional(),
  tag: singleLineText(50).optional(),
  sort: contactSort.default("-addedAt"),
  ...pageInput,
});
export const contactIdInput = z.strictObject({ id: uuid });
export const addContactInput = z.strictObject({ email: emailAddress, ...details });
export const addContactOutput = z.object({
  contact,
  /** `synced` counts the contact's messages that are here by now. */
  sync: z.object({ status: z.enum(["completed", "running", "none"]), synced: z.number().int() }),
});
export const updateContactInput = z.strictObject({ id: uuid, ...details });

export const discoverContactsInput = z.strictObject({
  search: singleLineText(200).optional(),
  isContact: z.boolean().optional(),
  ...pageInput,
});
/** Somebody the mailbox exchanged mail with. `emailCount` counts each message once, however often it names them. */
export const correspondent = z.object({
  email: z.string(),
  name: z.string().nullable(),
  emailCount: z.number().int(),
  sentCount: z.number().int(),
  receivedCount: z.number().int(),
  isContact: z.boolean(),
  lastEmailDate: timestamp.nullable(),
  kind: z.enum(["person", "automatic"]),
  reason: z.string().nullable(),
});
export type Correspondent = z.infer<typeof correspondent>;
