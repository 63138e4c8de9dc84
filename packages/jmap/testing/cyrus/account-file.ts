import { cyrusPaths } from "./coordinates.ts";

/** The file that holds the password of an account. */
export const accountFile = (dataDir: string, username: string): string =>
  `${cyrusPaths(dataDir).accounts}/${Buffer.from(username).toString("base64url")}`;
