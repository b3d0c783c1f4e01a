import type { createCipheriv, createDecipheriv } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTransport } from "../../../lib/http/client.ts";
import { createKeyPair } from "../../../lib/model/key-pair.ts";
import {
  createStorageClient,
  type ObjectName,
  type StorageClient,
} from "../../../lib/object-storage/client.ts";
import { listObjects, putObject, removeObject } from "../../../lib/object-storage/operations.ts";
import { readObject } from "../../../lib/object-storage/read-object.ts";
import { removeObjects } from "../../../lib/object-storage/remove-objects.ts";
import { createRetryingClient } from "../../../lib/object-storage/retrying-client.ts";
import { createSigningClocks } from "../../../lib/signing/clock-skew.ts";
import { answer, createHarness, noAnswer, type Script, startMs } from "../../support/harness.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

const bucket = "records";

/** Reads a whole object as text. */
async function getObject(ask: StorageClient, object: ObjectName, size = Number.NaN) {
  const content = await readObject(ask, object, { size });
  if (!content.ok) {
    return content;
  }
  const texts: string[] = [];
  for await (const text of content.value.texts()) {
    if (!text.ok) {
      return text;
    }
    texts.push(text.value);
  }
  return { ok: true, value: texts.join("") };
}

/** The package s3rver has no types. */
type S3Server = {
  readonly run: () => Promise<{ readonly port: number }>;
  readonly close: () => Promise<void>;
};
const require = createRequire(import.meta.url);
const S3rver = require("s3rver/lib/s3rver.js") as new (options: object) => S3Server;

/** Truncated listings have a token encrypted with "des", which OpenSSL 3 no longer has. */
function mendTokens(): void {
  const crypto = require("node:crypto") as {
    createCipheriv: typeof createCipheriv;
    createDecipheriv: typeof createDecipheriv;
  };
  const isThere = crypto.createCipheriv;
  const isBack = crypto.createDecipheriv;
  const key = Buffer.alloc(24, "S3RVER");
  vi.spyOn(crypto, "createCipheriv").mockImplementation((_, __, iv) =>
    isThere("des-ede3-cbc", key, iv),
  );
  vi.spyOn(crypto, "createDecipheriv").mockImplementation((_, __, iv) =>
    isBack("des-ede3-cbc", key, iv),
  );
}

/**
 * Another implementation of the API. It knows access keys and refuses wrong clocks, but accepts any
 * signature of version 4. `signature-v4.test.ts` checks signatures.
 */
