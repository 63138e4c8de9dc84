import { mailSyncs } from "@crm/db";
import { generateMessages, mailServerCases } from "@crm/jmap/testing";
import { addContact, getSyncStatus, syncNow } from "@crm/services";
import { afterEach, describe, expect, inject, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { deskForEachTest, link, syncAll } from "./open-desk.ts";
import { behind, type Fault, type FaultProxy, startFaultProxy } from "./start-fault-proxy.ts";

const VIP = "vip@zakaznik.test";
const FAULTS: readonly Fault[] = ["429", "500", "503", "html", "not-json", "wrong-shape", "hang-up", "cut"];

for (const { name, isMissing, open } of mailServerCases(inject("cyrus"))) {
  // The faults are the proxy's, whichever server is behind it: before the second one, one of each kind will do.
  const faults: readonly Fault[] = name === "Cyrus" || inject("cyrus") === null ? FAULTS : ["429", "cut"];
  describe.skipIf(isMissing)(`a first sync from ${name} over a bad line`, () => {
    let proxy: FaultProxy;
    const { server, desk } = deskForEachTest(async () => {
      const behindProxy = await open();
      proxy = await startFaultProxy(behindProxy.sessionUrl);
      return behind(proxy, behindProxy);
    });
    afterEach(() => {
      proxy.decide = null;
    });

    /** As the worker would after a while: failures make it wait, which is no matter here. */
    const forgive = () => desk.database.db.update(mailSyncs).set({ retryAt: null });

    it.each(faults)("comes to the same end when every third request meets '%s'", async (fault) => {
      let requests = 0;
      await server.append(
        desk.mailbox,
        generateMessages({ count: 600, owner: desk.mailbox.username, vip: VIP, vipCount: 300 }),
      );
      await link(desk);
      proxy.decide = () => (++requests % 3 === 0 ? fault : null);
      await addContact(desk.dependencies, desk.actor, { email: VIP });
      for (let attempt = 0; attempt < 4; attempt++) {
        await forgive();
        await syncNow(desk.dependencies, desk.actor).catch(() => {});
      }
      expect(requests).toBeGreaterThan(3);
      proxy.decide = null;
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });

    it.each(faults)("tells its owner in a sentence when every request meets '%s', and recovers", async (fault) => {
      await link(desk);
      await syncAll(desk);
      proxy.decide = () => fault;
      await expect(syncNow(desk.dependencies, desk.actor)).rejects.toMatchObject({ code: "MAIL_SERVER_UNAVAILABLE" });
      const status = await getSyncStatus(desk.dependencies, desk.actor);
      expect(status.status).toBe("error");
      expect(status.lastError?.code).toMatch(/^MAIL_SERVER_(BUSY|UNAVAILABLE|ERROR)$/);
      expect(status.lastError?.message).toMatch(/^The mail server .*\. .*\.$/);
      proxy.decide = null;
      await syncAll(desk);
      expect(await getSyncStatus(desk.dependencies, desk.actor)).toMatchObject({ status: "idle", lastError: null });
      await expectMirrorToEqualMailbox(desk);
    });
  });
}
