import { describe, expect, test, vi } from "vitest";
import { refusalLine } from "../../../../local/data-stream/control/refusal-line.ts";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import { accessKey, clockMs, secretKey, signedHeaders, startWorld } from "../../harness.ts";

const body = '{"topic":"orders","key":"a","value":"1"}';

describe("a refused request", () => {
  test.for([
    ["not JSON", /^Send a JSON object in UTF-8/],
    ["{}", /^Name the topic in the field topic/],
    ['{"topic":"nope"}', /^Use a topic that the emulator was started with/],
    ['{"topic":"orders"}', /^Send key as text/],
    ['{"topic":"orders","key":"a","value":{}}', /^Send value as text: an object has to be written/],
    ['{"topic":"orders","key":"a","value":"","partition":3}', /^Send a number from 0 to 2/],
    [" ".repeat(1_048_577), /^Send less in one message/],
  ] as const)("a request with the body %.50s gets advice", async ([given, fix]) => {
    const emulator = await startWorld();

    await emulator.post("/api/produce", given, signedHeaders);

    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "refused", fix: expect.stringMatching(fix) }],
    });
  });

  test.for([
    ["POST", "/api/produce/", /^Produce with POST \/api\/produce, without a slash at the end/],
    ["GET", "/api/produce", /^Send POST, and sign POST\.$/],
    ["POST", "/api/produce", /^Send x-ncp-apigw-timestamp and x-ncp-iam-access-key and /],
    ["POST", "/api/v1/topics", /^Send GET; topics are set where/],
  ] as const)("the refused request %s %s gets advice", async ([method, path, fix]) => {
    const emulator = await startWorld();

    await fetch(`${emulator.origin}${path}`, { method });

    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "refused", fix: expect.stringMatching(fix) }],
    });
  });
});

describe("the terminal", () => {
  test("a refused signature is printed in one line", async () => {
    const emulator = await startWorld();

    await emulator.post("/api/produce?x=1", body, signedHeaders);

    expect(emulator.lines).toEqual([
      `refused POST "/api/produce?x=1" with 401: x-ncp-apigw-signature-v2 is not the signature of this request | likely mistake: The query was left out. | fix: Sign the path with ? and the query exactly as they are sent. | expected string to sign: "POST /api/produce?x=1\\n1700000000000\\n${accessKey}"`,
    ]);
  });

  test("a refused message is printed in one line, and an accepted one not at all", async () => {
    const emulator = await startWorld();

    await emulator.produce({ topic: "orders", key: "a", value: "1" });
    await emulator.produce({ topic: "orders", key: "a", value: 1 });

    expect(emulator.lines).toEqual([
      'refused POST "/api/produce" with 400: value must be a string | fix: Send value as text: an object has to be written as JSON text first.',
    ]);
  });

  test("a line holds no control character and only a part of what a caller sent", () => {
    const target = `/api/produce?\u009b31m\u0085\u001b[2J\n${"x".repeat(8000)}`;
    const line = refusalLine({
      id: "1",
      at: clockMs,
      method: "POST",
      path: target.slice(0, 200),
      status: 401,
      verdict: "refused",
      reason: "a reason",
      fix: "a fix",
      diagnosis: { expectedStringToSign: `POST ${target}\n1\n2`, fix: "a fix" },
    });

    expect(line).toContain("/api/produce?\\u009b31m\\u0085\\u001b[2J\\nxxx");
    expect(line).toMatch(/^[ -~]{100,900}$/);
  });

  test("lines go to the standard output by default", async () => {
    const spoken = vi.spyOn(console, "log").mockReturnValue(undefined);
    const emulator = await startEmulator({
      port: 0,
      topics: { orders: 1 },
      accessKeys: { [accessKey]: secretKey },
      now: () => clockMs,
    });

    await fetch(`${emulator.origin}/api/produce`);
    await emulator.close();

    expect(spoken.mock.calls).toEqual([
      [
        'refused GET "/api/produce" with 405: the method must be POST | fix: Send POST, and sign POST.',
      ],
    ]);
  });
});

describe("a secret key in the address", () => {
  test.for([
    ["x-ncp-iam-access-key", "ncp_iam_SOMEBODYELSE"],
    ["x-ncp-apigw-timestamp", "1700000000"],
    ["x-ncp-apigw-timestamp", "1600000000000"],
    ["x-ncp-apigw-signature-v2", "0".repeat(43)],
    ["x-ncp-apigw-signature-v2", ""],
  ] as const)(
    "a secret key in the address is shown nowhere, with %s: %s",
    async ([name, value]) => {
      const odd = "a/secret+key=";
      const emulator = await startWorld({ accessKeys: { [accessKey]: secretKey, ncp_iam_B: odd } });
      const path = `/api/produce?secret=${secretKey}&other=${encodeURIComponent(odd)}`;

      await emulator.post(path, body, { ...signedHeaders, [name]: value });

      const said = JSON.stringify(await emulator.get("/_/requests")) + emulator.lines.join();
      expect(said).toContain("/api/produce?secret={secret key}&other={secret key}");
      expect(said).not.toContain(secretKey);
      expect(said).not.toContain("secret%2Bkey");
    },
  );
});
