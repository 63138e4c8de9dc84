import { randomBytes } from "node:crypto";
import type { Database } from "@crm/db";
import { createDependencies, type Dependencies } from "@crm/services";

const silent = () => {};

/** What services stand on here: keys made up for the run, and nothing said but what goes wrong. @param sessionUrl a mail server's, where the benchmark has one */
export const benchDependencies = (db: Database, sessionUrl?: string): Dependencies =>
  createDependencies({
    db,
    logger: { debug: silent, info: silent, warn: console.error, error: console.error },
    signingKeys: [{ id: "bench", secret: randomBytes(32) }],
    encryptionKeys: [{ id: "bench", key: randomBytes(32) }],
    mailServers: sessionUrl === undefined ? {} : { sessionUrl },
  });
