import { formType } from "../../encoding/media-type.ts";
import type { Headers, HttpEvent } from "../../model/call.ts";
import { type Ending, fault, refusal } from "../../model/result.ts";
import type { Source } from "../sources/source.ts";
import type { BodyEncoding } from "./body.ts";
import { findOutOfWindow } from "./replay-window.ts";
import { type VerifiedBody, verifyBody } from "./verify-body.ts";

/** A delivery whose sender was verified. */
export type VerifiedDelivery = {
  readonly source: Source;
  readonly headers: Headers;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** The bytes that the signature covers. */
  readonly provenBytes: Uint8Array;
  /** Position of the secret that matched. */
  readonly secretIndex: number | undefined;
  /** The signed time. */
  readonly timestampMs?: number | undefined;
};

type VerificationContext = { readonly bodyEncoding: BodyEncoding; readonly arrivedMs: number };

/**
 * Verifies a request to a source, or returns its ending. Checks run in a fixed order: challenge, methods, size, signature,
 * time.
 */
export function verifyDelivery(
  event: HttpEvent,
  source: Source,
  context: VerificationContext,
): VerifiedDelivery | Ending {
  return (
    endBeforeProof(event, source) ??
    (event.method === "GET"
      ? prove(toForm(event), { ...source, bodyType: "auto" }, context)
      : prove(event, source, context))
  );
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

export const servedMethods: readonly string[] = ["GET", "HEAD", "POST"];
export const healthy: Ending = { kind: "healthy" };
export const notServed: Ending = refusal(
  "METHOD_NOT_ALLOWED",
  "only GET, HEAD and POST are served",
);

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

function faultOf({ faults }: Source): Ending | undefined {
  const problem = faults[0];
  return problem && fault("BAD_SETTINGS", `${problem.setting} ${problem.text}`);
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
  const refused = refusal("METHOD_NOT_ALLOWED", reason);
  return methods.includes("POST") ? refused : { ...refused, allow: "GET, HEAD" };
}

/** Turns the query of a GET into the body of a form. */
function toForm(event: HttpEvent): HttpEvent {
  const headers = new Map(event.headers).set("content-type", formType);
  headers.delete("content-encoding");
  return { ...event, headers, body: { kind: "exact", bytes: Buffer.from(event.query) } };
}

function prove(
  event: HttpEvent,
  source: Source,
  { bodyEncoding, arrivedMs }: VerificationContext,
): VerifiedDelivery | Ending {
  const verified = verifyBody(event, source, bodyEncoding);
  if ("kind" in verified) {
    const isUnproved = verified.code === "UNAUTHENTICATED";
    return (isUnproved ? toChallengeEnding(event, source) : undefined) ?? verified;
  }
  const problem = findUntrusted(verified, source, arrivedMs);
  if (problem !== undefined) {
    return refusal("UNAUTHENTICATED", `source ${source.name}: ${problem}`);
  }
  const { headers } = event;
  const contentType = headers.get("content-type") ?? "";
  const { body, provenBytes, secretIndex, timestampMs } = verified;
  return { source, headers, contentType, body, provenBytes, secretIndex, timestampMs };
}

/** Returns the reason why a right signature proves nothing: its time, or a response that anybody can have got. */
function findUntrusted(
  { timestampMs, provenBytes }: VerifiedBody,
  { window, challenge, verifier }: Source,
  arrivedMs: number,
): string | undefined {
  if (verifier.covers === "body" && challenge.couldSign?.(provenBytes)) {
    return "the body has the form of a challenge's token, whose signature anybody can have got";
  }
  return timestampMs === undefined ? undefined : findOutOfWindow(timestampMs, window, arrivedMs);
}
