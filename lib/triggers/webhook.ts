import { formType } from "../encoding/media-type.ts";
import type { HttpEvent } from "../model/call.ts";
import type { Mapping, Trigger, TriggerContext } from "../model/function-definition.ts";
import type { Ending, RefusalCode } from "../model/result.ts";
import { toRecords } from "../webhooks/mapping/records.ts";
import type { Source } from "../webhooks/sources/source.ts";
import {
  faultsOf,
  parseSources,
  type Sources,
  sourceSettings,
  warningsAbout,
} from "../webhooks/sources/sources.ts";
import { findOutOfWindow } from "../webhooks/verify/replay-window.ts";
import { type VerifiedBody, verifyBody } from "../webhooks/verify/verify-body.ts";
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

/** Maps a request to a source of the last segment of its path. Checks run in a fixed order: source, challenge, methods, size, signature, content, filter, schema. */
export function mapDelivery(event: HttpEvent, sources: Sources, context: TriggerContext): Mapping {
  const name = sourceNameOf(event.path);
  const source = findSource(name, sources);
  if (source === undefined) {
    return withEnding(endWithoutSource(event, name));
  }
  const ending = endBeforeProof(event, source);
  if (ending !== undefined) {
    return withEnding(ending, source);
  }
  return event.method === "GET"
    ? mapVerified(toForm(event), { ...source, bodyType: "auto" }, { sources, context })
    : mapVerified(event, source, { sources, context });
}

function endWithoutSource({ method }: HttpEvent, name: string | undefined): Ending {
  if (!servedMethods.includes(method)) {
    return notServed;
  }
  return method !== "POST" && name === undefined
    ? healthy
    : { kind: "refused", code: "NOT_FOUND", reason: "no such source" };
}

/** Ends a request that is no delivery; undefined if its proof has to be checked. */
function endBeforeProof(event: HttpEvent, source: Source): Ending | undefined {
  const { method } = event;
  const response = mayBeProved(event, source) ? undefined : toChallengeEnding(event, source);
  if (response !== undefined) {
    return response;
  }
  if (!servedMethods.includes(method)) {
    return notServed;
  }
  if (method !== "POST" && !isEvent(event, source)) {
    return healthy;
  }
  return source.methods.includes(method) ? faultOf(source) : toMethodRefusal(event, source);
}

const servedMethods: readonly string[] = ["GET", "HEAD", "POST"];
const healthy: Ending = { kind: "healthy" };
const notServed: Ending = {
  kind: "refused",
  code: "METHOD_NOT_ALLOWED",
  reason: "only GET, HEAD and POST are served",
};

/**
 * Tells whether a request can prove that it is an event. A proved event is never taken for a challenge. A token in the URL
 * proves no event against a challenge, because it stands in both.
 */
function mayBeProved(event: HttpEvent, source: Source): boolean {
  const isTaken =
    source.methods.includes(event.method) && source.verifier.proofHeaders !== undefined;
  return isTaken && (event.method === "POST" || isEvent(event, source));
}

/** Answers a challenge of the source's form; undefined for any other request. */
function toChallengeEnding(event: HttpEvent, source: Source): Ending | undefined {
  const response = source.challenge.unproved?.(event, source);
  return response && (faultOf(source) ?? response);
}

function faultOf({ faults: [fault] }: Source): Ending | undefined {
  return (
    fault && { kind: "faulted", code: "BAD_SETTINGS", reason: `${fault.setting} ${fault.text}` }
  );
}

/** Recognizes a GET that is a delivery and not a health check. A HEAD is one only if the source refuses GET. */
function isEvent({ method, query, headers }: HttpEvent, { methods, verifier }: Source): boolean {
  const hasProof = verifier.proofHeaders?.some((header) => headers.has(header)) === true;
  return (query !== "" || hasProof) && (method === "GET" || !methods.includes("GET"));
}

/** Refuses a method. A 200 would lose the request if it is an event. */
function toMethodRefusal({ method }: HttpEvent, { name, methods }: Source): Ending {
  const asked = method === "POST" ? method : `${method} with a query or a proof`;
  const reason = `source ${name}: a ${asked}, and its methods are ${methods.join(", ")}`;
  const allow = methods.includes("POST") ? {} : { allow: "GET, HEAD" };
  return { kind: "refused", code: "METHOD_NOT_ALLOWED", reason, ...allow };
}

/** Turns the query of a GET into the body of a form. */
function toForm(event: HttpEvent): HttpEvent {
  const headers = new Map(event.headers).set("content-type", formType);
  headers.delete("content-encoding");
  return { ...event, headers, body: { kind: "exact", bytes: Buffer.from(event.query) } };
}

type MappingContext = { readonly sources: Sources; readonly context: TriggerContext };

function mapVerified(
  event: HttpEvent,
  source: Source,
  { sources, context }: MappingContext,
): Mapping {
  const verified = verifyBody(event, source, sources.bodyEncoding);
  if (!verified.ok) {
    const isUnproved = verified.code === "UNAUTHENTICATED";
    const challengeResponse = isUnproved ? toChallengeEnding(event, source) : undefined;
    return challengeResponse === undefined
      ? refuse(verified.code, verified.reason, source)
      : withEnding(challengeResponse, source);
  }
  const problem = findUntrusted(verified, source, context);
  if (problem !== undefined) {
    return refuse("UNAUTHENTICATED", `source ${source.name}: ${problem}`, source);
  }
  const { headers } = event;
  const contentType = headers.get("content-type") ?? "";
  const notes = notesAbout(event, source, verified);
  return {
    isUnproved: source.verifier.covers === "nothing",
    notes,
    senderTimeoutMs: senderTimeoutFor(source),
    reply: source.reply,
    // Spread last: V8 takes a microsecond for each field that is added behind a spread.
    ...toRecords({ source, headers, contentType, ...verified }, context, notes),
  };
}

function withEnding(ending: Ending, source?: Source): Mapping {
  return { records: [], endings: [ending], reply: source?.reply };
}

function refuse(code: RefusalCode, reason: string, source?: Source): Mapping {
  return withEnding({ kind: "refused", code, reason }, source);
}

function sourceNameOf(path: string): string | undefined {
  return path.split("/").findLast((segment) => segment !== "");
}

function findSource(name: string | undefined, { byName }: Sources): Source | undefined {
  if (name === undefined) {
    return byName.size === 1 ? [...byName.values()][0] : undefined;
  }
  return byName.get(name);
}

/** Returns the reason why a right signature proves nothing: its time, or a response that anybody can have got. */
function findUntrusted(
  { timestampMs, provenBytes }: VerifiedBody,
  { window, challenge, verifier }: Source,
  { arrivedMs }: TriggerContext,
): string | undefined {
  if (verifier.covers === "body" && challenge.couldSign?.(provenBytes)) {
    return "the body has the form of a challenge's token, whose signature anybody can have got";
  }
  return timestampMs === undefined ? undefined : findOutOfWindow(timestampMs, window, arrivedMs);
}

/** Returns log notes: the secret that matched, and the provider's retry headers. */
function notesAbout(
  { headers }: HttpEvent,
  { name, secrets, notedHeaders }: Source,
  { secretIndex }: VerifiedBody,
): readonly string[] {
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
