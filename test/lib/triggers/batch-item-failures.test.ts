import { describe, expect, test } from "vitest";
import type { BatchItem, Mapping } from "../../../lib/model/function-definition.ts";
import type { RecordResult } from "../../../lib/model/result.ts";
import { findBatchItemFailures } from "../../../lib/triggers/batch-item-failures.ts";

const delivered: RecordResult = { kind: "delivered" };
const stored: RecordResult = { kind: "stored", reason: "STREAM_TIMEOUT", isFault: false };
const refused = { kind: "refused", code: "RECORD_REFUSED", reason: "" } as const;
const failed = { kind: "faulted", code: "STREAM_FORBIDDEN", reason: "" } as const;
const notAttempted: RecordResult = { kind: "notAttempted" };

function itemsOf(...names: readonly string[]): readonly BatchItem[] {
  return names.map((name) => {
    const [id = "", group] = name.split("@");
    return { id, group };
  });
}

function recordOf(batchItem: BatchItem | undefined) {
  const content = () => ({ id: "", data: { kind: "none" } as const, attributes: undefined });
  return { topic: undefined, partition: undefined, key: "", batchItem, content };
}

function failuresOf(batch: readonly BatchItem[], endings: readonly RecordResult[]) {
  return findBatchItemFailures({ batch, records: batch.map(recordOf), endings: [] }, { endings });
}

describe("the failed messages of a batch", () => {
  test("a message is failed unless it was delivered, stored or left out", () => {
    const items = itemsOf("a", "b", "c", "d", "e");

    expect(failuresOf(items, [delivered, stored, refused, failed, notAttempted])).toEqual([
      "c",
      "d",
      "e",
    ]);
  });

  test("a batch that was delivered has no failed message", () => {
    expect(failuresOf(itemsOf("a", "b"), [delivered, delivered])).toEqual([]);
  });

  test("a record without an ending counts as failed", () => {
    expect(failuresOf(itemsOf("a", "b"), [delivered])).toEqual(["b"]);
  });

  test("a failed message of a FIFO group fails all later messages of the group, and none of another", () => {
    const items = itemsOf("a@1", "b@2", "c@1", "d@1", "e@2");

    expect(failuresOf(items, [delivered, delivered, refused, delivered, delivered])).toEqual([
      "c",
      "d",
    ]);
  });

  test("a message that was left out after a failed one of its group fails too", () => {
    const batch = itemsOf("a@1", "b@1");
    const records = batch.slice(0, 1).map(recordOf);

    expect(findBatchItemFailures({ batch, records, endings: [] }, { endings: [failed] })).toEqual([
      "a",
      "b",
    ]);
  });

  test("a message with several records is failed, once, if one of them is", () => {
    const [one, other] = itemsOf("a", "b") as [BatchItem, BatchItem];
    const records = [one, one, one, other].map(recordOf);
    const endings = [delivered, failed, failed, delivered];

    expect(
      findBatchItemFailures({ batch: [one, other], records, endings: [] }, { endings }),
    ).toEqual(["a"]);
  });

  test("the endings of refused bodies follow those of the records", () => {
    const [one, other] = itemsOf("a", "b") as [BatchItem, BatchItem];
    const refusedBody = {
      ...{ source: "bucket", contentType: "", body: () => "", refusal: refused },
      batchItem: one,
    };
    const mapping: Mapping = {
      batch: [one, other],
      records: [recordOf(other)],
      refusedBodies: [refusedBody],
      endings: [],
    };

    expect(findBatchItemFailures(mapping, { endings: [delivered, refused] })).toEqual(["a"]);
    expect(findBatchItemFailures(mapping, { endings: [delivered, stored] })).toEqual([]);
  });

  test("an event that is no batch has no list", () => {
    expect(findBatchItemFailures({ records: [], endings: [] }, { endings: [] })).toBeUndefined();
  });

  test("a failed part that belongs to no message leaves no list, so that the whole batch fails", () => {
    const batch = itemsOf("a");

    expect(
      findBatchItemFailures(
        { batch, records: [recordOf(undefined)], endings: [] },
        { endings: [failed] },
      ),
    ).toBeUndefined();
    expect(
      findBatchItemFailures({ batch, records: [], endings: [refused] }, { endings: [] }),
    ).toBeUndefined();
  });
});
