// A route of a web server, as Next.js has them (`app/api/contact/route.ts`): who fills in the form becomes a contact.
import { createCrmClient, isCrmError, memoryTokenStore } from "@crm/sdk";

const { CRM_URL = "http://127.0.0.1:5000", CRM_API_KEY = "" } = process.env;
const crm = createCrmClient({ baseUrl: CRM_URL, tokens: memoryTokenStore(CRM_API_KEY) });

export async function POST(request: Request): Promise<Response> {
  const form = await request.formData();
  const text = (field: string) => String(form.get(field) ?? "").trim();
  try {
    await crm.contacts.add({ email: text("email"), name: text("name") || null, tags: ["website"] });
    return Response.json({ message: "Thank you, we will write to you." }, { status: 201 });
  } catch (error) {
    // Whoever fills in the form again is welcome, and strangers learn nothing of who is known.
    if (isCrmError(error, "CONTACT_EXISTS")) {
      return Response.json({ message: "Thank you, we will write to you." }, { status: 201 });
    }
    if (isCrmError(error, "VALIDATION_ERROR")) {
      const fields = error.details.map(({ path }) => path);
      return Response.json({ message: "Please check what you have typed.", fields }, { status: 400 });
    }
    // The reason is for you, not for them.
    console.error(error);
    return Response.json({ message: "Please try again later." }, { status: 503 });
  }
}
