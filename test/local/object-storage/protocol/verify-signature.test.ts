import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { readHeaders } from "../../../../local/object-storage/protocol/headers.ts";
import { canonicalRequest } from "../../../../local/object-storage/protocol/signature-v4.ts";
import { verifySignatureV4 } from "../../../../local/object-storage/protocol/verify-signature.ts";
import { accessKey, secretKey } from "../../harness.ts";
import { authorize, bucket, pathOf, region, sendRaw, startStorageWorld } from "../harness.ts";

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const awsSecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const awsAccessKey = "AKIAIOSFODNN7EXAMPLE";
const awsDateMs = Date.parse("2013-05-24T00:00:00Z");

type Example = {
  readonly name: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signature: string;
};

/**
 * The four examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (read
 * 2026-11-30).
 */
const examples: readonly Example[] = [
  {
    name: "GET Object",
    method: "GET",
    target: "/test.txt",
    headers: { range: "bytes=0-9", "x-amz-content-sha256": emptyHash },
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    name: "PUT Object",
    method: "PUT",
    target: "/test$file.text",
    headers: {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
    },
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    name: "GET Bucket Lifecycle",
    method: "GET",
    target: "/?lifecycle",
    headers: { "x-amz-content-sha256": emptyHash },
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    name: "GET Bucket (List Objects)",
    method: "GET",
    target: "/?prefix=J&max-keys=2",
    headers: { "x-amz-content-sha256": emptyHash },
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
];

function checkExample({ method, target, headers, signature }: Example, nowMs = awsDateMs): void {
  const signed = {
    host: "examplebucket.s3.amazonaws.com",
    "x-amz-date": "20130524T000000Z",
    ...headers,
  };
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${awsAccessKey}/20130524/us-east-1/s3/aws4_request,` +
    `SignedHeaders=${Object.keys(signed)
      .sort((a, b) => (a < b ? -1 : 1))
      .join(";")},Signature=${signature}`;
  verifySignatureV4(
    {
      method,
      target,
      headers: new Map(Object.entries({ ...signed, authorization })),
      payload: { kind: "whole", bytes: Buffer.alloc(0) },
    },
    { accessKeys: new Map([[awsAccessKey, awsSecretKey]]), region: "us-east-1", nowMs },
  );
}

describe("Amazon's own examples", () => {
  test.for(examples)("the example $name is accepted", (example) => {
    expect(() => checkExample(example)).not.toThrow();
  });

  test.for(examples)("the example $name is refused when any part of it is changed", (example) => {
    const changed: Example[] = [
      { ...example, method: "HEAD" },
      { ...example, target: `${example.target}x` },
      { ...example, headers: { ...example.headers, "x-amz-content-sha256": "0".repeat(64) } },
      {
        ...example,
        signature: example.signature.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      },
    ];

    for (const other of changed) {
      expect(() => checkExample(other)).toThrow(
        expect.objectContaining({ code: "SignatureDoesNotMatch" }),
      );
    }
  });

  test.for([
    [-15 * 60_000, undefined],
    [15 * 60_000, undefined],
    [-15 * 60_000 - 1, "RequestTimeTooSkewed"],
    [15 * 60_000 + 1, "RequestTimeTooSkewed"],
  ] as const)("an example at a clock %d ms apart ends as %s", ([apartMs, code]) => {
    const codes = examples.map((example) => {
      try {
        checkExample(example, awsDateMs + apartMs);
        return undefined;
      } catch (error) {
        return (error as { code?: string }).code;
      }
    });

    expect(codes).toEqual(examples.map(() => code));
  });
});

describe("the canonical request", () => {
  test("the path is encoded once except its slashes, the query is sorted, and blanks of headers are folded", () => {
    const text = canonicalRequest({
      method: "GET",
      target: "/uploads//a+b%2fc/../%ED%95%9C!?b=2&a=%7e&b=1&c&a=+%2B",
      headers: new Map([
        ["host", " 127.0.0.1:1 "],
        ["x-amz-meta-a", "  one \t two\u00a0"],
      ]),
      signedHeaders: ["host", "x-amz-meta-a"],
      payloadHash: "UNSIGNED-PAYLOAD",
    });

    expect(text.split("\n")).toEqual([
      "GET",
      "/uploads//a%2Bb/c/../%ED%95%9C%21",
      "a=%20%2B&a=~&b=1&b=2&c=",
      "host:127.0.0.1:1",
      "x-amz-meta-a:one two\u00a0",
      "",
      "host;x-amz-meta-a",
      "UNSIGNED-PAYLOAD",
    ]);
  });
});

test("a repeated header has both values, joined by a comma", () => {
  const request = { rawHeaders: ["X-Amz-Meta-A", "1", "Host", "h", "x-amz-meta-a", "2"] };

  const headers = readHeaders(request as IncomingMessage);

  expect([...headers]).toEqual([
    ["x-amz-meta-a", "1,2"],
    ["host", "h"],
  ]);
});

describe("a refused request", () => {
  const nothing = { path: pathOf("nothing") };

  test.for([
    ["of another secret key", { secretKey: "another" }, 403, "SignatureDoesNotMatch"],
    ["of an unknown access key", { accessKey: "unknown" }, 403, "InvalidAccessKeyId"],
    ["of another region", { region: "us-east-1" }, 400, "AuthorizationHeaderMalformed"],
    ["of another service", { service: "sts" }, 400, "AuthorizationHeaderMalformed"],
    ["of another method", { method: "PUT" }, 403, "SignatureDoesNotMatch"],
    ["of another path", { path: "/uploads/other" }, 403, "SignatureDoesNotMatch"],
    ["of another query", { query: "x-id=PutObject" }, 403, "SignatureDoesNotMatch"],
    ["of another day", { date: "20200101" }, 403, "SignatureDoesNotMatch"],
    [
      "of headers out of order",
      { signedHeaders: "x-amz-date;host" },
      400,
      "AuthorizationHeaderMalformed",
    ],
    [
      "without x-amz-date signed",
      { signedHeaders: "host;x-amz-content-sha256" },
      403,
      "AccessDenied",
    ],
    [
      "without host signed",
      { signedHeaders: "x-amz-content-sha256;x-amz-date" },
      403,
      "AccessDenied",
    ],
    [
      "of a header that did not come",
      { signedHeaders: "host;range;x-amz-content-sha256;x-amz-date" },
      403,
      "SignatureDoesNotMatch",
    ],
  ] as const)("a signature %s is refused", async ([, signed, status, code]) => {
    const storage = await startStorageWorld();

    const reply = await storage.send({ ...nothing, signed });

    expect(reply).toMatchObject({ status, code });
    expect(reply.headers["content-type"]).toBe("application/xml");
    expect(reply.headers["x-amz-request-id"]).toMatch(/^[0-9A-F]{16}$/);
  });

  test("an unsigned x-amz header is refused", async () => {
    const storage = await startStorageWorld();

    const reply = await storage.send({ ...nothing, unsigned: { "x-amz-meta-more": "1" } });

    expect(reply).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("a body that is not the signed one is refused, and not stored", async () => {
    const storage = await startStorageWorld();
    const headers = { "x-amz-content-sha256": emptyHash };

    const reply = await storage.send({ method: "PUT", path: pathOf("a"), headers, body: "other" });

    expect(reply).toMatchObject({ status: 400, code: "XAmzContentSHA256Mismatch" });
    expect(await storage.control("/_/objects")).toEqual({ objects: [] });
    expect(storage.events).toEqual([]);
  });

  test.for([
    ["nothing", "InvalidArgument", 400],
    ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "NotImplemented", 501],
  ] as const)("an x-amz-content-sha256 of %s is refused", async ([hash, code, status]) => {
    const storage = await startStorageWorld();
    const headers = { "x-amz-content-sha256": hash };

    expect(await storage.send({ ...nothing, headers })).toMatchObject({ status, code });
  });

  test.for([
    ["", 400, "InvalidRequest"],
    ["AWS key:c2lnbmF0dXJl", 400, "InvalidRequest"],
    ["AWS4-HMAC-SHA256 nonsense", 400, "AuthorizationHeaderMalformed"],
    [
      "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
      400,
      "AuthorizationHeaderMalformed",
    ],
  ] as const)("the Authorization header %j is refused", async ([authorization, status, code]) => {
    const { port } = await startStorageWorld();

    const reply = await sendRaw({
      port,
      method: "GET",
      path: "/uploads/a",
      headers: { authorization },
    });

    expect(reply).toMatchObject({ status, code });
  });

  test("a request without a signature is refused, presigned ones too", async () => {
    const { port } = await startStorageWorld();

    for (const path of ["/uploads/a", "/uploads/a?X-Amz-Signature=00"]) {
      const reply = await sendRaw({ port, method: "GET", path, headers: {} });
      expect(reply).toMatchObject({ status: 403, code: "AccessDenied" });
    }
  });

  test("a request without a time or a hash in its headers is refused", async () => {
    const { port } = await startStorageWorld();
    const host = `127.0.0.1:${port}`;
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const ask = (headers: Record<string, string>) =>
      sendRaw({
        port,
        method: "GET",
        path: "/uploads/a",
        headers: { ...headers, authorization: authorize({ headers, date: date.slice(0, 8) }) },
      });

    expect(await ask({ host })).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(await ask({ host, "x-amz-date": date })).toMatchObject({
      status: 400,
      code: "InvalidRequest",
    });
  });

  test("a refusal holds no key, secret or signature, and the time of the emulator's clock", async () => {
    const nowMs = Date.parse("2026-01-02T03:04:05Z");
    const storage = await startStorageWorld({ now: () => nowMs });
    const [method, path] = ["GET", `/${bucket}/a`];
    const headers = {
      host: `127.0.0.1:${storage.port}`,
      "x-amz-content-sha256": emptyHash,
      "x-amz-date": "20260102T030405Z",
    };
    const wrong = authorize({ method, path, headers, secretKey: "another" });

    const reply = await sendRaw({
      port: storage.port,
      method,
      path,
      headers: { ...headers, authorization: wrong },
    });

    expect(reply.headers.date).toBe("Fri, 02 Jan 2026 03:04:05 GMT");
    const right = authorize({ method, path, headers });
    for (const secret of [accessKey, secretKey, wrong.slice(-64), right.slice(-64)]) {
      expect(reply.text).not.toContain(secret);
    }
  });
});

describe("the official client", () => {
  test("the official client must use the configured region", async () => {
    const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
    const storage = await startStorageWorld();
    const ask = (config: { region: string }) =>
      storage.client(config).send(new ListObjectsV2Command({ Bucket: bucket }));

    await expect(ask({ region })).resolves.toMatchObject({ KeyCount: 0 });
    await expect(ask({ region: "us-east-1" })).rejects.toMatchObject({
      name: "AuthorizationHeaderMalformed",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("the official client is refused with a wrong secret", async () => {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const credentials = { accessKeyId: accessKey, secretAccessKey: "wrong" };
    const client = (await startStorageWorld()).client({ credentials });

    await expect(
      client.send(new GetObjectCommand({ Bucket: bucket, Key: "a" })),
    ).rejects.toMatchObject({ name: "SignatureDoesNotMatch", $metadata: { httpStatusCode: 403 } });
  });

  test("the official client corrects a clock that is an hour behind by the Date of the refusal", async () => {
    const { HeadBucketCommand, ListObjectsV2Command } = await import("@aws-sdk/client-s3");
    const storage = await startStorageWorld({ now: () => Date.now() + 3_600_000 });
    const client = storage.client();

    await expect(client.send(new ListObjectsV2Command({ Bucket: bucket }))).rejects.toMatchObject({
      name: "RequestTimeTooSkewed",
      $metadata: { httpStatusCode: 403 },
    });
    await expect(client.send(new HeadBucketCommand({ Bucket: bucket }))).resolves.toBeDefined();
  });
});
