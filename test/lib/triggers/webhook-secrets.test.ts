import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../../support/adapters.ts";
import { createHarness, startMs } from "../../support/harness.ts";
import { streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

// Base64 of "canary-standard-webhooks-secret-", which needs padding.
const whsec = "whsec_Y2FuYXJ5LXN0YW5kYXJkLXdlYmhvb2tzLXNlY3JldC0=";
const unpadded = whsec.replace(/=+$/, "");
const seconds = startMs / 1_000;
const mac = createHmac("sha256", Buffer.from(whsec.slice("whsec_".length), "base64"));
const signature = `v1,${mac.update(`msg_1.${seconds}.{}`).digest("base64")}`;
const right = {
  "content-type": "application/json",
  "webhook-id": "msg_1",
  "webhook-timestamp": String(seconds),
  "webhook-signature": signature,
};
const { "webhook-signature": _, ...unsigned } = right;

describe.each(httpAdapters)("a secret through $name", ({ open }) => {
  type Asked = readonly [verifier: string, secrets: readonly string[], headers: object];

  async function ask([verifier, secrets, headers]: Asked, options = {}) {
    const harness = createHarness();
    const settings = {
      ...streamSettings,
      WEBHOOK_SOURCES: { hook: { verifier, ...options } },
      WEBHOOK_SECRETS: { hook: secrets },
    };
    const call = { method: "POST", path: "/hook", body: "{}", headers: { ...headers } };
    const { status, body } = await open(webhook(), { harness, settings }).http(call);
    const lines = logged(harness);
    const warnings = lines.filter(({ level }) => level === "warn").map(({ message }) => message);
    return {
      status,
      body,
      warnings,
      reason: lines.at(-1)?.["reason"],
      count: produced(harness).length,
    };
  }

  // Supabase shows `v1,whsec_…`, and Svix's library takes a secret without its prefix.
  test.for([
    ["whsec_ and padding", whsec],
    ["the version before it", `v1,${whsec}`],
    ["no padding", unpadded],
    ["neither padding nor whsec_", unpadded.slice("whsec_".length)],
    ["the version and no padding", `v1,${unpadded}`],
  ] as const)("a secret with %s verifies", async ([, secret]) => {
    for (const verifier of ["standard-webhooks", "portone", "gitlab"]) {
      const isSigning = verifier !== "gitlab" || secret.includes("whsec_");
      const { status } = await ask([verifier, [secret], right]);

      expect([verifier, status]).toEqual([verifier, isSigning ? 200 : 401]);
    }
  });

  test("a secret with white space around it verifies, and the log warns", async () => {
    const reply = await ask(["standard-webhooks", [` ${whsec}\n`], right]);

    expect(reply).toMatchObject({ status: 200, count: 1 });
    expect(reply.warnings).toContain(
      "WEBHOOK_SECRETS: a secret of the source hook is taken without the blanks around it",
    );
  });

  const other = secretsInUse.standardOld;
  const madeWith = "source hook: the proof was made with";
  const changed = "or the body was changed on the way";
  test.for([
    [
      "standard-webhooks",
      [whsec],
      unsigned,
      "source hook: the header webhook-signature is missing",
    ],
    [
      "standard-webhooks",
      [whsec, other],
      { ...right, "webhook-signature": signature.slice(3) },
      "source hook: the header webhook-signature holds no v1,<base64 of 32 bytes>",
    ],
    ["standard-webhooks", [other], right, `${madeWith} another secret, ${changed}`],
    ["standard-webhooks", [other, other], right, `${madeWith} none of the 2 secrets, ${changed}`],
    ["gitlab", [whsec, "token"], { "x-gitlab-token": "x" }, `${madeWith} none of the 2 secrets`],
    ["bearer", ["token"], {}, "source hook: the header authorization is missing"],
    [
      "bearer",
      ["token"],
      { authorization: "Basic eDp5" },
      "source hook: the header authorization holds no bearer credentials",
    ],
    ["bearer", ["token"], { authorization: "Bearer x" }, `${madeWith} another secret`],
  ] as const)("a secret of %s that does not fit is reported in the log only", async (row) => {
    const [verifier, secrets, headers, reason] = row;

    const reply = await ask([verifier, secrets, headers]);

    expect(reply).toMatchObject({ status: 401, count: 0 });
    expect(reply.body).toBe('{"status":"refused","reason":"unauthenticated"}');
    expect(String(reply.reason).slice(0, reason.length)).toBe(reason);
  });

  test("a wrong secret of Twilio may be a matter of the URL", async () => {
    const options = { url: "https://hooks.example.com/other" };
    const headers = { "x-twilio-signature": "Nmd+dBzpDaxoDTo/Qwu42NyLQfk=" };

    const { reason } = await ask(["twilio", ["token"], headers], options);

    expect(reason).toBe(`${madeWith} another secret, or over another URL or body`);
    expect(await ask(["twilio", ["token"], {}], options)).toMatchObject({
      reason: "source hook: the header x-twilio-signature is missing",
    });
  });
});
