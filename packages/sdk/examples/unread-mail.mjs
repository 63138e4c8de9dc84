// A Node script: the unread mail of your contacts, the newest first.
//
//   CRM_URL=http://127.0.0.1:5000 CRM_API_KEY=… node unread-mail.mjs
//
// `crm api-key create` makes the key.
import { createCrmClient, isCrmError, memoryTokenStore } from "@crm/sdk";

const { CRM_URL = "http://127.0.0.1:5000", CRM_API_KEY = "" } = process.env;
const crm = createCrmClient({ baseUrl: CRM_URL, tokens: memoryTokenStore(CRM_API_KEY) });

try {
  for await (const { date, from, subject } of crm.emails.list.all({ isRead: false, limit: 100 })) {
    console.log(date.slice(0, 10), from[0]?.name ?? from[0]?.email, "-", subject);
  }
} catch (error) {
  if (!isCrmError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