describe("s3rver", () => {
  const directory = mkdtempSync(join(tmpdir(), "s3rver-"));
  const configureBuckets = [{ name: bucket }];
  const options = { port: 0, address: "127.0.0.1", silent: true, directory, configureBuckets };
  const server = new S3rver(options);
  let endpoint = "";
  beforeAll(async () => {
    endpoint = `http://127.0.0.1:${(await server.run()).port}`;
  });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  const transport = createTransport({ now: Date.now });

  /** Creates a client with s3rver's own key pair by default. */
  function connect({ accessKey = "S3RVER", now = Date.now } = {}) {
    const config = { endpoint, region: "kr-standard", keys: createKeyPair(accessKey, "S3RVER") };
    const context = { transport, clock: createSigningClocks(now)() };
    return createStorageClient(config, context, () => 5_000);
  }

  test.for([
    ["as ours are", "datastream-relay/dead-letters/2023-11-14T221320.000Z-a.ndjson"],
    ["with blanks", "a folder/an object"],
    ["with a plus", "a+b/c+d"],
    ["with percent signs", "100%/a%20b%2Fc%"],
    ["of Korean", "주문/2023년 11월"],
    ["of what encodeURIComponent leaves as it is", "it's (1)!*~"],
    ["of what separates in a URL", "a?b&c=d#e;f:g@h"],
  ] as const)("an object with a name %s is put, read and removed", async ([, name]) => {
    const ask = connect();
    const object = { bucket, name };
    const body = `값 of ${name}\n`;

    expect(await putObject(ask, object, body)).toEqual({ ok: true, value: undefined });
    expect(readFileSync(join(directory, bucket, `${name}._S3rver_object`), "utf8")).toBe(body);
    expect(await getObject(ask, object)).toEqual({ ok: true, value: body });
    expect(await removeObject(ask, object)).toEqual({ ok: true, value: undefined });
    expect(await getObject(ask, object)).toMatchObject({ ok: false, status: 404 });
  });

  test("bytes are stored unchanged", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

    const stored = await putObject(connect(), { bucket, name: "bytes" }, bytes);

    expect(stored.ok).toBe(true);
    expect(readFileSync(join(directory, bucket, "bytes._S3rver_object"))).toEqual(
      Buffer.from(bytes),
    );
  });

  test("an empty object is stored, and a later one replaces it", async () => {
    const object = { bucket, name: "twice" };
    const ask = connect();

    await putObject(ask, object, "");
    const first = await getObject(ask, object);
    await putObject(ask, object, "later");

    expect([first, await getObject(ask, object)]).toEqual([
      { ok: true, value: "" },
      { ok: true, value: "later" },
    ]);
  });

  test("a listing comes in pages, in order, under its prefix", async () => {
    mendTokens();
    const ask = connect();
    const began = Date.now();
    for (const name of ["pages/b", "pages/a", "pages/c", "pages/가", "pagesx"]) {
      await putObject(ask, { bucket, name }, name);
    }
    const list = (value?: string) =>
      listObjects(ask, {
        ...{ bucket, prefix: "pages/", max: 2 },
        from: value === undefined ? undefined : { kind: "after", value },
      });
    const pages = [await list(), await list("pages/b"), await list("pages/가")];

    expect(pages.map((page) => page.ok && page.value.objects.map(({ name }) => name))).toEqual([
      ["pages/a", "pages/b"],
      ["pages/c", "pages/가"],
      [],
    ]);
    const times = pages
      .flatMap((page) => (page.ok ? page.value.objects : []))
      .map((one) => one.modifiedMs);
    expect(times.filter((ms) => ms < began - 2_000 || ms > Date.now() + 2_000)).toEqual([]);
  });

  test("a listing continues at its token, and the token ends with it", async () => {
    mendTokens();
    const ask = connect();
    for (const name of ["tokens/a", "tokens/b", "tokens/c"]) {
      await putObject(ask, { bucket, name }, name);
    }
    const query = { bucket, prefix: "tokens/", max: 2 };
    const first = await listObjects(ask, query);
    const token = first.ok ? (first.value.token ?? "") : "";
    const second = await listObjects(ask, { ...query, from: { kind: "token", value: token } });

    expect([first, second].map((page) => page.ok && page.value)).toMatchObject([
      { isTruncated: true, isVersion1: false, objects: [{ name: "tokens/a", size: 8 }, {}] },
      { isTruncated: false, token: undefined, objects: [{ name: "tokens/c" }] },
    ]);
  });

  test("a large object is read in parts", async () => {
    const ask = connect();
    const body = "0123456789가".repeat(400_000);
    await putObject(ask, { bucket, name: "large" }, body);

    const read = await getObject(ask, { bucket, name: "large" }, Buffer.byteLength(body));

    expect(read.ok && read.value === body).toBe(true);
  });

  test("several objects are removed together, including missing ones", async () => {
    const ask = connect();
    // s3rver fails on two concurrent calls for one folder, because each removes it.
    const names = ["gone-a/1", "gone-b/1", "gone-c/1"];
    await putObject(ask, { bucket, name: "gone-a/1" }, "");
    await putObject(ask, { bucket, name: "gone-b/1" }, "");

    const removed = await removeObjects(ask, bucket, names);

    expect(removed).toEqual({ ok: true, value: new Set(names) });
    const left = await listObjects(ask, { bucket, prefix: "gone-", max: 10 });
    expect(left).toMatchObject({ ok: true, value: { objects: [] } });
  });

  test("a missing object is not found, and removing it is no error", async () => {
    const ask = connect();

    expect(await getObject(ask, { bucket, name: "nothing" })).toEqual({
      ...{ ok: false, status: 404, isMissing: true },
      reason: "object storage: HTTP 404",
    });
    expect(await removeObject(ask, { bucket, name: "nothing" })).toMatchObject({ ok: true });
    expect(await putObject(ask, { bucket: "elsewhere", name: "a" }, "")).toMatchObject({
      ok: false,
      status: 404,
    });
  });

  test("a foreign access key is refused, and the response is not repeated", async () => {
    const { ncloudAccessKey } = secretsInUse;

    const refused = await getObject(connect({ accessKey: ncloudAccessKey }), { bucket, name: "a" });

    hear(refused);
    expect(refused).toEqual({ ok: false, status: 403, reason: "object storage: HTTP 403" });
  });

  test.for([-20, 20])("a clock that is %i minutes off is corrected", async (minutes) => {
    const ask = connect({ now: () => Date.now() + minutes * 60_000 });

    expect(await putObject(ask, { bucket, name: "by a wrong clock" }, "")).toMatchObject({
      ok: true,
    });
    expect(await getObject(ask, { bucket, name: "by a wrong clock" })).toMatchObject({ ok: true });
  });
});

