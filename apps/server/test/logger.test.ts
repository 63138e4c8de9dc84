import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../src/logger.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "crm-log-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The line that is written. */
function logged(fields: object): Record<string, unknown> {
  const path = join(folder, "log");
  const fd = openSync(path, "w");
  // Warnings are written at once.
  createLogger({ logLevel: "info" }, fd).warn(fields, "said");
  closeSync(fd);
  const { level: _, time: __, ...line } = JSON.parse(readFileSync(path, "utf8"));
  return line;
}

test("secrets are hidden wherever they stand, and everything else is written as it is", () => {
  const user = { username: "jana", password: "geheim", device: { token: "geheim", name: "phone" } };
  expect(
    logged({ accessToken: "geheim", path: "/x", user, users: [user.device, null, 1], nothing: undefined }),
  ).toEqual({
    accessToken: "[redacted]",
    path: "/x",
    user: { username: "jana", password: "[redacted]", device: { token: "[redacted]", name: "phone" } },
    users: [{ token: "[redacted]", name: "phone" }, null, 1],
    msg: "said",
  });
  expect(user.password).toBe("geheim");
});

test("of an error, its message and where it came from are written, and none of its other properties", () => {
  const error = Object.assign(new Error("no connection", { cause: new TypeError("no name") }), {
    code: "ECONNREFUSED",
    options: { password: "geheim" },
  });
  const { err } = logged({ err: error });
  expect(err).toMatchObject({
    type: "Error",
    message: "no connection",
    code: "ECONNREFUSED",
    cause: { message: "no name" },
  });
  expect(JSON.stringify(err)).not.toContain("geheim");
});
