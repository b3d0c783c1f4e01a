import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Delivery } from "../../../local/deliveries/delivery.ts";
import { accessKeys, settings, startAll } from "./start-all.ts";

const secrets = JSON.parse(settings["WEBHOOK_SECRETS"] ?? "{}") as Record<string, string[]>;
const canaries = [...Object.values(secrets).flat(), ...Object.values(accessKeys)];

const isBuilt = existsSync("dist/webhook/index.js");

describe.skipIf(!isBuilt && process.env["CI"] === undefined)(
  "the deliveries of the built functions",
  () => {
    let all: Awaited<ReturnType<typeof startAll>>;
    beforeAll(async () => {
      all = await startAll();
    }, 150_000);
    beforeEach(async () => {
      await api("/_/records", { method: "DELETE" });
      await api("/_/faults", { method: "DELETE" });
      await api("/_/deliveries", { method: "DELETE" });
    });
    afterAll(async () => {
      await all.host.stop();
      await all.emulator.close();
    });

    async function api(path: string, init: RequestInit = {}) {
      const response = await fetch(`${all.emulator.origin}${path}`, init);
      const text = await response.text();
      for (const canary of path.startsWith("/_/deliveries") ? canaries : []) {
        expect(text).not.toContain(canary);
      }
      return text;
    }

    /** The schedule of redrive makes deliveries too, so a test names the function that it means. */
    async function deliveries(query = "?function=webhook"): Promise<readonly Delivery[]> {
      const { deliveries: listed } = JSON.parse(await api(`/_/deliveries${query}`)) as {
        deliveries: Delivery[];
      };
      return listed;
    }

    function sign(body: string, source = "github"): Record<string, string> {
      const mac = createHmac("sha256", secrets[source]?.[0] ?? "").update(body);
      return {
        ...{ "content-type": "application/json", "x-github-event": "push" },
        ...{ "x-github-delivery": "d-1", "x-hub-signature-256": `sha256=${mac.digest("hex")}` },
      };
    }

    function send(body: string, headers: Record<string, string> = sign(body)) {
      return fetch(`${all.origin}/webhook/github`, { method: "POST", headers, body });
    }

    const body = '{"repository":{"full_name":"octo/demo"},"a":12.50}';

    test("a delivered webhook has its request, its produce request and its record", async () => {
      await send(body);

      const [delivery] = await deliveries();
      expect(delivery).toMatchObject({
        ...{ function: "webhook", source: "github", status: 200, outcome: "delivered" },
        ...{ reason: "1 record is on the topic.", duplicate: false, code: null },
        request: { method: "POST", path: "/webhook/github", body },
        requests: [expect.stringMatching(/^\d+$/)],
        records: [expect.any(Number)],
      });
      const record = JSON.parse(await api(`/_/records/${delivery?.records[0]}`));
      expect(record).toMatchObject({ topic: "local-events", key: "octo/demo" });
      const { requests } = JSON.parse(await api("/_/requests")) as { requests: { id: string }[] };
      expect(requests.map(({ id }) => id)).toContain(delivery?.requests[0]);
    });

    test("the same webhook a second time, and its replay, are duplicates", async () => {
      await send(body);
      await send(body);
      const [second] = await deliveries();
      const replayed = JSON.parse(
        await api(`/_/deliveries/${second?.id}/replay`, { method: "POST" }),
      );
      const [third, , first] = await deliveries();

      expect(first).toMatchObject({ duplicate: false });
      expect(second).toMatchObject({ duplicate: true, duplicateOf: first?.records[0] });
      expect(third).toMatchObject({ duplicate: true, replayOf: second?.id });
      expect(replayed).toMatchObject({ id: third?.id, signed: true, reply: { status: 200 } });
    });

    test("an edited webhook is accepted, because it is signed anew", async () => {
      await send(body);
      const [first] = await deliveries();
      const edited = body.replace("12.50", "13.50");
      await api(`/_/deliveries/${first?.id}/replay`, {
        method: "POST",
        body: JSON.stringify({ headers: first?.request?.headers, body: edited }),
      });

      expect((await deliveries())[0]).toMatchObject({
        ...{ outcome: "delivered", duplicate: false, request: { body: edited } },
      });
    });

    test.each([
      [{}, /^source github: the header x-hub-signature-256 is missing\. Set a secret for github/],
      [
        { "stripe-signature": "t=1,v1=0" },
        /this looks like a delivery of stripe\. Send it to \/webhook\/stripe\.$/,
      ],
      [sign(`${body}\n`), /The body came without the line end that was signed\./],
      [sign(body, "stripe"), /It was signed with the secret of the source stripe\./],
    ])("a refused webhook with %o says why", async (headers, reason) => {
      await send(body, headers as Record<string, string>);

      const [delivery] = await deliveries("?outcome=refused");
      expect(delivery).toMatchObject({
        ...{ status: 401, code: "UNAUTHENTICATED", records: [] },
        page: "docs/troubleshooting.md#UNAUTHENTICATED",
      });
      expect(delivery?.reason).toMatch(reason);
    });

    test("a stream that is down is a failure with its reason, and the requests that were tried", async () => {
      await api("/_/faults", {
        method: "POST",
        body: '{"steps":[{"times":100,"status":503}]}',
      });
      await send(body);

      const [delivery] = await deliveries();
      expect(delivery?.outcome).toMatch(/failed|stored/);
      expect(delivery?.reason).not.toBe("");
      expect(delivery?.requests.length).toBeGreaterThan(0);
    }, 120_000);

    test("an attempt whose caller hung up is not delivered for the caller", async () => {
      await api("/_/faults", { method: "POST", body: '{"steps":[{"firstByteMs":1500}]}' });
      const sent = request(`${all.origin}/webhook/github`, { method: "POST", headers: sign(body) });
      sent.on("error", () => undefined);
      sent.end(body);
      const stepsLeft = async () => JSON.parse(await api("/_/faults")).steps;
      await expect.poll(stepsLeft).toEqual([]);
      sent.destroy();

      await expect
        .poll(async () => (await deliveries())[0])
        .toMatchObject({
          ...{ outcome: "callerGone", records: [expect.any(Number)] },
          reason: expect.stringContaining("The caller had hung up"),
        });
    });

    test("a call by hand has its event, and is run again", async () => {
      await fetch(`${all.origin}/heartbeat`, { method: "POST", body: "{}" });
      const [first] = await deliveries("?function=heartbeat");
      const { id } = JSON.parse(await api(`/_/deliveries/${first?.id}/replay`, { method: "POST" }));

      expect(first).toMatchObject({ outcome: "delivered", request: null, event: {} });
      expect((await deliveries("?function=heartbeat"))[0]).toMatchObject({
        id,
        outcome: "delivered",
      });
      expect(id).not.toBe(first?.id);
    });
  },
);
