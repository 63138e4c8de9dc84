import type { OpenStream } from "@crm/api";
import type { AppContext } from "./app-env.ts";

/** What a reader may still need for what is on its way, in milliseconds. */
const GRACE = 1_000;

/** A stream that is over ends in order where its reader takes it; one that takes nothing loses the connection. */
export function cutWhenOver(c: AppContext, { ended }: OpenStream): void {
  const { outgoing } = c.env;
  const cut = () => {
    const timer = setTimeout(() => {
      if (!outgoing.writableFinished) outgoing.destroy();
    }, GRACE);
    timer.unref();
  };
  if (ended.aborted) cut();
  else ended.addEventListener("abort", cut, { once: true });
}
