import type { Dice } from "./dice.ts";
import type { ExpectedRecord } from "./expected-records.ts";
import type { WorkloadEvent } from "./ledger.ts";

type Bag = Readonly<Record<string, unknown>>;
export type EventCall = WorkloadEvent & { readonly event: Bag };

const photos = ["albums/a b.jpg", "albums/e.jpg", "u/1.png", "o.txt"] as const;

/** Draws a bucket's notification of one or more objects, in the form of S3. */
export function drawNotification(dice: Dice, n: number): EventCall {
  const drawn = Array.from({ length: dice.between(1, 10) }, (_, index) =>
    dice.chance(0.03) ? drawForeign(n, index) : drawEntry(dice, n, index),
  );
  return {
    ...{ n, source: "bucket", bad: undefined, signsTime: false, secrets: [], tries: 0 },
    expected: drawn.map(({ recordId }) => recordId),
    event: { Records: drawn.map(({ entry }) => entry) },
  };
}

/** Draws an entry that is not a bucket's. It makes no record and is set aside. */
function drawForeign(n: number, index: number) {
  const recordId = `mark-${n}-${index}-poison`;
  const entry = { eventSource: "aws:sqs", messageId: recordId };
  const one: ExpectedRecord = {
    ...{ recordId, topic: "orders", key: recordId, text: JSON.stringify(entry) },
    ...{ poison: true, large: false },
  };
  return { recordId: one, entry };
}

function drawEntry(dice: Dice, n: number, index: number) {
  const name = dice.oneOf(photos);
  const poison = dice.chance(0.03);
  const recordId = `mark-${n}-${index}${poison ? "-poison" : ""}`;
  const entry = {
    ...{ eventSource: "aws:s3", awsRegion: "kr", eventName: "ObjectCreated:Put" },
    eventTime: "2023-11-14T22:13:20.000Z",
    responseElements: { "x-amz-request-id": recordId },
    s3: { bucket: { name: "photos" }, object: { key: encodeURIComponent(name), size: index } },
  };
  const key = `photos/${name}`;
  const text = JSON.stringify(entry);
  const one: ExpectedRecord = { recordId, topic: "orders", key, text, poison, large: false };
  return { recordId: one, entry };
}

const minuteMs = 60_000;
/** A tick may come this much before its minute. */
const earlyMsMax = 5_000;

/** Makes a tick with the scheduler's time. If the platform names no time, the receiver's clock decides. */
export function toTick(n: number, adapter: "main" | "handler", clockMs: number): EventCall {
  const latestMs = clockMs + earlyMsMax;
  const atMs = latestMs - (latestMs % minuteMs);
  const time = new Date(atMs).toISOString();
  const recordId = `beat@${time}`;
  const one = { recordId, topic: "orders", key: "beat", text: "", poison: false, large: false };
  return {
    ...{ n, source: "heartbeat", bad: undefined, signsTime: false, secrets: [], tries: 0 },
    expected: [one],
    event: adapter === "handler" ? { "detail-type": "Scheduled Event", time } : {},
  };
}
