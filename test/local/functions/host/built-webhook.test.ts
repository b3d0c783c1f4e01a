import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import type { FunctionCall } from "../../../../local/functions/host/function-call.ts";
import { startHost } from "../../../../local/functions/host/host.ts";
import type { Host } from "../../../../local/functions/host/host-options.ts";
import { type Sender, senders } from "../../../support/senders.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

function mapSenders(toValue: (sender: Sender) => unknown): object {
  return Object.fromEntries(senders.map((one) => [one.name, toValue(one)]));
}

const settings = {
  NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
  NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
  DATASTREAM_TOPIC: "local-events",
  DATASTREAM_PARTITIONS: "3",
  WEBHOOK_SOURCES: JSON.stringify({
    ...mapSenders(({ verifier, options }) => ({ verifier, ...options, bodyType: "auto" })),
    bytes: { verifier: "hmac", header: "x-signature" },
    open: { verifier: "none" },
  }),
  WEBHOOK_SECRETS: JSON.stringify({
    ...mapSenders(({ secret }) => [secret]),
    bytes: [secretsInUse.hmac],
  }),
};

type Produced = { readonly data?: unknown; readonly data_base64?: string };

describe("the built webhook in the functions' host", () => {
  const calls: FunctionCall[] = [];
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  let host: Host;

  beforeAll(async () => {
    emulator = await startEmulator({
      port: 0,
      topics: { "local-events": 3 },
      accessKeys: { [settings.NCLOUD_ACCESS_KEY]: settings.NCLOUD_SECRET_KEY },
    });
    const code = readFileSync("dist/webhook/index.js", "utf8");
    host = await startHost({
      port: 0,
      functions: {
        webhook: {
          code: { kind: "source", code },
          parameters: settings,
          triggers: { http: true },
          timeoutMs: 60_000,
        },
      },
      openEndpoint: emulator.openEndpoint,
      onCall: (call) => calls.push(call),
      report: (line) => hear(line),
    });
  }, 120_000);
  afterAll(async () => {
    await host.stop();
    await emulator.close();
  });

  async function post(source: string, headers: Record<string, string>, body: Uint8Array | string) {
    const url = `${host.origin}/webhook/${source}`;
    const response = await fetch(url, { method: "POST", headers, body: Buffer.from(body) });
    hear(await response.text());
    return response.status;
  }

  async function newestValues(count: number): Promise<readonly string[]> {
    const url = `${emulator.origin}/_/topics/local-events/records?limit=${count}`;
    const { records } = (await (await fetch(url)).json()) as { records: { value: string }[] };
    return records.map(({ value }) => value);
  }

  test.each(senders)(
    "a delivery of $name is accepted, and its data is the text of the body",
    async (sender) => {
      const nowMs = Date.now();
      const { contentType, secret } = sender;
      const body = sender.bodyAt(nowMs);
      const signed = sender.sign(Buffer.from(body), { secret, nowMs, contentType });

      const status = await post(sender.name, { "content-type": contentType, ...signed }, body);

      expect(status).toBe(sender.status);
      const data = sender.dataOf(body);
      const values = await newestValues(data.length);
      expect(values.map((value) => value.slice(value.indexOf(',"data":') + 8, -1)).sort()).toEqual(
        [...data].sort(),
      );
      expect(calls.at(-1)).toMatchObject({ source: sender.name, function: "webhook" });
      expect(calls.at(-1)?.cursors).toHaveLength(data.length);
    },
  );

  const bodies: readonly (readonly [string, Uint8Array | string])[] = [
    ["JSON null", "null"],
    ["a JSON string", '"text"'],
    ["a JSON string that is base64", '"aGVsbG8="'],
    ["a number of 20 digits", "12345678901234567890"],
    ["an object with blanks and line ends", '{ "a" : 1.0,\r\n "b":"한글" }\n'],
    ["text that is base64", "aGVsbG8="],
    ["Korean text", "안녕\r\n"],
    ["a byte order mark before text", "\ufefftext"],
    ["EUC-KR", Buffer.from([0xb0, 0xa1, 0xb0, 0xa2])],
    ["no UTF-8 at all", Buffer.from([0xff, 0x00, 0xfe, 0x80])],
    ["every byte", Buffer.from(Array.from({ length: 256 }, (_, index) => index))],
  ];
  const types = [
    ...["application/json", "text/plain", "text/plain; charset=euc-kr", "text/html"],
    ...["application/octet-stream", "application/x-www-form-urlencoded", "application/xml"],
    ...["application/vnd.api+json", "image/png", ""],
  ];
  const matrix = bodies.flatMap(([name, body]) =>
    types
      // JSON that is none is refused by its type, which is another matter.
      .filter((type) => !type.includes("json") || isJson(body))
      .map((type) => [name, type, body] as const),
  );

  test.each(matrix)("%s of the type %j arrives byte by byte", async (...[, type, body]) => {
    const signature = createHmac("sha256", secretsInUse.hmac).update(body).digest("hex");

    const status = await post("bytes", { "content-type": type, "x-signature": signature }, body);

    expect(status).toBe(200);
    const [value = "{}"] = await newestValues(1);
    expect(bytesOf(value)).toEqual(Buffer.from(body));
  });

  // Without a signature only the type tells text from base64, and these texts are no XML.
  const unsigned = matrix.filter(([, type]) => !/json|xml/.test(type));

  test.each(unsigned)(
    "%s of the type %j arrives from a source that signs nothing",
    async (...[, type, body]) => {
      const status = await post("open", { "content-type": type }, body);

      expect(status).toBe(200);
      const [value = "{}"] = await newestValues(1);
      expect(bytesOf(value)).toEqual(Buffer.from(body));
    },
  );

  test("an empty body is accepted", async () => {
    const signature = createHmac("sha256", secretsInUse.hmac).update("").digest("hex");

    const status = await post("bytes", { "x-signature": signature }, "");

    expect([200, 400]).toContain(status);
    expect(calls.at(-1)?.request?.body).toHaveLength(0);
  });

  test("a wrong signature is refused, and the reason is in the function's log", async () => {
    const status = await post("bytes", { "x-signature": "0".repeat(64) }, "x");

    expect(status).toBe(401);
    expect(calls.at(-1)?.logLines.at(-1)).toMatchObject({
      ...{ message: "call ended", ending: "refused", code: "UNAUTHENTICATED" },
    });
    expect(calls.at(-1)).toMatchObject({ requestIds: [], cursors: [] });
  });
});

function isJson(body: Uint8Array | string): boolean {
  try {
    JSON.parse(Buffer.from(body).toString());
    return true;
  } catch {
    return false;
  }
}

/** The text of `data` as it stands in the value, or the bytes of `data_base64`. */
function bytesOf(value: string): Buffer {
  const { data, data_base64: encoded } = JSON.parse(value) as Produced;
  if (encoded !== undefined) {
    return Buffer.from(encoded, "base64");
  }
  const source = value.slice(value.indexOf(',"data":') + 8, -1);
  const isText = value.includes('"datacontenttype":"application/json"') || value.includes('+json"');
  return Buffer.from(isText || typeof data !== "string" ? source : data);
}
