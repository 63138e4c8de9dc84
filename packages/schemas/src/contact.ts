import { z } from "zod";
import { emailAddress, mailDomain, multilineText, pageInput, singleLineText, timestamp, uuid } from "./primitives.ts";

/** The most characters of a contact's notes, and the most tags. */
export const CONTACT_MAX_NOTES = 10_000;
export const CONTACT_MAX_TAGS = 50;

const tag = singleLineText(50)
  .trim()
  .refine((value) => value !== "" && !value.includes(";"), "must not be empty or contain ;");

export const contact = z
  .object({
    id: uuid,
    email: z.string(),
    name: z.string().nullable(),
    notes: z.string().nullable(),
    tags: z.array(z.string()),
    /** Messages that are from, to, cc or bcc the address. */
    emailCount: z.number().int(),
    /** Of these, those that are unread. */
    unreadCount: z.number().int(),
    /** When the latest of them was received. */
    lastEmailDate: timestamp.nullable(),
    addedAt: timestamp,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({
    id: "Contact",
    examples: [
      {
        id: "019c12f0-8b02-7d10-8f43-1c9e5a7d4b22",
        email: "eva@example.com",
        name: "Eva Horváthová",
        notes: "met in Brno",
        tags: ["customer"],
        emailCount: 12,
        unreadCount: 1,
        lastEmailDate: "2026-01-31T08:15:00.000Z",
        addedAt: "2026-01-30T10:00:00.000Z",
        createdAt: "2026-01-30T10:00:00.000Z",
        updatedAt: "2026-01-31T08:15:00.000Z",
      },
    ],
  });
export type Contact = z.infer<typeof contact>;

const details = {
  /** At most 200 characters; null, or nothing but spaces, takes it away. */
  name: singleLineText(200).nullable().optional(),
  /** At most 10,000 characters; null takes them away. */
  notes: multilineText(CONTACT_MAX_NOTES).nullable().optional(),
  /** At most 50, of at most 50 characters each, without `;`. */
  tags: z.array(tag).max(CONTACT_MAX_TAGS).optional(),
};

export const contactSort = z.enum(["name", "-addedAt", "-lastEmailDate"]);
export const listContactsInput = z.strictObject({
  /** Part of a name or an address, whatever its case and diacritics. */
  search: singleLineText(200).optional(),
  /** Only those that have this tag. */
  tag: singleLineText(50).optional(),
  /** A dash means the latest first. */
  sort: contactSort.default("-addedAt"),
  ...pageInput,
});
export const contactIdInput = z.strictObject({ id: uuid });
export const addContactInput = z
  .strictObject({ email: emailAddress, ...details })
  .meta({ examples: [{ email: "eva@example.com", name: "Eva Horváthová", tags: ["customer"] }] });
export const addContactOutput = z.object({
  contact,
  sync: z.object({
    /** `running`: the rest comes in the background; `none`: no mailbox is linked. */
    status: z.enum(["completed", "running", "none"]),
    /** Messages of the contact that are here by now. */
    synced: z.number().int(),
  }),
});
export const updateContactInput = z.strictObject({ id: uuid, ...details });

export const discoverContactsInput = z.strictObject({
  /** Part of a name or an address, whatever its case and diacritics. */
  search: singleLineText(200).optional(),
  /** Only those who are, or are not, among the contacts. */
  isContact: z.boolean().optional(),
  ...pageInput,
});
/** Somebody the mailbox exchanged mail with. */
export const correspondent = z
  .object({
    email: z.string(),
    name: z.string().nullable(),
    /** Messages that name them, each once, however often it does. */
    emailCount: z.number().int(),
    /** Messages that the user sent them. */
    sentCount: z.number().int(),
    /** Messages that they sent. */
    receivedCount: z.number().int(),
    isContact: z.boolean(),
    lastEmailDate: timestamp.nullable(),
    /** Whether a person writes there, or a program. */
    kind: z.enum(["person", "automatic"]),
    /** Why it is taken for a program. */
    reason: z.string().nullable(),
  })
  .meta({ id: "Correspondent" });
export type Correspondent = z.infer<typeof correspondent>;

export const mergeContactsInput = z.strictObject({
  /** The contact that stays. */
  id: uuid,
  /** The one that becomes part of it. */
  contactId: uuid,
});

/** Whom one does not want to hear of: an address, or all of a domain. Lower case. */
export const blocklistEntry = z
  .object({ id: uuid, pattern: z.string(), createdAt: timestamp })
  .meta({ id: "BlocklistEntry" });
export type BlocklistEntry = z.infer<typeof blocklistEntry>;
export const listBlocklistInput = z.strictObject(pageInput);
export const blockAddressInput = z
  .strictObject({
    /** `somebody@example.com`, or `@example.com` for all of a domain. */
    pattern: z
      .union([emailAddress, mailDomain], "must be an e-mail address, or @ and a domain")
      .refine((pattern) => !pattern.includes("*"), "takes no *; @ and a domain is all of that domain"),
  })
  .meta({ examples: [{ pattern: "@spam.example" }] });
export const blocklistEntryIdInput = z.strictObject({ id: uuid });

/** Largest file of contacts that is taken, in bytes, and the most that is given as one text. */
export const CONTACT_FILE_MAX_BYTES = 10 * 1_048_576;
export const CONTACT_FILE_TYPES = ["text/csv", "text/vcard"] as const;

export const importContactsInput = z.strictObject({
  /** The text of the file; over REST it is the body itself. */
  file: z.string().min(1).max(CONTACT_FILE_MAX_BYTES, "must not be larger than 10 MiB"),
  /** Over REST, the Content-Type. */
  type: z.enum(CONTACT_FILE_TYPES),
  /** Says what would be done, and does nothing. */
  dryRun: z.boolean().default(false),
});
export const importContactsOutput = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  errors: z.array(
    z.object({
      /** From 1: the rows after the header of a CSV, or the vCards. */
      row: z.number().int(),
      field: z.string(),
      message: z.string(),
    }),
  ),
});
export const exportContactsInput = z.strictObject({ format: z.enum(["csv", "vcard"]).default("csv") });
