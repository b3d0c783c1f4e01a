import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodies } from "../../../support/bytes.ts";
import { bucket, pathOf, startStorageWorld } from "../harness.ts";

const keys = [
  "plain.txt",
  "a b  c.txt",
  " leading and trailing ",
  "1+1=2.txt",
  "100%.txt",
  "%41%2F+%zz",
  "서울/고양이 사진.jpg",
  "deep/er/than/this",
  "//double//slashes//",
  "slash at the end/",
  "!'()*~$&,:;=@#?[]\"<>|\\^`{}",
  "emoji-😀-\u{10ffff}",
];

describe("the official client", () => {
  test.for(keys)("the official client puts, reads and deletes %j", async (Key) => {
    const storage = await startStorageWorld();
    const client = storage.client();
    const of = { Bucket: bucket, Key };

    await client.send(new PutObjectCommand({ ...of, Body: `content of ${Key}` }));
    const got = await client.send(new GetObjectCommand(of));
    const text = await got.Body?.transformToString();
    const listed = await storage.control(`/_/objects?bucket=${bucket}`);
    await client.send(new DeleteObjectCommand(of));

    expect(text).toBe(`content of ${Key}`);
    expect(listed).toMatchObject({ objects: [{ bucket, key: Key }] });
    await expect(client.send(new GetObjectCommand(of))).rejects.toMatchObject({
      name: "NoSuchKey",
      $metadata: { httpStatusCode: 404 },
    });
  });

  test("a GET has type, encoding and metadata, and the ETag and time of the content", async () => {
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    const client = (await startStorageWorld({ now: () => nowMs })).client();
    const of = { Bucket: bucket, Key: "a.json.gz" };
    const about = {
      ContentType: "application/json; charset=utf-8",
      ContentEncoding: "gzip",
      CacheControl: "no-store",
      Metadata: { source: "github", "two-words": "a  b" },
    };

    const put = await client.send(new PutObjectCommand({ ...of, ...about, Body: "{}" }));
    const head = await client.send(new HeadObjectCommand(of));

    expect(put.ETag).toBe(`"${createHash("md5").update("{}").digest("hex")}"`);
    expect(head).toMatchObject({
      ...about,
      ETag: put.ETag,
      ContentLength: 2,
      LastModified: new Date(nowMs),
    });
  });

  test("a stream of known length arrives as aws-chunked and is decoded", async () => {
    const client = (await startStorageWorld()).client();
    const of = { Bucket: bucket, Key: "streamed" };
    const parts = [Buffer.alloc(70_000, "a"), Buffer.from([0, 13, 10, 255]), Buffer.alloc(1, "z")];
    const content = Buffer.concat(parts);

    await client.send(
      new PutObjectCommand({ ...of, Body: Readable.from(parts), ContentLength: content.length }),
    );
    const got = await client.send(new GetObjectCommand(of));

    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(content);
    expect(got.ContentEncoding).toBeUndefined();
  });

  test("an object is overwritten, and a missing one is deleted without an error", async () => {
    const client = (await startStorageWorld()).client();
    const of = { Bucket: bucket, Key: "a" };
    await client.send(new PutObjectCommand({ ...of, Body: "first" }));
    await client.send(new PutObjectCommand({ ...of, Body: "second" }));

    const got = await client.send(new GetObjectCommand(of));
    const deleted = await client.send(new DeleteObjectCommand({ ...of, Key: "none" }));

    expect(await got.Body?.transformToString()).toBe("second");
    expect(deleted.$metadata.httpStatusCode).toBe(204);
  });

  test("a HEAD of a missing object gets 404 without a body", async () => {
    const client = (await startStorageWorld()).client();

    await expect(
      client.send(new HeadObjectCommand({ Bucket: bucket, Key: "none" })),
    ).rejects.toMatchObject({ name: "NotFound", $metadata: { httpStatusCode: 404 } });
  });

  test("a missing bucket is named", async () => {
    const client = (await startStorageWorld()).client();
    const command = new PutObjectCommand({ Bucket: "unknown", Key: "a", Body: "a" });

    await expect(client.send(command)).rejects.toMatchObject({
      name: "NoSuchBucket",
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe("arbitrary names and content", () => {
  test("any content comes back byte for byte under any key of UTF-8", async () => {
    const storage = await startStorageWorld();
    const key = fc.string({ unit: "binary", minLength: 1, maxLength: 200 });

    await fc.assert(
      fc.asyncProperty(key, bodies, async (name, body) => {
        const put = await storage.put(name, body);
        const got = await storage.get(name);

        expect([put.status, got.status]).toEqual([200, 200]);
        expect(got.bytes.equals(body)).toBe(true);
        expect(got.headers["content-length"]).toBe(String(body.length));
      }),
      { numRuns: 150 },
    );
  });

  test("any path is an object's name or an error of S3, and never a failure", async () => {
    const storage = await startStorageWorld();
    const percent = (byte: number) => {
      const text = String.fromCharCode(byte);
      return /[\w.~/-]/.test(text) ? text : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    };
    const utf8 = new TextDecoder("utf-8", { fatal: true });
    const isUtf8 = (bytes: Uint8Array) => {
      try {
        return utf8.decode(bytes) !== undefined;
      } catch {
        return false;
      }
    };

    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (bytes) => {
        const path = `/${bucket}/${[...bytes].map(percent).join("")}`;

        const reply = await storage.send({ path });

        expect(reply.code).toBe(isUtf8(bytes) ? "NoSuchKey" : "InvalidURI");
      }),
      { numRuns: 150 },
    );
  });
});

describe("a PUT", () => {
  const sum = (text: string) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(text));
    return bytes.toString("base64");
  };

  test.for([
    ["x-amz-checksum-crc32", sum("content")],
    ["x-amz-checksum-sha256", createHash("sha256").update("content").digest("base64")],
    ["x-amz-checksum-sha1", createHash("sha1").update("content").digest("base64")],
    ["content-md5", createHash("md5").update("content").digest("base64")],
  ] as const)("a PUT is held to its %s", async ([name, right]) => {
    const storage = await startStorageWorld();
    const ask = { method: "PUT", path: pathOf("a"), headers: { [name]: right } };

    expect(await storage.send({ ...ask, body: "content" })).toMatchObject({ status: 200 });
    expect(await storage.send({ ...ask, body: "Content" })).toMatchObject({
      status: 400,
      code: "BadDigest",
    });
  });

  test.for([
    ["whole", `7\r\ncontent\r\n0\r\nx-amz-checksum-crc32:${sum("content")}\r\n\r\n`, 200],
    ["without a trailer", "3\r\ncon\r\n4\r\ntent\r\n0\r\n\r\n", 200],
    [
      "with another sum",
      `7\r\ncontent\r\n0\r\nx-amz-checksum-crc32:${sum("x")}\r\n\r\n`,
      "BadDigest",
    ],
    ["of another length", "8\r\ncontent!\r\n0\r\n\r\n", "IncompleteBody"],
    ["cut in a chunk", "7\r\ncont", "IncompleteBody"],
    ["cut before its end", "7\r\ncontent\r\n", "IncompleteBody"],
    ["with bytes after its end", "7\r\ncontent\r\n0\r\n\r\nmore", "IncompleteBody"],
    ["with a size that is no number", "x\r\ncontent\r\n0\r\n\r\n", "IncompleteBody"],
    ["not framed", "content", "IncompleteBody"],
    ["empty", "", "IncompleteBody"],
  ] as const)(
    "a PUT framed as aws-chunked, %s, gets its documented response",
    async ([, body, expected]) => {
      const storage = await startStorageWorld();
      const headers = {
        "content-encoding": "aws-chunked",
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "7",
      };

      const reply = await storage.send({ method: "PUT", path: pathOf("a"), headers, body });

      expect(reply.code ?? reply.status).toBe(expected);
      const got = await storage.get("a");
      expect(got.code ?? got.text).toBe(expected === 200 ? "content" : "NoSuchKey");
    },
  );

  test("a PUT may leave its body unsigned", async () => {
    const storage = await startStorageWorld();
    const headers = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };

    const reply = await storage.send({
      method: "PUT",
      path: pathOf("a"),
      headers,
      body: "content",
    });

    expect(reply.status).toBe(200);
    expect((await storage.get("a")).text).toBe("content");
  });
});

describe("unsupported requests", () => {
  test.for([
    ["PUT", "if-none-match", "*"],
    ["PUT", "x-amz-copy-source", "/uploads/b"],
    ["GET", "if-match", '"etag"'],
  ] as const)("a %s with %s is refused", async ([method, name, value]) => {
    const storage = await startStorageWorld();

    const reply = await storage.send({ method, path: pathOf("a"), headers: { [name]: value } });

    expect(reply).toMatchObject({ status: 501, code: "NotImplemented" });
  });

  test.for([
    ["GET", "/uploads/a", "acl="],
    ["PUT", "/uploads/a", "partNumber=1&uploadId=1"],
    ["GET", "/uploads", ""],
    ["GET", "/uploads", "lifecycle="],
    ["GET", "/uploads/", "list-type=2&versions="],
  ] as const)("the request %s %s?%s is refused", async ([method, path, query]) => {
    const storage = await startStorageWorld();

    expect(await storage.send({ method, path, query })).toMatchObject({ code: "NotImplemented" });
  });

  test.for([
    ["POST", "/uploads/a"],
    ["PUT", "/uploads"],
    ["DELETE", "/uploads"],
  ] as const)("the request %s %s is refused", async ([method, path]) => {
    const storage = await startStorageWorld();

    expect(await storage.send({ method, path })).toMatchObject({
      status: 405,
      code: "MethodNotAllowed",
    });
  });

  test.for(["/uploads/%", "/uploads/%zz", "/uploads/%FF"])(
    "the path %s is refused",
    async (path) => {
      const storage = await startStorageWorld();

      expect(await storage.send({ path })).toMatchObject({ status: 400, code: "InvalidURI" });
    },
  );
});
