import { connect } from "@crm/db";
import { createDependencies, seedAdmin } from "@crm/services";
import { applyMigrations } from "../apply-migrations.ts";
import { withDatabase } from "./with-database.ts";

/** `crm seed`: makes the first admin where there is nobody yet, and shows the temporary password. */
export const seed = (): Promise<void> =>
  withDatabase(async ({ config, databaseUrl, logger, progress }) => {
    await applyMigrations(databaseUrl);
    const { db, close } = connect({ url: databaseUrl, maxConnections: 2 });
    try {
      const { adminUsername: username, adminTempPassword: temporaryPassword } = config;
      const admin = await seedAdmin(createDependencies({ ...config, db, logger }), { username, temporaryPassword });
      progress.show(
        admin.created
          ? `Admin ${admin.username}, temporary password ${admin.temporaryPassword} (shown this once, good for 72 hours).`
          : "There are users already; nothing was changed.",
      );
    } finally {
      await close();
    }
  });
