import type { Dice } from "./dice.ts";
import type { Happening } from "./ledger.ts";
import type { Mark } from "./marks.ts";

type Bag = Readonly<Record<string, unknown>>;
export type Notice = Happening & { readonly event: Bag };

const photos = ["albums/a b.jpg", "albums/e.jpg", "u/1.png", "o.txt"] as const;

/** A bucket's notification of one to several objects, in the form of S3. */
export function drawNotification(dice: Dice, n: number): Notice {
  const drawn = Array.from({ length: dice.between(1, 10) }, (_, index) =>
    dice.chance(0.03) ? drawForeign(n, index) : drawEntry(dice, n, index),
  );
  return {
    ...{ n, source: "bucket", bad: undefined, signsTime: false, secrets: [], tries: 0 },
    marks: drawn.map(({ mark }) => mark),
    event: { Records: drawn.map(({ entry }) => entry) },
  };
}

/** An entry that is none of a bucket's: it makes no record, and is set aside. */
function drawForeign(n: number, index: number) {
  const mark = `mark-${n}-${index}-poison`;
  const entry = { eventSource: "aws:sqs", messageId: mark };
  const one: Mark = {
    ...{ mark, topic: "orders", key: mark, text: JSON.stringify(entry) },
    ...{ poison: true, large: false },
  };
  return { mark: one, entry };
}

function drawEntry(dice: Dice, n: number, index: number) {
  const name = dice.oneOf(photos);
  const poison = dice.chance(0.03);
  const mark = `mark-${n}-${index}${poison ? "-poison" : ""}`;
  const entry = {
    ...{ eventSource: "aws:s3", awsRegion: "kr", eventName: "ObjectCreated:Put" },
    eventTime: "2023-11-14T22:13:20.000Z",
    responseElements: { "x-amz-request-id": mark },
    s3: { bucket: { name: "photos" }, object: { key: encodeURIComponent(name), size: index } },
  };
  const key = `photos/${name}`;
  const text = JSON.stringify(entry);
  const one: Mark = { mark, topic: "orders", key, text, poison, large: false };
  return { mark: one, entry };
}

const minuteMs = 60_000;
/** A tick may come this much before its minute. */
const earlyMsMax = 5_000;

/** A tick, told by the scheduler's time or, where it names none, by the clock of who gets it. */
export function toTick(n: number, door: "main" | "handler", clockMs: number): Notice {
  const latestMs = clockMs + earlyMsMax;
  const atMs = latestMs - (latestMs % minuteMs);
  const time = new Date(atMs).toISOString();
  const mark = `beat@${time}`;
  const one = { mark, topic: "orders", key: "beat", text: "", poison: false, large: false };
  return {
    ...{ n, source: "heartbeat", bad: undefined, signsTime: false, secrets: [], tries: 0 },
    marks: [one],
    event: door === "handler" ? { "detail-type": "Scheduled Event", time } : {},
  };
}
