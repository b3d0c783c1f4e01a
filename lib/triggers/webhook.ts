import type { HttpEvent } from "../event.ts";
import type { Ending, RefusalCode } from "../outcome.ts";
import type { Mapped, Trigger, TriggerContext } from "../trigger.ts";
import { type BodyEncoding, isJsonType, likeliest, readingsOf } from "../webhooks/body.ts";
import { toRecords } from "../webhooks/records.ts";
import { findOutOfWindow } from "../webhooks/replay-window.ts";
import type { Source } from "../webhooks/source.ts";
import { parseSources, type Sources, warningsAbout } from "../webhooks/sources.ts";
import type { Verification } from "../webhooks/verifier.ts";

/** An HTTP delivery from a sender of webhooks becomes one record, or several where it is split. */
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

/** The network and a cold start take their part of the time that a sender waits. */
const answerReserveMs = 500;

/** Checks run in a fixed order: method, source, size, signature, content, filter. */
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
  const verified = verify(event, source, fitting);
  if (!verified.ok && fitting.length < readings.length) {
    // No reading that fits was signed: the body is the one that is too large.
    return refused("BODY_TOO_LARGE", `the body is over ${source.bodyBytesMax} bytes`);
  }
  const problem = verified.ok ? findUntimely(verified, source, context) : verified.reason;
  if (!verified.ok || problem !== undefined) {
    return refused("UNAUTHENTICATED", `source ${source.name}: ${problem}`);
  }
  const { headers } = event;
  const mapped = toRecords(
    { ...verified, source, headers, contentType: contentTypeOf(event) },
    context,
  );
  return {
    ...mapped,
    notes: notesAbout(event, source, verified),
    answerMsMax: timeFor(source),
    answerEmpty: source.answerEmpty,
  };
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

type VerifiedBody = Extract<Verification, { ok: true }> & { readonly body: Uint8Array };

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
): VerifiedBody | Extract<Verification, { ok: false }> {
  let reason = "no body";
  for (const body of candidates) {
    const verification = verifier.verify({ headers, body }, secrets);
    if (verification.ok) {
      return { ...verification, body };
    }
    reason = verification.reason;
  }
  return { ok: false, reason };
}

function findUntimely(
  { timestampMs }: VerifiedBody,
  { window }: Source,
  { arrivedMs }: TriggerContext,
): string | undefined {
  return timestampMs === undefined ? undefined : findOutOfWindow(timestampMs, window, arrivedMs);
}

/** How far a rotation has come, and what a provider says about its own retries. */
function notesAbout(
  { headers }: HttpEvent,
  { name, secrets, notedHeaders }: Source,
  { secretIndex }: VerifiedBody,
): readonly string[] {
  const proof =
    secretIndex === undefined ? "no secret" : `secret ${secretIndex + 1} of ${secrets.length}`;
  const noted = notedHeaders.flatMap((header) => {
    const value = headers.get(header) ?? "";
    // Not signed: a word or a number is all that may reach the log.
    return /^[a-z0-9_-]{1,50}$/i.test(value) ? [`source ${name} sent ${header} ${value}`] : [];
  });
  return [`source ${name} verified by ${proof}`, ...noted];
}

/** What is left of the time that the provider waits for an answer, in milliseconds. */
function timeFor({ answerMsMax }: Source): number | undefined {
  return answerMsMax === undefined ? undefined : answerMsMax - answerReserveMs;
}
