import type { HttpEvent } from "../event.ts";
import type { Ending, RefusalCode } from "../outcome.ts";
import type { Mapped, Trigger, TriggerContext } from "../trigger.ts";
import { toRecords } from "../webhooks/records.ts";
import { findOutOfWindow } from "../webhooks/replay-window.ts";
import type { Source } from "../webhooks/source.ts";
import { parseSources, type Sources, warningsAbout } from "../webhooks/sources.ts";
import { type VerifiedBody, verifyBody } from "../webhooks/verify-body.ts";

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
  const verified = verifyBody(event, source, sources.bodyEncoding);
  if (!verified.ok) {
    return refused(verified.code, verified.reason);
  }
  const untimely = findUntimely(verified, source, context);
  if (untimely !== undefined) {
    return refused("UNAUTHENTICATED", `source ${source.name}: ${untimely}`);
  }
  const { headers } = event;
  const contentType = headers.get("content-type") ?? "";
  return {
    ...toRecords({ source, headers, contentType, ...verified }, context),
    isUnproved: source.verifier.covers === "nothing",
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
