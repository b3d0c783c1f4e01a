import { toCloudEvent } from "../cloud-event.ts";
import type { HttpEvent } from "../event.ts";
import type { Ending, RefusalCode } from "../outcome.ts";
import type { Mapped, Trigger, TriggerContext } from "../trigger.ts";
import { type BodyEncoding, isJsonType, likeliest, readingsOf } from "../webhooks/body.ts";
import { toContent, toRawValue } from "../webhooks/content.ts";
import { toEventId } from "../webhooks/identity.ts";
import { readPlaces } from "../webhooks/places.ts";
import type { Source } from "../webhooks/source.ts";
import { parseSources, type Sources, warningsAbout } from "../webhooks/sources.ts";
import { readTraceContext } from "../webhooks/trace-context.ts";
import type { Verification } from "../webhooks/verifier.ts";

/** An HTTP delivery from a sender of webhooks becomes one record. */
export const webhook: Trigger<HttpEvent, Sources> = {
  name: "webhook",
  door: "http",
  deliveryTimeoutMs: 9_000,
  parse: parseSources,
  targets: ({ byName }) =>
    [...byName.values()].map(({ name, topic, partition }) => ({
      topicSetting: `WEBHOOK_SOURCES ${name}.topic`,
      topic,
      partitionSetting: `WEBHOOK_SOURCES ${name}.partition`,
      partition,
    })),
  warnings: warningsAbout,
  map: mapDelivery,
};

/** Checks run in a fixed order: method, source, size, signature, content. */
function mapDelivery(event: HttpEvent, sources: Sources, context: TriggerContext): Mapped {
  if (event.method === "GET" || event.method === "HEAD") {
    return ended({ kind: "healthy" });
  }
  if (event.method !== "POST") {
    return refused("METHOD_NOT_ALLOWED", "only GET, HEAD and POST are served");
  }
  const source = findSource(event.path, sources);
  if (source === undefined) {
    return refused("NOT_FOUND", "no such source");
  }
  const readings = candidatesOf(event, source, sources.bodyEncoding);
  if (readings.length === 0) {
    return refused("BODY_NOT_BASE64", "the body is not text, or not the base64 it has to be");
  }
  const fitting = readings.filter((bytes) => bytes.length <= source.bodyBytesMax);
  if (fitting.length === 0) {
    return refused("BODY_TOO_LARGE", `the body is over ${source.bodyBytesMax} bytes`);
  }
  const verified = verify(event, source, fitting);
  if (!verified.ok) {
    return refused("UNAUTHENTICATED", `source ${source.name}: ${verified.reason}`);
  }
  const { body, timestampMs } = verified;
  const note = `source ${source.name} verified by secret ${verified.secretIndex ?? "none"}`;
  return { ...toRecord({ event, source, body, timestampMs }, context), notes: [note] };
}

function ended(ending: Ending): Mapped {
  return { records: [], endings: [ending] };
}

function refused(code: RefusalCode, reason: string): Mapped {
  return ended({ kind: "refused", code, reason });
}

function findSource(path: string, { byName }: Sources): Source | undefined {
  const name = path.split("/").findLast((segment) => segment !== "");
  if (name === undefined) {
    return byName.size === 1 ? [...byName.values()][0] : undefined;
  }
  return byName.get(name);
}

function contentTypeOf({ headers }: HttpEvent): string {
  return headers.get("content-type") ?? "";
}

type Verified =
  | (Extract<Verification, { ok: true }> & { readonly body: Uint8Array })
  | Extract<Verification, { ok: false }>;

/** The readings that a signature is tried on; where none tells, only the likeliest. */
function candidatesOf(
  event: HttpEvent,
  { verifier }: Source,
  encoding: BodyEncoding,
): readonly Uint8Array[] {
  const contentType = contentTypeOf(event);
  const readings = readingsOf(event.body, contentType, encoding);
  // Where a signature decides, nothing is parsed before it is verified.
  return verifier.covers === "body" ? readings : likeliest(readings, isJsonType(contentType));
}

/** The bytes that the sender's proof fits. */
function verify(
  { headers }: HttpEvent,
  { verifier, secrets }: Source,
  candidates: readonly Uint8Array[],
): Verified {
  let verified: Verified = { ok: false, reason: "no body" };
  for (const body of candidates) {
    const verification = verifier.verify({ headers, body }, secrets);
    verified = verification.ok ? { ...verification, body } : verification;
    if (verified.ok) {
      break;
    }
  }
  return verified;
}

type Delivered = {
  readonly event: HttpEvent;
  readonly source: Source;
  readonly body: Uint8Array;
  readonly timestampMs: number | undefined;
};

function toRecord(delivered: Delivered, context: TriggerContext): Mapped {
  const { event, source, body, timestampMs } = delivered;
  const content = toContent(body, contentTypeOf(event));
  if (!content.ok) {
    return ended(content.refusal);
  }
  const { data } = content;
  const json = data.kind === "json" ? data.text : undefined;
  const readable = { headers: event.headers, json, newId: context.newId };
  const id = toEventId(readPlaces(source.id, readable), {
    source: source.name,
    covers: source.verifier.covers,
    timestampMs,
    body,
  });
  const key = readPlaces(source.key, readable)?.text ?? id;
  const value =
    source.value === "raw"
      ? toRawValue(data)
      : toCloudEvent(
          {
            id,
            source: `/webhooks/${source.name}`,
            type: readPlaces(source.type, readable)?.text ?? "webhook.received",
            time: new Date(timestampMs ?? context.arrivedMs).toISOString(),
            // CloudEvents has no empty attributes.
            datacontenttype: contentTypeOf(event) || undefined,
            partitionkey: key,
            ...readTraceContext(event.headers),
          },
          data,
        );
  if (value === undefined) {
    return refused("BODY_NOT_TEXT", "a raw value has to be UTF-8");
  }
  return {
    records: [{ topic: source.topic, partition: source.partition, key, value, id }],
    endings: [],
  };
}
