import type { SeededAdmin } from "@crm/services";

export interface Welcome {
  url: string;
  admin: SeededAdmin;
  demo: { username: string; password: string } | null;
}

/** The block that closes a start: where to go, with which name, and what to try next. */
export function welcome({ url, admin, demo }: Welcome): string {
  const rows: [string, string][] = [["Address", url]];
  if (admin.temporaryPassword !== null) {
    rows.push(["Admin", admin.username]);
    rows.push(["Password", `${admin.temporaryPassword}   (temporary: shown this once, good for 72 hours)`]);
  }
  if (demo) rows.push(["Demo mailbox", `${demo.username}, password ${demo.password}`]);
  return ["", "The CRM is running.", "", ...rows.map(row), "", ...next({ url, admin, demo }), ""].join("\n");
}

const row = ([name, value]: [string, string]) => `  ${name.padEnd(14)}${value}`;

function next({ url, admin }: Welcome): string[] {
  if (admin.temporaryPassword === null) return [`Next: open ${url}/api/docs, or follow the tour in README.md.`];
  // Single quotes keep a shell from reading anything into the password.
  const body = JSON.stringify({ username: admin.username, password: admin.temporaryPassword });
  return [
    "Next: sign in, then follow the tour in README.md.",
    `  curl -s ${url}/api/auth/login -H 'content-type: application/json' -d '${body.replaceAll("'", "'\\''")}'`,
  ];
}
