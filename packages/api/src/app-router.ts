import { routers } from "./routers.ts";
import { t } from "./trpc.ts";

export const appRouter = t.router(routers);

/** Calls procedures from within the process. */
export const createApiCaller = t.createCallerFactory(appRouter);
