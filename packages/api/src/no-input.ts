import { z } from "zod";

/** For procedures that take nothing: whatever is sent along is refused. */
export const noInput = z.void();
