import { blockAddressInput, blocklistEntry, blocklistEntryIdInput, listBlocklistInput, uuid } from "@crm/schemas";
import { blockAddress, listBlocklist, unblockAddress } from "@crm/services";
import { z } from "zod";
import { pageOutput } from "../page-output.ts";
import { protectedProcedure } from "../procedures.ts";

const tags = ["Contacts"];

export const blocklistRouter = {
  list: protectedProcedure
    .meta({
      scope: "contacts:read",
      openapi: { method: "GET", path: "/api/contacts/blocklist", tags, summary: "Blocked addresses and domains" },
    })
    .input(listBlocklistInput)
    .output(pageOutput(blocklistEntry))
    .query(({ ctx, input }) => listBlocklist(ctx.dependencies, ctx.actor, input)),

  add: protectedProcedure
    .meta({
      scope: "contacts:write",
      openapi: {
        method: "POST",
        path: "/api/contacts/blocklist",
        tags,
        summary: "Block an address, or a domain",
        description:
          "Never discovered, never mirrored. What was mirrored of it goes, but for messages that another contact is in.",
      },
      successStatus: 201,
      errors: ["MAILBOX_NOT_LINKED", "CONFLICT"],
    })
    .input(blockAddressInput)
    .output(blocklistEntry)
    .mutation(({ ctx, input }) => blockAddress(ctx.dependencies, ctx.actor, input)),

  remove: protectedProcedure
    .meta({
      scope: "contacts:write",
      openapi: {
        method: "DELETE",
        path: "/api/contacts/blocklist/{id}",
        tags,
        summary: "Unblock",
        description: "The mail of contacts comes back with the next sync, which begins at once.",
      },
      errors: ["MAILBOX_NOT_LINKED"],
    })
    .input(blocklistEntryIdInput)
    .output(z.object({ id: uuid }))
    .mutation(({ ctx, input }) => unblockAddress(ctx.dependencies, ctx.actor, input)),
};
