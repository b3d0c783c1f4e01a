import { randomUUID } from "node:crypto";
import type { Mapping } from "../../lib/model/function-definition.ts";
import { mapDelivery } from "../../lib/triggers/webhook.ts";
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
  const { name } = parsed;
  const event = await readDelivery(delivery ?? {}, `/${name}`);
  if (event.body.kind !== "exact") {
    return { verified: false, reason: "the body must be text or bytes, as received and unread" };
  }
  const sources = { byName: new Map([[name, parsed]]), bodyEncoding: "auto" } as const;
  const context = {
    arrivedMs: now,
    invocationId: "",
    newId: randomUUID,
    sleep: () => Promise.resolve(),
  };
  return toVerdict(mapDelivery(event, sources, context));
}

function toVerdict({ records, endings, refusedBodies = [], notes }: Mapping): Verdict {
  // Only a proved delivery has notes.
  const verified = notes !== undefined;
  const events = records.map(({ key, content }) => {
    const { id, attributes } = content();
    const { type = "", subject } = attributes ?? {};
    return { id, type, key, ...(subject === undefined ? {} : { subject }) };
  });
  const ending = refusedBodies[0]?.refusal ?? endings[0];
  return {
    verified,
    ...(events.length === 0 && { reason: toReason(ending) }),
    ...events[0],
    ...(events.length > 1 && { events }),
  };
}

function toReason(ending: Mapping["endings"][number] | undefined): string {
  if (ending?.kind === "answered") {
    return "it verifies the endpoint and is no event";
  }
  return ending !== undefined && "reason" in ending ? ending.reason : "it holds no event";
}
