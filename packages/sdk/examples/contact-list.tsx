// A React component: contacts that match what is typed, kept up to date while mail comes in.
import { type CrmClient, type CrmOutputs, isCrmError } from "@crm/sdk";
import { useEffect, useState } from "react";

type Contact = CrmOutputs["contacts"]["list"]["items"][number];

export function ContactList({ crm }: { crm: CrmClient }) {
  const [search, setSearch] = useState("");
  const [contacts, setContacts] = useState<readonly Contact[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  /** Rises when something happened that the list may show. */
  const [changes, setChanges] = useState(0);

  useEffect(() => {
    const { close } = crm.events.subscribe({
      types: ["contact.added", "contact.updated", "contact.removed", "email.received"],
      onEvent: () => setChanges((count) => count + 1),
      // The list stays as it is, and the next change of the search reads it anew.
      onError: () => {},
    });
    return close;
  }, [crm]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: read anew after each change
  useEffect(() => {
    // The answer to what was typed before is not waited for.
    const overtaken = new AbortController();
    crm.contacts.list({ search, sort: "-lastEmailDate", limit: 50 }, { signal: overtaken.signal }).then(
      ({ items }) => {
        setContacts(items);
        setFailure(null);
      },
      (error: unknown) => {
        if (overtaken.signal.aborted) return;
        setFailure(isCrmError(error) ? error.message : "Something went wrong.");
      },
    );
    return () => overtaken.abort();
  }, [crm, search, changes]);

  return (
    <section>
      <input type="search" aria-label="Search" value={search} onChange={({ target }) => setSearch(target.value)} />
      {failure && <p role="alert">{failure}</p>}
      {!contacts && !failure && <p>Loading …</p>}
      {contacts?.length === 0 && <p>Nobody found.</p>}
      <ul>
        {contacts?.map(({ id, name, email, unreadCount }) => (
          <li key={id}>
            {name ?? email} {unreadCount > 0 && <b>{unreadCount}</b>}
          </li>
        ))}
      </ul>
    </section>
  );
}
