import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StorageWorld } from "../harness.ts";
import { bucket, encode, startStorageWorld } from "../harness.ts";

async function worldWith(keys: readonly string[]): Promise<StorageWorld> {
  const storage = await startStorageWorld();
  for (const key of keys) {
    await storage.put(key, key);
  }
  return storage;
}

async function list(storage: StorageWorld, asked: Partial<ListObjectsV2CommandInput> = {}) {
  const client = storage.client();
  const answer = await client.send(new ListObjectsV2Command({ Bucket: bucket, ...asked }));
  return {
    ...answer,
    keys: (answer.Contents ?? []).map(({ Key }) => Key),
    prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
  };
}

function inUtf8Order(keys: readonly string[]): readonly string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

describe("a list", () => {
  test("a list is in the order of UTF-8 bytes, which is not that of UTF-16", async () => {
    const storage = await worldWith(["\u{1f600}", "\uffe6", "b", "B", "a/b", "a", "a-b", "서울"]);

    const { keys } = await list(storage);

    expect(keys).toEqual(["B", "a", "a-b", "a/b", "b", "서울", "\uffe6", "\u{1f600}"]);
  });

  test("a list has size, ETag and time of each object", async () => {
    const nowMs = Date.now();
    const storage = await startStorageWorld({ now: () => nowMs });
    const { headers } = await storage.put("a", "four");

    const { Contents, KeyCount, MaxKeys, IsTruncated, Name } = await list(storage);

    expect(Contents).toEqual([
      {
        Key: "a",
        Size: 4,
        ETag: headers.etag,
        LastModified: new Date(nowMs),
        StorageClass: "STANDARD",
      },
    ]);
    expect({ KeyCount, MaxKeys, IsTruncated, Name }).toEqual({
      KeyCount: 1,
      MaxKeys: 1000,
      IsTruncated: false,
      Name: bucket,
    });
  });

  test("a list of a prefix begins after the named key", async () => {
    const storage = await worldWith(["a", "b/1", "b/2", "b/3", "c"]);

    const answer = await list(storage, { Prefix: "b/", StartAfter: "b/1" });

    expect(answer).toMatchObject({ keys: ["b/2", "b/3"], Prefix: "b/", StartAfter: "b/1" });
  });

  test("a list with a delimiter holds a common prefix once, also across pages", async () => {
    const storage = await worldWith(["a", "b/1", "b/2", "b/3", "c/1", "d", "한/글"]);

    const whole = await list(storage, { Delimiter: "/" });
    const first = await list(storage, { Delimiter: "/", MaxKeys: 2 });
    const second = await list(storage, {
      Delimiter: "/",
      MaxKeys: 2,
      ContinuationToken: first.NextContinuationToken,
    });

    expect(whole).toMatchObject({ keys: ["a", "d"], prefixes: ["b/", "c/", "한/"], KeyCount: 5 });
    expect(first).toMatchObject({ keys: ["a"], prefixes: ["b/"], KeyCount: 2, IsTruncated: true });
    expect(second).toMatchObject({ keys: ["d"], prefixes: ["c/"], IsTruncated: true });
  });

  test("a list with a delimiter inside a prefix shows the keys directly below it", async () => {
    const storage = await worldWith(["b/1", "b/c/1", "b/c/2", "b/d"]);

    expect(await list(storage, { Delimiter: "/", Prefix: "b/" })).toMatchObject({
      keys: ["b/1", "b/d"],
      prefixes: ["b/c/"],
    });
  });

  test("a list of no keys is empty and not truncated", async () => {
    const storage = await worldWith(["a"]);

    expect(await list(storage, { MaxKeys: 0 })).toMatchObject({
      keys: [],
      KeyCount: 0,
      IsTruncated: false,
    });
  });

  test("a page has at most 1000 keys, and 2001 keys take three pages", async () => {
    const storage = await worldWith(Array.from({ length: 2001 }, (_, index) => `key-${index}`));
    const pages: number[] = [];
    const seen: (string | undefined)[] = [];

    const config = { client: storage.client(), pageSize: 5000 };
    for await (const page of paginateListObjectsV2(config, { Bucket: bucket })) {
      pages.push(page.KeyCount ?? 0);
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }

    expect(pages).toEqual([1000, 1000, 1]);
    expect(seen).toEqual(inUtf8Order(Array.from({ length: 2001 }, (_, index) => `key-${index}`)));
  }, 120_000);

  test("a list without an encoding escapes the characters of XML", async () => {
    const key = "a&b<c>'\"\t\n d";
    const storage = await worldWith([key]);

    expect(await list(storage)).toMatchObject({ keys: [key] });
  });

  test("a list with encoding-type url has form-encoded keys, and blanks as plus signs", async () => {
    const storage = await worldWith(["a b+c/%\u0001한"]);

    const answer = await list(storage, { EncodingType: "url", StartAfter: "a a", Delimiter: "//" });

    expect(answer).toMatchObject({
      keys: ["a+b%2Bc/%25%01%ED%95%9C"],
      EncodingType: "url",
      StartAfter: "a+a",
      Delimiter: "//",
    });
  });
});

test("pages of any size hold every key once, whatever its characters", async () => {
  const key = fc.string({
    unit: fc.constantFrom("a", "/", " ", "+", "%", "한", "\u{1f600}", "\uffff"),
  });
  const keys = fc.uniqueArray(
    key.filter((text) => text !== ""),
    { minLength: 1, maxLength: 12 },
  );

  await fc.assert(
    fc.asyncProperty(
      keys,
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (names, size, groups) => {
        const storage = await worldWith(names);
        const seen: string[] = [];
        let token: string | undefined;
        do {
          const page = await list(storage, {
            MaxKeys: size,
            EncodingType: "url",
            ...(groups && { Delimiter: "/" }),
            ...(token !== undefined && { ContinuationToken: token }),
          });
          seen.push(...[...page.keys, ...page.prefixes].map(decode));
          expect(page.KeyCount).toBeLessThanOrEqual(size);
          token = page.NextContinuationToken;
        } while (token !== undefined);

        const group = (name: string) => /^[^/]*\//.exec(name)?.[0] ?? name;
        const expected = groups ? [...new Set(names.map(group))] : names;
        expect(inUtf8Order(seen)).toEqual(inUtf8Order(expected));
        await storage.close();
      },
    ),
    { numRuns: 40 },
  );
});

function decode(text: string | undefined): string {
  return decodeURIComponent((text ?? "").replaceAll("+", " "));
}

describe("a refused list", () => {
  test.for([
    ["max-keys=-1", "InvalidArgument"],
    ["max-keys=x", "InvalidArgument"],
    ["encoding-type=base64", "InvalidArgument"],
    ["continuation-token=", "InvalidArgument"],
    ["continuation-token=nonsense", "InvalidArgument"],
    [`continuation-token=${encode("a2V5OmE=")}`, "InvalidArgument"],
    ["prefix=a&prefix=b", "InvalidArgument"],
    ["prefix=%FF", "InvalidURI"],
  ] as const)("a list with %s is refused as %s", async ([parameter, code]) => {
    const storage = await startStorageWorld();
    const query = [...parameter.split("&"), "list-type=2"].sort().join("&");

    expect(await storage.send({ path: `/${bucket}`, query })).toMatchObject({ status: 400, code });
  });

  test("a list of an unknown bucket is refused", async () => {
    const storage = await startStorageWorld();

    expect(await storage.send({ path: "/unknown", query: "list-type=2" })).toMatchObject({
      status: 404,
      code: "NoSuchBucket",
    });
  });
});
