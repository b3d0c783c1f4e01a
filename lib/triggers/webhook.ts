import type { HttpEvent } from "../model/call.ts";
import type { Mapping, Trigger, TriggerContext } from "../model/function-definition.ts";
import { type Ending, refusal } from "../model/result.ts";
import { toRecords } from "../webhooks/mapping/records.ts";
import type { Source } from "../webhooks/sources/source.ts";
import {
  faultsOf,
  parseSources,
  type Sources,
  sourceSettings,
  warningsAbout,
} from "../webhooks/sources/sources.ts";
import {
  healthy,
  notServed,
  servedMethods,
  type VerifiedDelivery,
  verifyDelivery,
} from "../webhooks/verify/verify-delivery.ts";
import { type Schemas, withSchemas } from "./schemas.ts";

export type WebhookOptions = {
  /**
   * Schemas of bodies by source name, of any Standard Schema library. If a source has `split`, its schema is that of an
   * element. A name that is no source of WEBHOOK_SOURCES is a settings error: every call ends with BAD_SETTINGS.
   */
  readonly schemas?: Schemas;
};

/**
 * Maps a webhook delivery to one record, or to several if its source splits it. A body that does not fit its source's
 * schema is set aside if DEAD_LETTER_BUCKET is set, and otherwise refused as BODY_INVALID (422).
 */
export function webhook({ schemas }: WebhookOptions = {}): Trigger<HttpEvent, Sources> {
  return schemas === undefined ? withoutSchemas : withSchemas(withoutSchemas, schemas);
}

const withoutSchemas = {
  name: "webhook",
  accepts: "http",
  deliveryTimeoutMs: 9_000,
  settings: sourceSettings,
  parse: parseSources,
  targets: ({ byName }) =>
    [...byName.values()].map(({ name, topic, partition }) => ({
      topicSetting: `WEBHOOK_SOURCES ${name}.topic`,
      topic,
      partitionSetting: `WEBHOOK_SOURCES ${name}.partition`,
      partition,
    })),
  warnings: warningsAbout,
  faults: ({ byName }) => faultsOf(byName.values()),
  map: mapDelivery,
} satisfies Trigger<HttpEvent, Sources>;

/** The part of a sender's waiting time that the network and a cold start take. */
const responseReserveMs = 500;

/** Maps a request to a source of the last segment of its path. The source is looked up first, and a schema is checked last. */
function mapDelivery(
  event: HttpEvent,
  { byName, bodyEncoding }: Sources,
  context: TriggerContext,
): Mapping {
  const name = sourceNameOf(event.path);
  const source = findSource(name, byName);
  if (source === undefined) {
    return withEnding(endWithoutSource(event, name));
  }
  const { arrivedMs } = context;
  const delivery = verifyDelivery(event, source, { bodyEncoding, arrivedMs });
  return "kind" in delivery ? withEnding(delivery, source) : mapVerified(delivery, context);
}

function endWithoutSource({ method }: HttpEvent, name: string | undefined): Ending {
  if (!servedMethods.includes(method)) {
    return notServed;
  }
  return method !== "POST" && name === undefined ? healthy : refusal("NOT_FOUND", "no such source");
}

function mapVerified(delivery: VerifiedDelivery, context: TriggerContext): Mapping {
  const { source } = delivery;
  const mapped = toRecords(delivery, context, notesAbout(delivery));
  // No spread: V8 takes longer for it than for all the fields.
  return {
    records: mapped.records,
    ids: mapped.ids,
    endings: mapped.endings,
    refusedBodies: mapped.refusedBodies,
    delivery: mapped.delivery,
    notes: mapped.notes,
    isUnproved: source.verifier.covers === "nothing",
    senderTimeoutMs: senderTimeoutFor(source),
    reply: source.reply,
  };
}

function withEnding(ending: Ending, source?: Source): Mapping {
  return { records: [], endings: [ending], reply: source?.reply };
}

function sourceNameOf(path: string): string | undefined {
  return path.split("/").findLast((segment) => segment !== "");
}

function findSource(name: string | undefined, byName: Sources["byName"]): Source | undefined {
  if (name === undefined) {
    return byName.size === 1 ? [...byName.values()][0] : undefined;
  }
  return byName.get(name);
}

/** Returns log notes: the secret that matched, and the provider's retry headers. */
function notesAbout({ headers, source, secretIndex }: VerifiedDelivery): readonly string[] {
  const { name, secrets, notedHeaders } = source;
  const proof =
    secretIndex === undefined ? "no secret" : `secret ${secretIndex + 1} of ${secrets.length}`;
  const noted = notedHeaders.flatMap((header) => {
    const value = headers.get(header) ?? "";
    // The headers are not signed, so only a word or a number may reach the log.
    return /^[a-z0-9_-]{1,50}$/i.test(value) ? [`source ${name} sent ${header} ${value}`] : [];
  });
  return [`source ${name} verified by ${proof}`, ...noted];
}

/** Returns the rest of the provider's waiting time, in milliseconds. */
function senderTimeoutFor({ senderTimeoutMs }: Source): number | undefined {
  return senderTimeoutMs === undefined ? undefined : senderTimeoutMs - responseReserveMs;
}
