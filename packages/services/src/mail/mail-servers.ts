/** Which mail servers there are. They are the operator's choice; a user only ever names an address. */
export interface MailServersOptions {
  /** For every domain that `byDomain` does not name. */
  sessionUrl?: string | undefined;
  byDomain?: ReadonlyMap<string, string>;
}

export class MailServers {
  constructor(private readonly options: MailServersOptions) {}

  /** The JMAP session resource for an address, or null where the operator listed none. */
  sessionUrlFor(address: string): string | null {
    const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
    return this.options.byDomain?.get(domain) ?? this.options.sessionUrl ?? null;
  }
}
