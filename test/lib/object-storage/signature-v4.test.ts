import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { HttpRequest } from "../../../lib/effects/transport.ts";
import { sha256Hex } from "../../../lib/encoding/sha256.ts";
import { createKeyPair } from "../../../lib/model/key-pair.ts";
import { createStorageClient } from "../../../lib/object-storage/client.ts";
import { listObjects, putObject } from "../../../lib/object-storage/operations.ts";
import {
  percentEncode,
  type SigningRequest,
  toAmzDate,
  toAuthorization,
  toCanonicalQuery,
  toCanonicalRequest,
  toStringToSignV4,
} from "../../../lib/object-storage/signature-v4.ts";
import { createSigningClocks } from "../../../lib/signing/clock-skew.ts";
import { answer } from "../../support/harness.ts";
import { secretsInUse } from "../../support/spoken.ts";

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function toRequest(of: {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHash?: string;
}): SigningRequest {
  const { method = "GET", path = "/", query = {}, headers, bodyHash = emptyHash } = of;
  const [pairs, lines] = [Object.entries(query), Object.entries(headers)];
  return { method, path, query: new Map(pairs), headers: new Map(lines), bodyHash };
}

// docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Examples: Signature
// Calculations".
describe("the example of Amazon S3's documentation", () => {
  const keys = createKeyPair("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  const scope = { region: "us-east-1", service: "s3", timestampMs: Date.UTC(2013, 4, 24) };
  const host = "examplebucket.s3.amazonaws.com";
  const date = "20130524T000000Z";
  const common = { host, "x-amz-content-sha256": emptyHash, "x-amz-date": date };
  const commonLines = `host:${host}\nx-amz-content-sha256:${emptyHash}\nx-amz-date:${date}\n\n`;
  const commonNames = "host;x-amz-content-sha256;x-amz-date";
  const welcomeHash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";

  test.for([
    {
      name: "GET Object",
      request: { path: "/test.txt", headers: { ...common, range: "bytes=0-9" } },
      canonical:
        `GET\n/test.txt\n\nhost:${host}\nrange:bytes=0-9\nx-amz-content-sha256:${emptyHash}\n` +
        `x-amz-date:${date}\n\nhost;range;x-amz-content-sha256;x-amz-date\n${emptyHash}`,
      hash: "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
      names: "host;range;x-amz-content-sha256;x-amz-date",
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    },
    {
      name: "PUT Object",
      request: {
        method: "PUT",
        path: `/${percentEncode("test$file.text")}`,
        headers: {
          ...common,
          date: "Fri, 24 May 2013 00:00:00 GMT",
          "x-amz-storage-class": "REDUCED_REDUNDANCY",
          "x-amz-content-sha256": welcomeHash,
        },
        bodyHash: sha256Hex("Welcome to Amazon S3."),
      },
      canonical:
        `PUT\n/test%24file.text\n\ndate:Fri, 24 May 2013 00:00:00 GMT\nhost:${host}\n` +
        `x-amz-content-sha256:${welcomeHash}\nx-amz-date:${date}\n` +
        "x-amz-storage-class:REDUCED_REDUNDANCY\n\n" +
        `date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class\n${welcomeHash}`,
      hash: "9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d",
      names: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    },
    {
      name: "GET Bucket Lifecycle",
      request: { query: { lifecycle: "" }, headers: common },
      canonical: `GET\n/\nlifecycle=\n${commonLines}${commonNames}\n${emptyHash}`,
      hash: "9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca",
      names: commonNames,
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    },
    {
      name: "Get Bucket (List Objects)",
      request: { query: { prefix: "J", "max-keys": "2" }, headers: common },
      canonical: `GET\n/\nmax-keys=2&prefix=J\n${commonLines}${commonNames}\n${emptyHash}`,
      hash: "df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7",
      names: commonNames,
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    },
  ])(
    "the signature of $name is the documented one",
    ({ request, canonical, hash, names, signature }) => {
      const signable = toRequest(request);

      expect(toCanonicalRequest(signable)).toBe(canonical);
      expect(toStringToSignV4(canonical, scope)).toBe(
        `AWS4-HMAC-SHA256\n${date}\n20130524/us-east-1/s3/aws4_request\n${hash}`,
      );
      expect(toAuthorization(signable, scope, keys)).toBe(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " +
          `SignedHeaders=${names}, Signature=${signature}`,
      );
    },
  );

  test("the signing key of another day or region is not used again", () => {
    const request = toRequest({ path: "/test.txt", headers: { ...common, range: "bytes=0-9" } });
    const documented = /f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/;
    const nextDay = { ...scope, timestampMs: Date.UTC(2013, 4, 25) };

    for (const other of [nextDay, { ...scope, region: "kr-standard" }]) {
      expect(toAuthorization(request, other, keys)).not.toMatch(documented);
      expect(toAuthorization(request, scope, keys)).toMatch(documented);
    }
  });
});

// github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite/v4/<name>/header-signed-request.txt.
describe("the case of AWS's own test suite", () => {
  const keys = createKeyPair("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  const instant = { timestampMs: Date.UTC(2015, 7, 30, 12, 36) };
  const scope = { region: "us-east-1", service: "service", ...instant };
  const headers = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" };
  const unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  test.for([
    ["get-vanilla", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "get-vanilla-empty-query-key",
      { query: { Param1: "value1" } },
      "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ],
    [
      "get-vanilla-query-order-key-case",
      { query: { Param2: "value2", Param1: "value1" } },
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    [
      "get-vanilla-query-order-encoded",
      { query: { "Param-3": "Value3", Param: "Value2", ሴ: "Value1" } },
      "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
    ],
    [
      "get-vanilla-query-unreserved",
      { query: { [unreserved]: unreserved } },
      "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ],
    [
      "get-vanilla-utf8-query",
      { query: { ሴ: "bar" } },
      "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    ],
    [
      "get-utf8",
      { path: `/${percentEncode("ሴ")}` },
      "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
    ],
    [
      "get-unreserved",
      { path: `/${percentEncode(unreserved)}` },
      "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ],
    [
      "get-space-unnormalized",
      { path: `/${percentEncode("example space")}/` },
      "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    ],
    [
      "get-slashes-unnormalized",
      { path: "//example//" },
      "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5",
    ],
    [
      "get-header-value-trim",
      { headers: { "my-header2": ' "a   b   c"', "my-header1": " value1", ...headers } },
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ],
    [
      "post-vanilla-query",
      { method: "POST", query: { Param1: "value1" } },
      "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    ],
  ] as const)("the case %s has its signature", ([, request, signature]) => {
    const authorization = toAuthorization(toRequest({ headers, ...request }), scope, keys);

    expect(authorization.slice(-64)).toBe(signature);
  });
});

// docs.aws.amazon.com/general/latest/gr/sigv4-create-canonical-request.html: a name that begins
// with the uppercase letter F precedes one that begins with a lowercase letter b.
test("a query is sorted by code point", () => {
  const query = new Map(["b", "F", "~", "_", "B", "가"].map((name) => [name, ""]));

  expect(toCanonicalQuery(query)).toBe("%EA%B0%80=&B=&F=&_=&b=&~=");
});

describe("any request to a bucket", () => {
  type Sent = {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly headers: Readonly<Record<string, string>>;
  };
  const [accessKeyId, secretAccessKey] = ["access", secretsInUse.ncloudSecretKey];
  const seen: { sdk?: Sent; ours?: HttpRequest } = {};
  const [endpoint, region, keys] = [
    "https://kr.object.example",
    "kr-standard",
    createKeyPair(accessKeyId, secretAccessKey),
  ];
  /** Stops the SDK before it sends. */
  const client = new S3Client({
    ...{ endpoint, region, forcePathStyle: true, maxAttempts: 1 },
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: {
      handle: (request: Sent) => {
        seen.sdk = request;
        return Promise.reject(new Error("not sent"));
      },
    },
  });
  afterAll(() => client.destroy());
  const ask = createStorageClient(
    { endpoint, region, keys },
    {
      clock: createSigningClocks(() => 0)(),
      transport: (request) => {
        seen.ours = request;
        return Promise.resolve(answer(404));
      },
    },
    () => 1_000,
  );

  /** Signs the SDK's request with our code. */
  function signAnew({ method, path, query, headers }: Sent, bodyHash: string): string {
    const names = /SignedHeaders=([^,]*)/.exec(headers["authorization"] ?? "")?.[1] ?? "";
    const signed = Object.fromEntries(names.split(";").map((name) => [name, headers[name] ?? ""]));
    const date = (headers["x-amz-date"] ?? "").replace(/^(....)(..)(..T..)(..)/, "$1-$2-$3:$4:");
    const scope = { region, service: "s3", timestampMs: Date.parse(date) };
    expect(toAmzDate(scope.timestampMs)).toBe(headers["x-amz-date"]);
    const request = toRequest({ method, path, query, headers: signed, bodyHash });
    return toAuthorization(request, scope, keys);
  }

  const characters = fc.oneof(
    fc.constantFrom(..." +%/&=?#:;@$,!*'()~._-\\\"<>|^`{}[]\t\n가é"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  );
  const texts = fc.string({ unit: characters, minLength: 1, maxLength: 30 });
  /** A URL cannot hold "." and ".." as segments. */
  const names = texts.filter((name) => !name.split("/").some((part) => /^\.\.?$/.test(part)));
  const bodies = fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array());

  test("the AWS SDK signs an object's name and body as we do, and sends it to the same path", async () => {
    await fc.assert(
      fc.asyncProperty(names, bodies, async (name, body) => {
        const object = { Bucket: "bucket", Key: name };
        await client.send(new PutObjectCommand({ ...object, Body: body })).catch(() => {});
        const { sdk } = seen;
        await putObject(ask, { bucket: "bucket", name }, body);

        expect(sdk && signAnew(sdk, sha256Hex(body))).toBe(sdk?.headers["authorization"]);
        expect(sdk?.headers["x-amz-content-sha256"]).toBe(sha256Hex(body));
        expect(seen.ours?.url.pathname).toBe(sdk?.path);
        expect(String(seen.ours?.headers)).toContain("/19700101/kr-standard/s3/aws4_request,");
      }),
    );
  });

  test("the AWS SDK signs a listing's query as we do", async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, async (prefix, after) => {
        const query = { Bucket: "bucket", Prefix: prefix, StartAfter: after, MaxKeys: 7 };
        await client
          .send(new ListObjectsV2Command({ ...query, EncodingType: "url" }))
          .catch(() => {});
        const { sdk } = seen;
        const from = { kind: "after", value: after } as const;
        await listObjects(ask, { bucket: "bucket", prefix, from, max: 7 });

        expect(sdk && signAnew(sdk, emptyHash)).toBe(sdk?.headers["authorization"]);
        expect(Object.fromEntries(seen.ours?.url.searchParams ?? [])).toEqual(sdk?.query);
        expect(seen.ours?.url.search).toBe(
          `?${toCanonicalQuery(new Map(Object.entries(sdk?.query ?? {})))}`,
        );
        expect([sdk?.path, seen.ours?.url.pathname]).toEqual(["/bucket/", "/bucket/"]);
      }),
    );
  });

  test("an encoded text is decoded by decodeURIComponent and has unreserved characters only", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(percentEncode(text)).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+$/);
        expect(decodeURIComponent(percentEncode(text))).toBe(text);
      }),
    );
  });
});
