import { createHmac } from "node:crypto";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { openAdapters, produced, stubSettings } from "../../support/adapters.ts";
import { bodies, dataOf } from "../../support/bytes.ts";
import { lambdaEvents, toPlainParameters, toRawParameters } from "../../support/calls.ts";
import { createHarness } from "../../support/harness.ts";
import { streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

const bodyBytesMax = 20_000;
const shop = { verifier: "hmac", header: "x-shop-signature", bodyBytesMax };
const settings = {
  ...streamSettings,
  WEBHOOK_SOURCES: {
    shop,
    raw: { ...shop, value: "raw" },
    token: { verifier: "bearer", bodyBytesMax },
  },
  WEBHOOK_SECRETS: {
    shop: [secretsInUse.hmac],
    raw: [secretsInUse.hmac],
    token: [secretsInUse.bearer],
  },
};

type Sent = {
  readonly path?: string;
  readonly coding: string;
  /** The signed bytes. */
  readonly signed: Uint8Array;
  /** The sent bytes. */
  readonly sent: Uint8Array;
  readonly type?: string;
};

function callOf({ path = "/shop", coding, signed, sent, type = "application/octet-stream" }: Sent) {
  const signature = createHmac("sha256", secretsInUse.hmac).update(signed).digest("hex");
  const headers = {
    "content-type": type,
    "content-encoding": coding,
    "x-shop-signature": signature,
    authorization: `Bearer ${secretsInUse.bearer}`,
  };
  return { method: "POST", path, body: sent, headers };
}

/** Sends through both adapters, whose results must be equal. */
async function deliver(sent: Sent) {
  stubSettings(settings);
  const call = callOf(sent);
  const [first, second] = [createHarness(), createHarness()];
  const reply = await openAdapters(webhook(), first).main(toRawParameters(call, settings));
  const other = await openAdapters(webhook(), second).handler(lambdaEvents[0].toEvent(call));
  expect(other["statusCode"]).toEqual(reply["statusCode"]);
  const values = produced(first).map(({ value }) => value);
  expect(produced(second).map(({ value }) => value)).toEqual(values);
  return { status: reply["statusCode"], value: values[0] ?? "{}", count: values.length };
}

const text = Buffer.from('{"order":"A-1","total":12.50}');
const encoders: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gzipSync(bytes),
  "x-gzip": (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  identity: (bytes) => bytes,
};

describe("a body with a content coding", () => {
  test.for(Object.entries(encoders))(
    "a body in %s is verified before and after decoding, and is sent decoded",
    async ([coding, encode]) => {
      const sent = encode(text);
      for (const signed of [text, sent]) {
        const { status, value } = await deliver({ coding, signed, sent, type: "application/json" });

        expect(status).toBe(200);
        expect(value.endsWith(`,"data":${text}}`)).toBe(true);
      }
    },
  );

  test("a deflate body may lack the zlib wrapper", async () => {
    const sent = deflateRawSync(text);

    expect(await deliver({ coding: "deflate", signed: text, sent })).toMatchObject({ status: 200 });
  });

  test("a body under credentials is sent decoded too", async () => {
    const { value } = await deliver({
      ...{ path: "/token", coding: "gzip", signed: text, sent: gzipSync(text) },
      type: "application/json",
    });

    expect(value.endsWith(`,"data":${text}}`)).toBe(true);
  });

  test("a raw value is the decoded body", async () => {
    const sent = gzipSync(text);

    const { value } = await deliver({ path: "/raw", coding: "GZIP", signed: sent, sent });

    expect(value).toBe(text.toString());
  });

  test.for([
    ["gzip", text],
    ["br", text],
    ["deflate", text],
    ["compress", text],
    ["gzip, gzip, gzip, gzip", text],
    ["gzip", gzipSync(text).subarray(0, 20)],
    ["constructor", text],
  ] as const)("a body that is not in %s is sent unchanged", async ([coding, sent]) => {
    const { status, value } = await deliver({ coding, signed: sent, sent });

    expect(status).toBe(200);
    expect(dataOf(value, false)).toEqual(Buffer.from(sent));
  });

  test("a body has the same id with and without the unsigned header", async () => {
    const sent = gzipSync(text);
    const ids = [];
    for (const coding of ["gzip", "identity", "br"]) {
      const { value } = await deliver({ coding, signed: sent, sent });
      ids.push((JSON.parse(value) as { readonly id: string }).id);
    }

    expect(new Set(ids).size).toBe(1);
  });

  test.for(["gzip", "deflate", "br"])(
    "a body in %s that decodes to more than the limit is refused, signed or not",
    async (coding) => {
      const bomb = encoders[coding]?.(Buffer.alloc(50_000_000)) ?? text;
      const most = encoders[coding]?.(Buffer.alloc(bodyBytesMax, "a")) ?? text;
      const over = encoders[coding]?.(Buffer.alloc(bodyBytesMax + 1, "a")) ?? text;
      for (const sent of [bomb.subarray(0, bodyBytesMax), over]) {
        for (const signed of [sent, text]) {
          expect(await deliver({ coding, signed, sent })).toMatchObject({ status: 413, count: 0 });
        }
      }
      expect(await deliver({ coding, signed: most, sent: most })).toMatchObject({ status: 200 });
    },
  );

  test("an encoded body with a text type is binary all the same", async () => {
    const sent = gzipSync(text);
    const over = gzipSync(Buffer.alloc(bodyBytesMax + 1));
    const given = { coding: "gzip", type: "text/plain", signed: text };

    for (const path of ["/shop", "/token"]) {
      const { status, value } = await deliver({ ...given, path, sent });

      expect(status).toBe(200);
      expect(dataOf(value, false)).toEqual(text);
      expect(await deliver({ ...given, path, sent: over })).toMatchObject({ status: 413 });
    }
  });

  test("a charset in Content-Encoding leaves a text type text", async () => {
    const sent = Buffer.from("abcd");
    const harness = createHarness();
    const call = callOf({
      path: "/token",
      coding: "UTF-8",
      signed: sent,
      sent,
      type: "text/plain",
    });

    await openAdapters(webhook(), harness).main(toPlainParameters(call, settings));

    expect(JSON.parse(produced(harness)[0]?.value ?? "")).toMatchObject({ data: "abcd" });
  });

  test("a body is refused if neither form of it was signed", async () => {
    const reply = await deliver({ coding: "gzip", signed: Buffer.from("x"), sent: gzipSync(text) });

    expect(reply).toMatchObject({ status: 401, count: 0 });
  });

  test("a body with up to three codings in any order and case, signed before or after, reaches the topic whole", async () => {
    const names = fc.array(fc.constantFrom(...Object.keys(encoders)), { maxLength: 3 });
    const glue = fc.constantFrom(",", ", ", " ,\t");
    await fc.assert(
      fc.asyncProperty(bodies, names, glue, fc.boolean(), fc.boolean(), async (...given) => {
        const [body, codings, separator, isUpper, signsLast] = given;
        const sent = codings.reduce<Uint8Array>(
          (bytes, one) => encoders[one]?.(bytes) ?? bytes,
          body,
        );
        const header = codings.join(separator);
        const { status, value } = await deliver({
          coding: isUpper ? header.toUpperCase() : header,
          ...{ signed: signsLast ? sent : body, sent },
        });

        expect(status).toBe(200);
        expect(dataOf(value, false)).toEqual(Buffer.from(body));
      }),
      { numRuns: 60 },
    );
  });

  test("a body that is not in its coding is sent unchanged, whatever its bytes are", async () => {
    // No stream of gzip or Brotli begins with this text. A single other byte can be a whole Brotli stream.
    const plain = bodies.map((bytes) => Buffer.concat([Buffer.from('{"'), bytes]));
    const codings = fc.oneof(fc.constantFrom("gzip", "br", "gzip, br"), fc.string());
    await fc.assert(
      fc.asyncProperty(plain, codings, async (body, coding) => {
        const { status, value } = await deliver({ coding, signed: body, sent: body });

        expect(status).toBe(200);
        expect(dataOf(value, false)).toEqual(body);
      }),
      { numRuns: 60 },
    );
  });
});
