import { seedAdmin } from "@crm/services";
import { withServices } from "./with-services.ts";

/** `crm seed`: makes the first admin where there is nobody yet, and shows the temporary password. */
export const seed = (): Promise<void> =>
  withServices(async ({ dependencies, config, show }) => {
    const { adminUsername: username, adminTempPassword: temporaryPassword } = config;
    const admin = await seedAdmin(dependencies, { username, temporaryPassword });
    show(
      admin.created
        ? `Admin ${admin.username}, temporary password ${admin.temporaryPassword} (shown this once, good for 72 hours).`
        : "There are users already; nothing was changed.",
    );
  });
