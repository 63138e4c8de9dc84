/** Fields that hold secrets, wherever a caller may put them. */
const SECRETS: ReadonlySet<string> = new Set([
  "password",
  "emailPassword",
  "newPassword",
  "currentPassword",
  "tempPassword",
  "token",
  "accessToken",
  "refreshToken",
  "authorization",
  "cookie",
]);
/** How deep a caller's objects are looked through. */
const LEVELS = 3;

/**
 * What is logged, without secrets: the same object where it holds none, else a copy. Errors are left to their serializer.
 */
export function hideSecrets<Fields extends object>(fields: Fields, levels = LEVELS): Fields {
  let copy: Fields | undefined;
  for (const [name, value] of Object.entries(fields)) {
    const shown = SECRETS.has(name)
      ? "[redacted]"
      : levels > 1 && isOpen(value)
        ? hideSecrets(value, levels - 1)
        : value;
    if (shown === value) continue;
    copy ??= (Array.isArray(fields) ? [...fields] : { ...fields }) as Fields;
    copy[name as keyof Fields] = shown;
  }
  return copy ?? fields;
}

const isOpen = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !(value instanceof Error);
