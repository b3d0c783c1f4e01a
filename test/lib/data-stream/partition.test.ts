import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { murmur2, partitionOf } from "../../../lib/data-stream/partition.ts";

// Kafka's own unit test (UtilsTest.testMurmur2), the values that other clients' tests made with
// its Java client, and librdkafka's unittest_murmur2 as signed numbers.
const published: readonly (readonly [string | readonly number[], number])[] = [
  ["21", -973_932_308],
  ["foobar", -790_332_482],
  ["a-little-bit-long-string", -985_981_536],
  ["a-little-bit-longer-string", -1_486_304_829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971],
  [[0x61, 0x62, 0x63], 479_470_107],
  [[12, 42, 56, 24, 109, 111], 274_204_207],
  ["string-f-24-chars-length", 124_730_809],
  ["string-fo-25-chars-length", 1_269_511_650],
  ["string-foo-26-chars-length", 119_165_628],
  ["string-last-27-chars-length", 1_089_971_754],
  ["0", 971_027_396],
  ["1", -1_993_445_489],
  ["128", -326_012_175],
  ["2187", -1_508_407_203],
  ["16384", -325_739_742],
  ["78125", -1_654_490_814],
  ["279936", 1_462_227_128],
  ["823543", -2_014_198_330],
  ["2097152", 607_668_903],
  ["4782969", -1_182_699_775],
  ["10000000", -1_830_336_757],
  ["170859375", -1_658_323_481],
  ["100:48069", 1_009_543_857],
  ["kafka", -798_503_068],
  ["giberish123456789", -1_890_243_828],
  ["1234", -1_614_185_708],
  ["234", -406_844_982],
  ["34", -2_026_295_078],
  ["4", 1_514_888_353],
  ["PreAmbleWillBeRemoved,ThePrePartThatIs", 2_017_611_548],
  ["", 275_646_681],
];

// Made with a separate implementation in Python that agrees with every value above.
const korean = [
  ["주문", 1_004_645_367],
  ["주문-1234", 68_092_117],
  ["서울특별시/이미지 01.png", -241_935_303],
  ["🙂", 925_250_799],
] as const;

describe("murmur2", () => {
  test.for(published)("the hash of %j equals that of Kafka's client", ([key, hash]) => {
    const bytes = typeof key === "string" ? Buffer.from(key) : Buffer.from(key);

    expect(murmur2(bytes)).toBe(hash);
  });

  test.for(korean)("the hash of %s is computed over its UTF-8 bytes", ([key, hash]) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  test("the hash of any bytes is a signed 32-bit number", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const hash = murmur2(Buffer.from(bytes));
        expect(hash).toBe(hash | 0);
      }),
    );
  });
});

describe("the partition of a key", () => {
  // The hash without its sign bit, by the count: -790332482 & 0x7fffffff = 1357151166.
  test.for([
    ["foobar", 10, 6],
    ["foobar", 16, 14],
    ["foobar", 1, 0],
    ["21", 16, 12],
    ["", 4, 1],
    ["주문", 4, 3],
    ["주문", 16, 7],
    ["주문-1234", 3, 1],
    ["서울특별시/이미지 01.png", 16, 9],
    ["서울특별시/이미지 01.png", 3, 2],
  ] as const)("the key %s of %i partitions has the partition %i", ([key, count, partition]) => {
    expect(partitionOf(key, count)).toBe(partition);
  });

  test("a key has no partition if the topic's count is unknown", () => {
    expect(partitionOf("foobar", undefined)).toBeUndefined();
  });

  test("the partition is always one of the topic's", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.integer({ min: 1, max: 1024 }),
        (key, count) => {
          const partition = partitionOf(key, count);
          expect(Number.isInteger(partition)).toBe(true);
          expect(partition).toBeGreaterThanOrEqual(0);
          expect(partition).toBeLessThan(count);
        },
      ),
    );
  });

  test("some key has each partition", () => {
    const taken = new Set(Array.from({ length: 500 }, (_, n) => partitionOf(`key-${n}`, 16)));

    expect(taken.size).toBe(16);
  });
});
