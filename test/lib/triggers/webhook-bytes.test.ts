import { createHmac } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { logged, openAdapters, produced, stubSettings } from "../../support/adapters.ts";
import { bodies, dataOf, jsonBodies } from "../../support/bytes.ts";
import { lambdaEvents, toPlainParameters, toRawParameters } from "../../support/calls.ts";
import { shopCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { webhookSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

const types = fc.constantFrom("application/octet-stream", "text/plain", "image/png", "");

function signedCall(body: Uint8Array | string, contentType: string) {
  const signature = createHmac("sha256", secretsInUse.hmac).update(body).digest("hex");
  return shopCall(body, signature, contentType);
}

/** Returns the bytes of a delivery on the topic. */
async function deliver(call: (adapters: ReturnType<typeof openAdapters>) => Promise<unknown>) {
  const harness = createHarness();
  await call(openAdapters(webhook(), harness));
  const [message] = produced(harness);
  return message?.value ?? "{}";
}

function dataAsTyped(value: string): Buffer {
  const { datacontenttype } = JSON.parse(value) as { readonly datacontenttype?: string };
  return dataOf(value, datacontenttype === "application/json");
}

function isText(bytes: Uint8Array): boolean {
  return Buffer.from(Buffer.from(bytes).toString()).equals(bytes);
}

describe("the bytes of a body", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("every byte reaches the topic through OpenWhisk, as base64 or as text", async () => {
    await fc.assert(
      fc.asyncProperty(bodies, types, async (body, type) => {
        const call = signedCall(body, type);
        const forms = isText(body) ? [toRawParameters, toPlainParameters] : [toRawParameters];
        for (const toParameters of forms) {
          const value = await deliver(({ main }) => main(toParameters(call, webhookSettings)));

          expect(dataAsTyped(value)).toEqual(Buffer.from(body));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the log says why the likelier reading is not verified if none is", async () => {
    const harness = createHarness();
    // printf {} | openssl dgst -sha256 -hmac canary-provider-signing-secret-d2f7
    const signature = "a218d21b1ade59cbbadee5fef035fffa1c842ec652dcb64af4e13fbef3ed5051";
    const headers = { "content-type": "application/json", "linear-signature": signature };
    const sources = { WEBHOOK_SOURCES: { issues: { verifier: "linear" } } };
    const secrets = { WEBHOOK_SECRETS: { issues: [secretsInUse.provider] } };
    const call = { method: "POST", path: "/issues", body: "{}", headers };
    const settings = { ...webhookSettings, ...sources, ...secrets };

    await openAdapters(webhook(), harness).main(toRawParameters(call, settings));

    const reason = "source issues: the body holds no webhookTimestamp";
    expect(logged(harness).at(-1)).toMatchObject({ code: "UNAUTHENTICATED", reason });
  });

  test.for(lambdaEvents)(
    "every byte reaches the topic through Lambda, by $name",
    async ({ toEvent }) => {
      stubSettings(webhookSettings);
      await fc.assert(
        fc.asyncProperty(bodies, types, async (body, type) => {
          const call = signedCall(body, type);
          const event = toEvent(call);
          // Forms without base64 can carry text only.
          fc.pre(event["isBase64Encoded"] === true || isText(body));

          const value = await deliver(({ handler }) => handler(event));

          expect(dataAsTyped(value)).toEqual(Buffer.from(body));
        }),
      );
    },
  );

  test("the text of JSON reaches the topic unchanged", async () => {
    stubSettings(webhookSettings);
    const headers = fc.constantFrom("application/json", "application/vnd.a+json; charset=utf-8");
    await fc.assert(
      fc.asyncProperty(jsonBodies, headers, async (body, type) => {
        const call = signedCall(body, type);
        for (const value of [
          await deliver(({ main }) => main(toRawParameters(call, webhookSettings))),
          await deliver(({ main }) => main(toPlainParameters(call, webhookSettings))),
          await deliver(({ handler }) => handler(lambdaEvents[0].toEvent(call))),
        ]) {
          expect(dataOf(value, true).toString()).toBe(body);
        }
      }),
    );
  });
});
