import { createApiCaller, toServiceError } from "@crm/api";
import { organizationSlug, type User } from "@crm/schemas";
import { type Administrator, actAsOperator, type Dependencies, findUser } from "@crm/services";
import { checkArguments } from "./arguments.ts";
import { withServices } from "./with-services.ts";

type Api = ReturnType<typeof createApiCaller>;

export interface AsOperator {
  /** The procedures that admins have, called by whoever runs the installation. */
  api: Api;
  /** Those of one user, in their place; the audit log names the operator all the same. */
  apiOf(user: User): Api;
  /** @throws ServiceError NOT_FOUND */
  find(username: string): Promise<User>;
  operator: Administrator;
  dependencies: Dependencies;
}

/** Runs a command in an organization. Every act is a procedure's, held to its rules and audited like everybody's. */
export async function asOperator<Result>(
  options: { organization: string },
  run: (opened: AsOperator) => Promise<Result>,
): Promise<Result> {
  const organization = checkArguments(organizationSlug, options.organization);
  return withServices(async ({ dependencies }) => {
    const operator = await actAsOperator(dependencies, { organization });
    try {
      return await run({
        dependencies,
        operator,
        api: createApiCaller({ ...contextOf(dependencies, operator), actor: null }),
        apiOf: (user) => createApiCaller({ ...contextOf(dependencies, operator), actor: inPlaceOf(user, operator) }),
        find: (username) => findUser(dependencies, operator, { username }),
      });
    } catch (error) {
      throw unwrapped(error);
    }
  });
}

const contextOf = (dependencies: Dependencies, operator: Administrator) => ({
  dependencies,
  operator,
  profile: null,
  profileUnknown: null,
  caller: operator,
  reauthenticate: async () => null,
  credentials: { refreshToken: null, setTokens: () => {}, clearTokens: () => {} },
  idempotencyKey: null,
  upload: null,
  sendFile: null,
  onReplay: () => {},
  onLimit: () => {},
  onStream: () => {},
});

/** No session has this id: whoever runs the installation acts in somebody's place without one. */
const NO_SESSION = "00000000-0000-0000-0000-000000000000";

const inPlaceOf = ({ id, role }: User, operator: Administrator) => ({
  ...operator,
  userId: id,
  role,
  sessionId: NO_SESSION,
  passwordDue: false,
});

/** Procedures fail with an error of tRPC's; what is inside is for people, or a fault with a stack of its own. */
function unwrapped(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "TRPCError") return error;
  const inside = toServiceError(error);
  return inside.code === "INTERNAL_ERROR" ? (inside.cause ?? error) : inside;
}