describe("an object storage", () => {
  const object = { bucket, name: "a" };
  const slowDown = answer(503, "<Code>SlowDown</Code><Message>canary text</Message>");

  /** Creates a retrying client over a script, within ten seconds by default. */
  function createScripted(transport: Script, withinMs = 10_000) {
    const harness = createHarness({ transport, random: 0.5 });
    const { ncloudAccessKey, ncloudSecretKey } = secretsInUse;
    const keys = createKeyPair(ncloudAccessKey, ncloudSecretKey);
    const config = { endpoint: "https://kr.object.ncloudstorage.com", region: "kr-standard", keys };
    const limits = { storage: config, attemptTimeoutMs: 3_000 };
    const context = { ...harness.effects, clock: harness.clock };
    return { ...harness, ask: createRetryingClient(limits, context, startMs + withinMs) };
  }

  const datesOf = ({ requests }: ReturnType<typeof createScripted>) =>
    requests.map(({ headers }) => headers[headers.indexOf("x-amz-date") + 1]);

  test("a request is retried and signed anew after two failures", async () => {
    const harness = createScripted([slowDown, slowDown, answer(200, "text", { etag: '"0"' })]);

    expect(await getObject(harness.ask, object)).toEqual({ ok: true, value: "text" });
    expect(harness.sleeps).toEqual([50, 100]);
    expect(new Set(harness.requests.map(({ url }) => url.href))).toEqual(
      new Set(["https://kr.object.ncloudstorage.com/records/a"]),
    );
  });

  test("a failing storage gets three attempts", async () => {
    const harness = createScripted(() => slowDown);

    const stored = await putObject(harness.ask, object, "text");

    hear(stored);
    expect(stored).toEqual({ ok: false, status: 503, reason: "object storage: HTTP 503" });
    expect(harness.requests).toHaveLength(3);
  });

  test("no further attempt is made if less than 450 ms are left after the wait", async () => {
    const tries = async (withinMs: number) => {
      const harness = createScripted(() => slowDown, withinMs);
      await getObject(harness.ask, object);
      return harness.requests.length;
    };

    expect([await tries(499), await tries(500)]).toEqual([1, 2]);
  });

  test.for([
    [200, 1],
    [204, 1],
    [300, 1],
    [301, 1],
    [400, 1],
    [403, 1],
    [404, 1],
    [408, 3],
    [429, 3],
    [500, 3],
    [503, 3],
  ] as const)("a status of %i leads to %i attempts", async ([status, tries]) => {
    const body = status < 300 ? "" : "<Error><Message>canary text</Message></Error>";
    const harness = createScripted(() => answer(status, body, { "x-amz-request-id": "canary" }));

    const stored = await removeObject(harness.ask, object);

    expect(harness.requests).toHaveLength(tries);
    expect(stored).toEqual(
      status < 300
        ? { ok: true, value: undefined }
        : { ok: false, status, reason: `object storage: HTTP ${status}` },
    );
  });

  const part = (text: string, from: number, size: number) =>
    answer(206, text, {
      ...{ etag: '"1"', "content-range": `bytes ${from}-${from + text.length - 1}/${size}` },
    });
  const firstPart = "x".repeat(512 * 1024);

  const page = answer(200, "<!doctype html><title>Welcome</title>", {
    "content-type": "text/html",
  });

  // docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; cloud.google.com/storage/docs/xml-api/delete-object:
  // an object that is not there is a 404.
  test.for([
    ["S3's own words", "<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", true],
    ["no body", "", true],
    ["another code", "<Error><Code>NoSuchBucket</Code></Error>", false],
    ["a page", "<html><h1>404 Not Found</h1></html>", false],
    ["the JSON of a gateway", '{"message":"no Route matched with those values"}', false],
  ] as const)("a removal that is answered 404 with %s is done: %s", async ([, body, isDone]) => {
    const harness = createScripted(() => answer(404, body));

    expect(await removeObject(harness.ask, object)).toMatchObject({ ok: isDone });
    expect(harness.requests).toHaveLength(1);
  });

  test("a 400 of S3 about a request that came too slowly is retried", async () => {
    const slow = answer(400, "<Error><Code>RequestTimeout</Code></Error>");
    const harness = createScripted([slow, slow, answer(200, "", { etag: '"0"' })]);

    expect(await putObject(harness.ask, object, "text")).toEqual({ ok: true, value: undefined });
  });

  // Other servers drop the metadata with the hash.
  test.for([
    ["200 and the listed size", answer(200, "text", { etag: '"1"' }), true],
    ["200 and fewer bytes than listed", answer(200, "tex", { etag: '"1"' }), false],
    ["200 and nothing", answer(200, "", { etag: '"1"' }), false],
    ["204", answer(204, "", { etag: '"1"' }), false],
    ["202 and the listed size", answer(202, "text", { etag: '"1"' }), false],
    ["206 and a part", answer(206, "te", { etag: '"1"', "content-range": "bytes 0-1/4" }), false],
    ["a page", page, false],
  ] as const)("an object without a hash that is answered %s is read: %s", async (row) => {
    const [, got, isRead] = row;
    const harness = createScripted(() => got);

    expect(await getObject(harness.ask, object, 4)).toMatchObject({ ok: isRead });
  });

  // A page without end in the place of an empty answer ended a process of 128 MB.
  test("an answer without content is read up to 64 KiB, and the result of a batch up to 2 MiB", async () => {
    const harness = createScripted(() => answer(204, "", { etag: '"1"' }));

    await putObject(harness.ask, object, "text");
    await removeObject(harness.ask, object);
    await removeObjects(harness.ask, bucket, ["a"]);

    const limits = new Set(harness.requests.map((one) => [one.method, one.responseBytesMax]));
    expect(Object.fromEntries(limits)).toEqual({
      ...{ PUT: 65_536, DELETE: 65_536, POST: 2_097_152 },
    });
  });

  test("an object with more content than was listed is not read in parts", async () => {
    const harness = createScripted(() => ({ ...answer(200, firstPart), truncated: true }));

    expect(await getObject(harness.ask, object, 4)).toMatchObject({ ok: false, status: 422 });
    expect(harness.requests).toHaveLength(1);
  });

  test("a large object without a hash whose parts are not of the listed size is not accepted", async () => {
    const harness = createScripted(() => part(firstPart, 0, firstPart.length));

    expect(await getObject(harness.ask, object, firstPart.length + 1)).toMatchObject({
      ...{ ok: false, status: 422 },
    });
  });

  const written = answer(200, "", { etag: '"9b2cf535f27731c974343645a3985328"' });

  test.for([
    ["a put", page, (ask: StorageClient) => putObject(ask, object, "a")],
    ["a put without an ETag", answer(200), (ask: StorageClient) => putObject(ask, object, "a")],
    ["a get", page, (ask: StorageClient) => getObject(ask, object)],
    [
      "a get with an ETag of its own",
      answer(200, "<p>", { etag: '"1"', "content-type": "text/html; charset=utf-8" }),
      (ask: StorageClient) => getObject(ask, object),
    ],
    [
      // printf text | sha256sum
      "a get whose content is cut",
      answer(200, "tex", {
        etag: '"1"',
        "x-amz-meta-sha256": "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1",
      }),
      (ask: StorageClient) => getObject(ask, object),
    ],
    ["a removal", page, (ask: StorageClient) => removeObject(ask, object)],
    ["a listing", page, (ask: StorageClient) => listObjects(ask, { bucket, prefix: "", max: 1 })],
  ] as const)("a foreign 200 to %s is not accepted", async (row) => {
    const [, given, request] = row;
    const harness = createScripted(() => given);

    expect(await request(harness.ask)).toEqual({
      ok: false,
      status: undefined,
      reason: "object storage: HTTP 200, and not the storage's own answer",
    });
    expect(harness.requests).toHaveLength(3);
  });

  test("an object above the reading limit is not written", async () => {
    const harness = createScripted([]);

    expect(await putObject(harness.ask, object, new Uint8Array(64 * 1024 * 1024 + 1))).toEqual({
      ok: false,
      status: 413,
      reason: "object storage: over 67108864 bytes",
    });
    expect(harness.requests).toEqual([]);
  });

  test("an object at the reading limit is written", async () => {
    const harness = createScripted([written]);

    expect(await putObject(harness.ask, object, new Uint8Array(64 * 1024 * 1024))).toEqual({
      ok: true,
      value: undefined,
    });
  });

  test.for(["..", ".", "a/../b", "a/./b", "../a", "a/.."])(
    "the name %j, which a URL cannot hold, leads to no request",
    async (name) => {
      const harness = createScripted([]);

      expect(await getObject(harness.ask, { bucket, name })).toEqual({
        ok: false,
        status: 400,
        reason: "object storage: a name with a dot segment",
      });
      expect(harness.requests).toEqual([]);
    },
  );

  test.for(["...", "a..b/.c", "..a/b."])("the name %j leads to a request", async (name) => {
    const harness = createScripted([answer(200, "text", { etag: '"1"' })]);

    expect(await getObject(harness.ask, { bucket, name })).toEqual({ ok: true, value: "text" });
    expect(harness.requests[0]?.url.pathname).toBe(`/records/${name}`);
  });

  test("a request for an object has no body and no hash metadata", async () => {
    const harness = createScripted([answer(200, "text", { etag: '"1"' })]);

    await getObject(harness.ask, object);

    const { body, headers = [] } = harness.requests[0] ?? {};
    expect(body).toBe("");
    expect(headers.filter((_, index) => index % 2 === 0)).toEqual([
      "host",
      "x-amz-content-sha256",
      "x-amz-date",
      "authorization",
    ]);
  });

  test("an object that somebody else wrote is accepted", async () => {
    const harness = createScripted([
      answer(200, "text", { etag: '"1"', "content-type": "application/x-ndjson" }),
    ]);

    expect(await getObject(harness.ask, object)).toEqual({ ok: true, value: "text" });
  });

  test("an object with the hash of its upload is accepted", async () => {
    const sha256 = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1";
    const harness = createScripted([
      written,
      answer(200, "text", { etag: '"1"', "x-amz-meta-sha256": sha256 }),
    ]);

    await putObject(harness.ask, object, "text");

    expect(await getObject(harness.ask, object)).toEqual({ ok: true, value: "text" });
    const { headers = [] } = harness.requests[0] ?? {};
    expect(headers[headers.indexOf("x-amz-meta-sha256") + 1]).toBe(sha256);
  });

  test("a refusal with another time leads to a new signature with that time", async () => {
    const date = "Tue, 14 Nov 2023 22:23:20 GMT";
    const harness = createScripted([answer(403, "", { date }), written, written]);

    expect(await putObject(harness.ask, object, "a")).toMatchObject({ ok: true });
    expect(await putObject(harness.ask, object, "b")).toMatchObject({ ok: true });
    expect(datesOf(harness)).toEqual(["20231114T221320Z", "20231114T222320Z", "20231114T222320Z"]);
    expect(harness.sleeps).toEqual([]);
  });

  test("a second refusal ends the attempts", async () => {
    const refused = answer(403, "canary text", { date: "Tue, 14 Nov 2023 22:23:20 GMT" });
    const harness = createScripted([refused, refused]);

    expect(await listObjects(harness.ask, { bucket, prefix: "", max: 1 })).toEqual({
      ok: false,
      status: 403,
      reason: "object storage: HTTP 403",
    });
    expect(harness.requests).toHaveLength(2);
  });

  test("each attempt takes what is left of the time, at most ATTEMPT_TIMEOUT_MS", async () => {
    const harness = createScripted((request) => {
      harness.advance(request.timeoutMs);
      return noAnswer({ cause: "timeout", code: "ETIMEDOUT" });
    }, 5_050);

    expect(await getObject(harness.ask, object)).toEqual({
      ok: false,
      status: undefined,
      reason: "object storage: no answer (ETIMEDOUT)",
    });
    expect(harness.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([3_000, 1_750]);
  });

  test.for([
    ["7 s, its try comes 5 s later", { "retry-after": "7" }, 60_000, [5_000, 5_000]],
    ["2 s, its try comes 2 s later", { "retry-after": "2" }, 60_000, [2_000, 2_000]],
    ["more than is left, the last try still comes in time", { "retry-after": "2" }, 1_450, [1_000]],
    [
      "a date, that is read by the storage's own clock",
      {
        date: "Tue, 14 Nov 2023 22:23:20 GMT",
        "retry-after": "Tue, 14 Nov 2023 22:23:23 GMT",
      },
      60_000,
      [3_000, 3_000],
    ],
  ] as const)("a slow-down is followed: %s", async ([, headers, deadlineMs, sleeps]) => {
    const slowDown = answer(503, "<Error><Code>SlowDown</Code></Error>", headers);
    const harness = createScripted(() => slowDown, deadlineMs);

    expect(await putObject(harness.ask, object, "text")).toMatchObject({ ok: false, status: 503 });
    expect(harness.sleeps).toEqual(sleeps);
    expect(harness.requests).toHaveLength(sleeps.length + 1);
  });

  test("a response that is not HTTP is reported", async () => {
    const harness = createScripted(() => noAnswer({ cause: "protocol", code: "EPROTO" }));

    expect(await getObject(harness.ask, object)).toMatchObject({
      reason: "object storage: the answer is not HTTP/1.1 (EPROTO)",
    });
  });

  test("a response longer than the limit is not accepted as a whole object", async () => {
    const cut = {
      kind: "response",
      status: 413,
      headers: {},
      body: "te",
      truncated: true,
    } as const;
    const harness = createScripted(() => cut);

    expect(await getObject(harness.ask, object)).toMatchObject({ ok: false, status: 416 });
  });

  // An answer that only the end of its connection ends can be cut off anywhere.
  test("a listing is accepted as a whole only, wherever it is cut off", async () => {
    const xml =
      '<s:ListBucketResult xmlns:s="http://s3.amazonaws.com/doc/2006-03-01/"><s:Prefix/>' +
      "<s:IsTruncated>false</s:IsTruncated><s:Contents><s:Key>a</s:Key><s:Owner /></s:Contents>" +
      "<s:CommonPrefixes/></s:ListBucketResult >";
    const isTaken = async (body: string) => {
      const given = createScripted(() => answer(200, body));
      return (await listObjects(given.ask, { bucket, prefix: "", max: 1 })).ok;
    };

    for (let end = 0; end < xml.length; end += 1) {
      expect([xml.slice(0, end), await isTaken(xml.slice(0, end))]).toEqual([
        xml.slice(0, end),
        false,
      ]);
    }
    expect(await isTaken(xml)).toBe(true);
    expect(await isTaken(`${xml}\n`)).toBe(true);
    expect(await isTaken('<?xml version="1.0"?><ListBucketResult xmlns="urn:a" />')).toBe(true);
  });

  test("percent-encoded names of a listing are decoded", async () => {
    const xml =
      "<ListBucketResult><EncodingType>url</EncodingType>" +
      "<Contents><Key>%EC%A3%BC%EB%AC%B8/a+b%2B%25</Key></Contents></ListBucketResult>";
    const harness = createScripted([answer(200, xml)]);

    const from = { kind: "after", value: "주문/a" } as const;
    const page = await listObjects(harness.ask, { bucket, prefix: "주문/", from, max: 7 });

    expect(page).toMatchObject({ ok: true, value: { objects: [{ name: "주문/a b+%" }] } });
    expect(harness.requests[0]?.url.href).toBe(
      "https://kr.object.ncloudstorage.com/records/?encoding-type=url&list-type=2&max-keys=7" +
        "&prefix=%EC%A3%BC%EB%AC%B8%2F&start-after=%EC%A3%BC%EB%AC%B8%2Fa",
    );
  });

  test("a removal of several objects has the request that S3 requires", async () => {
    // printf '<Delete …>' | openssl md5 -binary | base64
    const harness = createScripted([
      answer(200, "<DeleteResult><Deleted><Key>a/b</Key></Deleted></DeleteResult>"),
    ]);

    expect(await removeObjects(harness.ask, bucket, ["a/b"])).toEqual({
      ok: true,
      value: new Set(["a/b"]),
    });
    const { method, url, headers = [], body } = harness.requests[0] ?? {};
    expect([method, url?.href]).toEqual([
      "POST",
      "https://kr.object.ncloudstorage.com/records/?delete=",
    ]);
    expect(body).toBe(
      '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a/b</Key></Object></Delete>',
    );
    expect(headers[headers.indexOf("content-md5") + 1]).toBe("ciZeBEQ4PGNwssoBYr3Fqg==");
  });

  // docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html, sample response of a partial success.
  test("a partial removal returns only the confirmed names", async () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
      <DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Deleted><Key>sample1.txt</Key></Deleted>
        <Error><Key>sample2.txt</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>
        <Deleted/>
        <Error><Key>sample3.txt</Key></Error>
      </DeleteResult>`;
    const harness = createScripted([answer(200, xml)]);
    const names = ["sample1.txt", "sample2.txt", "sample3.txt"];

    expect(await removeObjects(harness.ask, bucket, names)).toEqual({
      ok: true,
      value: new Set(["sample1.txt"]),
    });
  });

  test.for([
    ["gives other bytes than were put", (text: string) => part(text, 0, firstPart.length), 422],
    ["does not know parts", () => ({ ...answer(200, ""), truncated: true }), 416],
    ["says that it is over 64 MiB", (text: string) => part(text, 0, 2 ** 26 + 1), 413],
    ["gives bytes that are no text", () => part("\xff".repeat(2 ** 19), 0, 2 ** 19), 415],
  ] as const)(
    "a storage that %s for a large object is not accepted",
    async ([, toAnswer, status]) => {
      const harness = createScripted(() => {
        const given = toAnswer(firstPart);
        return given.kind === "response"
          ? { ...given, headers: { ...given.headers, "x-amz-meta-sha256": "0".repeat(64) } }
          : given;
      });

      expect(await readObject(harness.ask, object, { size: 3 * 2 ** 20 })).toMatchObject({
        ok: false,
        status,
      });
    },
  );

  test("a large object that comes as a whole passes the check of its text", async () => {
    const harness = createScripted(() => answer(200, firstPart + firstPart, { etag: '"1"' }));
    const refusal = { ok: false, status: 422, reason: "a long line" } as const;
    const check = (text: string) => (text.length > firstPart.length ? refusal : undefined);

    expect(await readObject(harness.ask, object, { size: 2 ** 20, check })).toEqual(refusal);
  });

  test("a large object that changes while it is read is not accepted", async () => {
    const changed = {
      ...part("y", 2 ** 19, 2 ** 19 + 1),
      headers: { etag: '"2"', "content-range": "bytes 524288-524288/524289" },
    };
    const harness = createScripted((request) => {
      const [, from] =
        /^bytes=(\d+)-/.exec(request.headers[request.headers.indexOf("range") + 1] ?? "") ?? [];
      return from === "0" ? part(firstPart, 0, 2 ** 19 + 1) : changed;
    });

    expect(await readObject(harness.ask, object, { size: 2 ** 19 + 1 })).toMatchObject({
      ...{ ok: false, status: 412 },
    });
  });
});
