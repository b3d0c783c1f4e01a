import { GetObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { bucket, pathOf, startStorageWorld } from "../harness.ts";

describe("a part of an object", () => {
  // The examples follow https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2.
  test.for([
    ["bytes=0-1", "01", "bytes 0-1/10"],
    ["bytes=8-20", "89", "bytes 8-9/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=-20", "0123456789", "bytes 0-9/10"],
  ] as const)("the range %s is %s for the AWS SDK", async ([range, text, said]) => {
    const storage = await startStorageWorld();
    await storage.put("a", "0123456789");

    const got = await storage
      .client()
      .send(new GetObjectCommand({ Bucket: bucket, Key: "a", Range: range }));

    expect(await got.Body?.transformToString()).toBe(text);
    expect([got.ContentRange, got.ContentLength]).toEqual([said, text.length]);
  });

  test.for([
    ["bytes=10-12", 416, "InvalidRange"],
    ["bytes=3-2", 416, "InvalidRange"],
    ["bytes=0-1,4-5", 501, "NotImplemented"],
    ["lines=0-1", 501, "NotImplemented"],
  ] as const)("the range %s is refused with %i", async ([range, status, code]) => {
    const storage = await startStorageWorld();
    await storage.put("a", "0123456789");

    const reply = await storage.send({ path: pathOf("a"), headers: { range } });

    expect(reply).toMatchObject({ status, code });
  });
});
