import { expect, test } from "vitest";
import { createScopes } from "../../../lib/dead-letters/stream.ts";
import { createDeliveryQueue } from "../../../lib/delivery/delivery-queue.ts";
import type { RecordResult } from "../../../lib/model/result.ts";
import { createHarness, startMs } from "../../support/harness.ts";

const limits = {
  deadlineMs: startMs + 60_000,
  ...{ attemptsMax: 1, attemptTimeoutMs: 3_000, concurrency: 1 },
  takeNext: "shift" as const,
};
const made = {
  isProduced: true,
  uncertain: false,
  neverSent: false,
  freeRetry: undefined,
} as const;

const foreign = {
  ...({ kind: "unavailable", code: "STREAM_FOREIGN_REFUSAL", reason: "" } as const),
  retryAfterMs: undefined,
};

/** Adds a record for each letter, its key, and tells how each ended; capitals get a proxy's refusal. */
async function run(keys: string, sent: string[] = []): Promise<readonly RecordResult["kind"][]> {
  const { effects } = createHarness();
  const produce = async ({ key }: { readonly key: string }) => {
    sent.push(key);
    return { ...made, verdict: /[A-Z]/.test(key) ? foreign : ({ kind: "delivered" } as const) };
  };
  const queue = createDeliveryQueue(limits, { produce, effects }, createScopes());
  const records = [...keys].map((key) => ({ topic: "orders", key }));
  return (await Promise.all(records.map(queue.add))).map(({ kind }) => kind);
}

// Design 7: a foreign 400 or 413 stops its key only; three in a row without an acknowledgement the run.
test("a refusal that is not the API's stops its key and no other", async () => {
  expect(await run("AabAcA")).toEqual([
    ...["unavailable", "delivered", "delivered", "notAttempted", "delivered", "notAttempted"],
  ]);
});

test("two of them in a row do not stop the run", async () => {
  expect((await run("ABcDEf")).filter((kind) => kind === "delivered")).toHaveLength(2);
});

test("three of them in a row stop it", async () => {
  const kinds = await run("ABCdefgh");

  expect(kinds.filter((kind) => kind === "unavailable")).toHaveLength(3);
  expect(kinds.slice(3)).toEqual(Array(5).fill("notAttempted"));
});

test("keys go out in the order in which they came", async () => {
  const sent: string[] = [];
  await run("abcdefgh", sent);

  expect(sent.join("")).toBe("abcdefgh");
});

test.for([
  ["STREAM_NOT_FOUND", "topic"],
  ["STREAM_FORBIDDEN", "run"],
  ["STREAM_UNAUTHENTICATED", "run"],
  ["STREAM_REJECTED", "run"],
  ["STREAM_REDIRECTED", "run"],
  ["STORAGE_REJECTED", "run"],
  ["UNEXPECTED", "run"],
] as const)("a record that ends with %s stops its %s", ([code, scope]) => {
  expect(createScopes()({ kind: "faulted", code, reason: "" })).toBe(scope);
});

test("a record whose partition is not there stops its topic", () => {
  const ending = { kind: "faulted", code: "STREAM_REJECTED", reason: "" } as const;

  expect(createScopes()({ ...ending, lacksPartition: true })).toBe("topic");
});
