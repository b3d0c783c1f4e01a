import { createHmac } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { logged, openAdapters, produced } from "../../support/adapters.ts";
import { toPlainParameters, toRawParameters } from "../../support/calls.ts";
import { githubCall, hookCall, push, pushCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { openSource, webhookSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

async function run(parameters: unknown, options: Parameters<typeof createHarness>[0] = {}) {
  const harness = createHarness(options);
  const result = await openAdapters(webhook(), harness).main(parameters);
  return { result, messages: produced(harness), lines: logged(harness), harness };
}

describe("the body of a web action", () => {
  test.for([
    ["base64", toRawParameters],
    ["plain text", toPlainParameters],
  ] as const)("a signed body that arrives as %s is accepted", async ([, toParameters]) => {
    const { result, messages } = await run(toParameters(pushCall, webhookSettings));

    expect(result).toMatchObject({ statusCode: 200, body: { status: "delivered" } });
    expect(messages[0]?.value).toContain(`"data":${push.body}}`);
  });

  test("signed text that looks like base64 is read as text", async () => {
    const signature = "sha256=c4f4caa2f0f164d3a37728591682d012695bf07f4f0d8f639a6f202c90a181dc";
    const call = githubCall("eyJhIjoxfQ==", signature);
    const headers = { ...call.headers, "content-type": "application/octet-stream" };

    const { messages } = await run(toPlainParameters({ ...call, headers }, webhookSettings));

    expect(messages[0]?.value).toContain('"data":"eyJhIjoxfQ=="}');
  });

  test("a text type that arrives as base64 is decoded if only that fits the signature", async () => {
    const signature = "sha256=d1225ed725183cb07674a0017036b500d61c404a213aa7b9238c1aed5e7a56df";
    const call = githubCall('{"a":1}', signature);
    const headers = { ...call.headers, "content-type": "text/plain" };

    const { messages } = await run(toRawParameters({ ...call, headers }, webhookSettings));

    expect(messages[0]?.value).toContain('"data":"{\\"a\\":1}"}');
  });

  test.for([
    // Unsigned bodies: base64 of JSON, plain JSON, and text that happens to be base64.
    ["application/json", "eyJhIjoxfQ==", '"data":{"a":1}'],
    ["application/json", '{"a":1}', '"data":{"a":1}'],
    ["application/json", "1234", '"data":1234'],
    ["text/plain", "eyJhIjoxfQ==", '"data":"eyJhIjoxfQ=="'],
    ["application/octet-stream", "eyJhIjoxfQ==", '"data":"{\\"a\\":1}"'],
    ["application/octet-stream", "//4AAQ==", '"data_base64":"//4AAQ=="'],
    ["application/octet-stream", "//4AAQ=", '"data":"//4AAQ="'],
  ] as const)("an unsigned %s body of %s is read as %s", async ([type, body, data]) => {
    const parameters = { ...toRawParameters(hookCall("", type), openSource()), __ow_body: body };

    const { messages } = await run(parameters);

    expect(messages[0]?.value.endsWith(`,${data}}`)).toBe(true);
  });

  test.for([
    ["base64", "eyJhIjoxfQ==", 200, '"data":"{\\"a\\":1}"'],
    ["base64", "eyJhIjoxfQ", 400, undefined],
    ["base64", '{"a":1}', 400, undefined],
    ["text", "eyJhIjoxfQ==", 200, '"data":"eyJhIjoxfQ=="'],
  ] as const)("a body with WEBHOOK_BODY_ENCODING %s and %s is answered %i", async (given) => {
    const [encoding, body, statusCode, data] = given;
    const settings = { ...openSource(), WEBHOOK_BODY_ENCODING: encoding };
    const call = hookCall("", encoding === "text" ? "application/octet-stream" : "text/plain");

    const { result, messages } = await run({ ...toRawParameters(call, settings), __ow_body: body });

    expect(result).toMatchObject({ statusCode });
    expect(messages.map(({ value }) => value.includes(data ?? ""))).toEqual(
      data === undefined ? [] : [true],
    );
  });

  test("a body whose reading no signature decides is measured in the chosen reading", async () => {
    const settings = openSource({ bodyBytesMax: 10 });
    const call = hookCall("eyJhIjoxfQ==", "text/plain");

    const { result } = await run(toPlainParameters(call, settings));

    expect(result).toMatchObject({ statusCode: 413 });
  });

  test.for([
    ["that may be base64", "a".repeat(700_004)],
    ["that may not", "한".repeat(240_000)],
  ] as const)("a signed text %s is refused as too large, not as unsigned", async ([, body]) => {
    const signature = createHmac("sha256", secretsInUse.github).update(body).digest("hex");
    const call = githubCall(body, `sha256=${signature}`);
    const headers = { ...call.headers, "content-type": "text/plain" };

    const { result } = await run(toPlainParameters({ ...call, headers }, webhookSettings));

    expect(result).toMatchObject({ statusCode: 413 });
  });

  test("a JSON body whose base64 is over the limit, signed with another secret, is unsigned and not too large", async () => {
    const body = JSON.stringify("x".repeat(600_000));
    const signature = createHmac("sha256", secretsInUse.hmac).update(body).digest("hex");

    const { result } = await run(
      toRawParameters(githubCall(body, `sha256=${signature}`), webhookSettings),
    );

    expect(result).toMatchObject({ statusCode: 401 });
  });

  test("a body is not parsed before the credentials are verified", async () => {
    const parse = vi.spyOn(JSON, "parse");
    const headers = { "content-type": "application/json", authorization: "Bearer wrong" };
    const call = { method: "POST", path: "/alerts", headers, body: "12345678" };

    const { result } = await run(toPlainParameters(call, webhookSettings));

    expect(result).toMatchObject({ statusCode: 401 });
    expect(parse.mock.calls.map(([text]) => text)).not.toContain("12345678");
  });
});
