import {
  addContactInput,
  addContactOutput,
  CONTACT_FILE_MAX_BYTES,
  CONTACT_FILE_TYPES,
  contact,
  contactIdInput,
  correspondent,
  discoverContactsInput,
  exportContactsInput,
  importContactsInput,
  importContactsOutput,
  listContactsInput,
  mergeContactsInput,
  updateContactInput,
  uuid,
} from "@crm/schemas";
import {
  addContact,
  discoverContacts,
  exportContacts,
  getContact,
  importContacts,
  listContacts,
  mergeContacts,
  removeContact,
  undoMerge,
  updateContact,
} from "@crm/services";
import { z } from "zod";
import { giveFile } from "../give-file.ts";
import { pageOutput } from "../page-output.ts";
import { protectedProcedure } from "../procedures.ts";
import { blocklistRouter } from "./blocklist.ts";

const tags = ["Contacts"];

export const contactsRouter = {
  list: protectedProcedure
    .meta({
      scope: "contacts:read",
      openapi: { method: "GET", path: "/api/contacts", tags, summary: "One's contacts" },
    })
    .input(listContactsInput)
    .output(pageOutput(contact))
    .query(({ ctx, input }) => listContacts(ctx.dependencies, ctx.actor, input)),

  discover: protectedProcedure
    .meta({
      scope: "contacts:read",
      openapi: {
        method: "GET",
        path: "/api/contacts/discover",
        tags,
        summary: "Who the mailbox exchanged mail with, most mail first",
      },
      errors: ["MAILBOX_NOT_LINKED"],
    })
    .input(discoverContactsInput)
    .output(pageOutput(correspondent))
    .query(({ ctx, input }) => discoverContacts(ctx.dependencies, ctx.actor, input)),

  add: protectedProcedure
    .meta({
      scope: "contacts:write",
      openapi: {
        method: "POST",
        path: "/api/contacts",
        tags,
        summary: "Add a contact",
        description: "All mail from, to, cc and bcc the address comes in; what takes longer goes on in the background.",
      },
      successStatus: 201,
      errors: ["MAILBOX_NOT_LINKED", "CONTACT_EXISTS", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(addContactInput)
    .output(addContactOutput)
    .mutation(({ ctx, input }) => addContact(ctx.dependencies, ctx.actor, input)),

  get: protectedProcedure
    .meta({
      scope: "contacts:read",
      openapi: { method: "GET", path: "/api/contacts/{id}", tags, summary: "A contact" },
    })
    .input(contactIdInput)
    .output(contact)
    .query(({ ctx, input }) => getContact(ctx.dependencies, ctx.actor, input)),

  update: protectedProcedure
    .meta({
      scope: "contacts:write",
      openapi: { method: "PATCH", path: "/api/contacts/{id}", tags, summary: "Change a contact" },
    })
    .input(updateContactInput)
    .output(contact)
    .mutation(({ ctx, input }) => updateContact(ctx.dependencies, ctx.actor, input)),

  remove: protectedProcedure
    .meta({
      scope: "contacts:write",
      openapi: {
        method: "DELETE",
        path: "/api/contacts/{id}",
        tags,
        summary: "Remove a contact",
        description: "Mail that no other contact shares goes from here, never from the mail server.",
      },
      errors: ["MAILBOX_NOT_LINKED"],
    })
    .input(contactIdInput)
    .output(z.object({ id: uuid }))
    .mutation(({ ctx, input }) => removeContact(ctx.dependencies, ctx.actor, input)),

  merge: protectedProcedure
    .meta({
      scope: "contacts:write",
      openapi: {
        method: "POST",
        path: "/api/contacts/{id}/merge",
        tags,
        summary: "Make one contact of two",
        description:
          "The other's mail, tags and notes become this contact's, and from now on the mail of both addresses is. Within a day it can be undone.",
      },
      errors: ["MAILBOX_NOT_LINKED", "CONFLICT", "UNPROCESSABLE"],
    })
    .input(mergeContactsInput)
    .output(contact)
    .mutation(({ ctx, input }) => mergeContacts(ctx.dependencies, ctx.actor, input)),

  undoMerge: protectedProcedure
    .meta({
      scope: "contacts:write",
      openapi: {
        method: "POST",
        path: "/api/contacts/{id}/merge/undo",
        tags,
        summary: "Undo the last merge",
        description: "Both are as they were; later edits of the contact that stayed are kept.",
      },
      errors: ["MAILBOX_NOT_LINKED", "UNPROCESSABLE"],
    })
    .input(contactIdInput)
    .output(contact)
    .mutation(({ ctx, input }) => undoMerge(ctx.dependencies, ctx.actor, input)),

  import: protectedProcedure
    .meta({
      scope: "contacts:write",
      openapi: {
        method: "POST",
        path: "/api/contacts/import",
        tags,
        summary: "Add and update contacts from a file",
        description:
          "CSV with the header `email,name,notes,tags` (tags separated by `;`, other columns are passed over), or vCards " +
          "3.0 and 4.0, in UTF-8 unless the `charset` says otherwise. At most 10 MiB. What the file leaves empty stays " +
          "as it is; a row with an error stops no other. With `dryRun` nothing is written.",
      },
      upload: {
        field: "file",
        text: { typeField: "type" },
        types: CONTACT_FILE_TYPES,
        maxBytes: CONTACT_FILE_MAX_BYTES,
      },
      errors: ["MAILBOX_NOT_LINKED"],
    })
    .input(importContactsInput)
    .output(importContactsOutput)
    .mutation(({ ctx, input }) => importContacts(ctx.dependencies, ctx.actor, input)),

  export: protectedProcedure
    .meta({
      scope: "contacts:read",
      openapi: {
        method: "GET",
        path: "/api/contacts/export",
        tags,
        summary: "All contacts as a file",
        description:
          "CSV, or vCards 4.0, as `import` reads them. In the CSV, what a spreadsheet would take for a formula has an " +
          "apostrophe before it. Here the file is streamed, whatever its size; over tRPC it is the text, of at most 10 MiB.",
      },
      fileTypes: CONTACT_FILE_TYPES,
      errors: ["UNPROCESSABLE"],
    })
    .input(exportContactsInput)
    .output(z.string())
    .query(({ ctx, input }) => giveFile(ctx, exportContacts(ctx.dependencies, ctx.actor, input))),

  blocklist: blocklistRouter,
};
