/** Fills in the variables of a URL template (RFC 6570, level 1). */
export const expandTemplate = (template: string, variables: Record<string, string>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(variables[name] ?? ""));
