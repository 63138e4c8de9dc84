import { seedAdmin } from "@crm/services";
import type { Answer } from "./answer.ts";
import { temporary } from "./temporary.ts";
import { withServices } from "./with-services.ts";

/** `crm seed`: makes the first admin where there is nobody yet, and shows the temporary password. */
export const seed = (): Promise<Answer> =>
  withServices(async ({ dependencies, config }) => {
    const { adminUsername: username, adminTempPassword: temporaryPassword } = config;
    const admin = await seedAdmin(dependencies, { username, temporaryPassword });
    const text =
      admin.temporaryPassword === null
        ? "There are users already; nothing was changed."
        : `Admin ${admin.username}, ${temporary(admin.temporaryPassword)}.`;
    return { text, data: admin };
  });
