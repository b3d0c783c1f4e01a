import { randomUUID } from "node:crypto";
import type { Ending } from "../../lib/model/result.ts";
import {
  createNameReader,
  filteredOut,
  readDelivery as readContent,
} from "../../lib/webhooks/mapping/names.ts";
import {
  type VerifiedDelivery,
  verifyDelivery,
} from "../../lib/webhooks/verify/verify-delivery.ts";
import { readDelivery, type WebhookDelivery } from "./delivery.ts";
import { readSource, type WebhookSource } from "./source.ts";

/** The names of an event, as the function writes them into its message. */
export type VerifiedEvent = {
  readonly id: string;
  readonly type: string;
  /** Events with the same key keep their order. */
  readonly key: string;
  readonly subject?: string;
};

/** The result of verifying a delivery. */
export type Verdict = Partial<VerifiedEvent> & {
  /** True if the sender is proved: the function would take the delivery. */
  readonly verified: boolean;
  /** Why the delivery is not verified, or why it holds no event. For a log: it holds no secret, and senders should not see it. */
  readonly reason?: string;
  /** All events, if the source splits the delivery or it is a batch of several. `id`, `type`, `key` and `subject` are the first one's. */
  readonly events?: readonly VerifiedEvent[];
};

export type VerifyOptions = {
  /** Time to compare signed times with, in epoch milliseconds. Default: the time of the call. */
  readonly now?: number | undefined;
};

/**
 * Verifies a delivery as the function `webhook` does, and returns the same verdict, id, type, key and subject.
 *
 * It keeps no memory of ids: a sender that sends twice is verified twice, with the same id.
 *
 * @param delivery a `Request`, which is cloned and not consumed, or the parts of a request with its raw body.
 * @throws TypeError (as a rejection) if the source or `now` is wrong. It names every problem and holds no secret.
 */
export async function verify(
  delivery: Request | WebhookDelivery,
  source: WebhookSource,
  { now = Date.now() }: VerifyOptions = {},
): Promise<Verdict> {
  // A time that is no number would be neither too early nor too late.
  if (!Number.isFinite(now)) {
    throw new TypeError("now must be epoch milliseconds");
  }
  // An event is described by its CloudEvent, whatever the source makes of it.
  const parsed = { ...readSource(source), value: "cloudevent" } as const;
  const event = await readDelivery(Object(delivery));
  if (typeof event === "string") {
    return { verified: false, reason: event };
  }
  const verified = verifyDelivery(event, parsed, { bodyEncoding: "auto", arrivedMs: now });
  return "kind" in verified
    ? { verified: false, reason: toReason(verified) }
    : { verified: true, ...toEvents(verified) };
}

/** Returns the events of a verified delivery, or the reason why it holds none. */
function toEvents(delivery: VerifiedDelivery): Omit<Verdict, "verified"> {
  const content = readContent(delivery);
  if ("kind" in content) {
    return { reason: toReason(content) };
  }
  const { elements = [undefined] } = content;
  const readNames = createNameReader(delivery, content, randomUUID);
  const events = elements
    .map((element, index) => readNames(element, element && index))
    .filter((names) => names !== undefined)
    .map(({ id, type, key, subject }) => ({
      id,
      type,
      key,
      ...(subject !== undefined && { subject }),
    }));
  return {
    ...(events.length === 0 && { reason: elements.length === 0 ? noEvent : filteredOut.reason }),
    ...events[0],
    ...(events.length > 1 && { events }),
  };
}

const noEvent = "it holds no event";

function toReason(ending: Ending): string {
  if (ending.kind === "answered") {
    return "it verifies the endpoint and is no event";
  }
  return "reason" in ending ? ending.reason : noEvent;
}
