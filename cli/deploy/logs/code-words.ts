import type { FaultCode, OutageCode, RefusalCode } from "../../../lib/model/result.ts";

/** Says what each code of a call means, and what happens to its event. docs/troubleshooting.md has the rest. */
export const codeWords: Readonly<Record<RefusalCode | FaultCode | OutageCode, string>> = {
  BAD_SETTINGS: "a setting is missing, malformed or misspelt",
  RAW_HTTP_OFF: "the web action was deployed without raw HTTP",
  WRONG_DOOR: "a trigger is linked to webhook, which takes HTTP only",
  UNEXPECTED: "a mistake of this project: please report it",
  SCHEMA_FAILED: "a schema in functions/ gave no verdict",
  STREAM_UNAUTHENTICATED: "Data Stream does not accept the key pair or the clock",
  STREAM_FORBIDDEN: "the key pair is known and may not produce",
  STREAM_NOT_FOUND: "the topic or its path does not exist",
  STREAM_REJECTED: "Data Stream refused the request: compare partitions and headers",
  STREAM_REDIRECTED: "something answered with a redirect, which is not followed",
  STREAM_THROTTLED: "a quota or the speed of a partition is used up",
  STREAM_UNAVAILABLE: "Data Stream was down until no time was left",
  STREAM_UNREACHABLE: "there was no connection to Data Stream",
  STREAM_TIMEOUT: "Data Stream did not answer in time, so the message may be there",
  STREAM_NOT_THE_API: "something answered that is not the produce API",
  STREAM_FOREIGN_REFUSAL: "a proxy probably refused the request, so it is tried again",
  STORAGE_REJECTED: "the bucket refused the key pair, is missing, or is in another region",
  STORAGE_UNAVAILABLE: "Object Storage was down or slow",
  DEAD_LETTER_UNREADABLE: "redrive could not read, move or remove a dead letter, and left it",
  METHOD_NOT_ALLOWED: "the sender used a method that is not taken",
  NOT_FOUND: "no source has the name in the URL",
  BODY_TOO_LARGE: "the body is over the limit",
  BODY_NOT_BASE64: "the platform gave the body in an unknown form",
  BODY_NOT_JSON: "the body is not the JSON that it says it is",
  BODY_NOT_TEXT: "the body is not UTF-8",
  BODY_NOT_SPLIT: "there is no array where the source's split points",
  BODY_INVALID: "the body does not fit its schema",
  UNAUTHENTICATED: "the sender did not prove itself: no signature or secret fits, or it is too old",
  UNKNOWN_EVENT: "the event has a form that this function does not know",
  RECORD_TOO_LARGE: "the message is larger than the topic takes",
  RECORD_REFUSED: "Data Stream refused this record for good",
};

const known: ReadonlyMap<string, string> = new Map(Object.entries(codeWords));

export function wordsOf(code: string): string | undefined {
  return known.get(code);
}

/** Says how a call ended that has no code. */
export const endingWords: ReadonlyMap<string, string> = new Map([
  ["delivered", "everything is on the topic"],
  ["stored", "not delivered now: it is a dead letter, which redrive delivers"],
  ["healthy", "a health check, nothing to produce"],
  ["answered", "a verification of the endpoint was answered"],
  ["ignored", "the event holds nothing to produce"],
  ["notAttempted", "not sent, because an earlier record failed"],
]);
