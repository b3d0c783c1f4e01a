import type { ReceivedResponse } from "../effects/transport.ts";
import { parseJson } from "../encoding/json-source.ts";
import { isText, isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import { retryAfterMsOf } from "../http/backoff.ts";
import { type Acknowledgement, acknowledgements } from "../model/acknowledgement.ts";
import type { Message } from "../model/record.ts";
import { type Fault, fault, outage, type RecordResult, refusal } from "../model/result.ts";
import { printableRequestIdOf } from "./request-id.ts";

export const producePath = "/api/produce";

/**
 * Returns the request body of `POST /api/produce`, which takes one message
 * (https://api.ncloud-docs.com/docs/en/datastream-postproduce, read 2026-11-30).
 */
export function toProduceBody({ topic, key, value, partition }: Message): string {
  return JSON.stringify({ topic, key, value, partition });
}

/** Says what a response of the API means for the record that was sent. */
export type ProduceVerdict = Exclude<RecordResult, { readonly kind: "stored" | "notAttempted" }>;

export const delivered: ProduceVerdict = { kind: "delivered" };

/**
 * Turns any response, the API's or not, into a verdict. Never throws. `nowMs` is the time, in epoch
 * milliseconds, from which a date in `Retry-After` counts if the response has no `Date`.
 */
export function toVerdict(
  given: ReceivedResponse,
  acknowledgement: Acknowledgement,
  nowMs: number,
): ProduceVerdict {
  const { status } = given;
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && isAcknowledged(given, acknowledgement)) {
    return delivered;
  }
  const response = { retryAfterMs: retryAfterMsOf(given.headers, nowMs), ...given };
  if (isSuccess) {
    return fromForeignSuccess(response);
  }
  if (status === 408 || status === 429 || status >= 500) {
    return fromOutage(response);
  }
  return isFinal(status) && !isOwnRefusal(response) ? toForeign(response) : fromRejection(response);
}

/** Returns the first value of DATASTREAM_ACKNOWLEDGEMENT that accepts the response; undefined if none does. */
export function fittingAcknowledgement(response: ReceivedResponse): Acknowledgement | undefined {
  return acknowledgements.find((one) => toVerdict(response, one, 0) === delivered);
}

type TimedResponse = ReceivedResponse & { readonly retryAfterMs: number | undefined };

function fromForeignSuccess(response: TimedResponse): ProduceVerdict {
  const reason =
    `${notOwnBody(response)}, which acknowledges nothing: check DATASTREAM_ENDPOINT, and ` +
    "run the doctor with --produce, which tells the value of DATASTREAM_ACKNOWLEDGEMENT that fits";
  return outage("STREAM_NOT_THE_API", reason, response.retryAfterMs);
}

/** The last acknowledgement. The API sends the same text for every record. */
let last: Pick<ReceivedResponse, "status" | "body"> & { readonly by: Acknowledgement | undefined } =
  { status: 0, body: "", by: undefined };

function isAcknowledged(response: ReceivedResponse, by: Acknowledgement): boolean {
  const { status, body, truncated } = response;
  if (!truncated && by === last.by && status === last.status && body === last.body) {
    return true;
  }
  const isTaken = takes[by](response);
  last = isTaken ? { status, body, by } : last;
  return isTaken;
}

// Other NAVER Cloud services report a failure in HTTP 200 under one of these names.
const errorFields = ["error", "errorCode", "responseError"];
const acknowledgedStatuses = [200, 201, 202];

/** Checks by acknowledgement mode. A body that was not read to its end may hold an error, so it acknowledges nothing. */
const takes: Readonly<Record<Acknowledgement, (response: ReceivedResponse) => boolean>> = {
  documented: ({ status, body, truncated }) => {
    const reply = truncated ? undefined : parseObject(body);
    return acknowledgedStatuses.includes(status) && reply !== undefined && isGood(reply, "");
  },
  "any-2xx": ({ body, truncated }) => !truncated && isGood(parseObject(body) ?? {}, "200"),
};

/** Accepts `status` as number and as text: the documentation has a number in its table and text in its example. */
function isGood(reply: UnknownObject, statusDefault: string): boolean {
  const { status = statusDefault } = reply;
  return (
    !errorFields.some((name) => (reply[name] ?? null) !== null) && /^2\d\d$/.test(toText(status))
  );
}

/** These statuses end a record without a retry, so only the API itself may send them. */
function isFinal(status: number): boolean {
  return status === 400 || status === 413;
}

/** Recognizes the documented `status` and `detail` of the produce API, or `error.errorCode` of its gateway. */
function isOwnRefusal({ body, truncated }: ReceivedResponse): boolean {
  const { status, detail } = (truncated ? undefined : parseObject(body)) ?? {};
  return (
    (/^4\d\d$/.test(toText(status)) && isText(detail)) || (!truncated && errorCodeOf(body) !== "")
  );
}

function toForeign(response: TimedResponse): ProduceVerdict {
  const reason =
    `${notOwnBody(response)}, which refuses nothing for good: check DATASTREAM_ENDPOINT and any ` +
    "proxy in between";
  return outage("STREAM_FOREIGN_REFUSAL", reason, response.retryAfterMs);
}

function notOwnBody({ status, headers }: ReceivedResponse): string {
  return `HTTP ${status}${inBrackets(requestPartsOf(headers))} with a body that is not the produce API's`;
}

function fromOutage(response: TimedResponse): ProduceVerdict {
  const { status, retryAfterMs } = response;
  const [code, advice] =
    status === 429
      ? (["STREAM_THROTTLED", "over a quota or rate of the API, or 1 MB/s of a partition"] as const)
      : (["STREAM_UNAVAILABLE", "the stream is not serving"] as const);
  return outage(code, explain(response, advice), retryAfterMs);
}

function fromRejection(response: ReceivedResponse): ProduceVerdict {
  const { status, body } = response;
  if (status === 413) {
    return refusal("RECORD_TOO_LARGE", "the stream refuses the record as too large");
  }
  // The documentation gives the words and not their place in the body.
  if (status === 400 && !/invalid (headers|topic partition)/i.test(body)) {
    return refusal("RECORD_REFUSED", explain(response, "the stream refuses this record"));
  }
  // Missing permission is HTTP 401 too. Only the gateway's code 210 tells it from a wrong signature.
  const meant = status === 401 && errorCodeOf(body) === "210" ? 403 : status;
  const [code, advice] = faults.get(meant) ?? (isRedirect(status) ? redirected : rejected);
  const verdict = fault(code, explain(response, advice));
  return status === 400 && /invalid topic partition/i.test(body)
    ? { ...verdict, lacksPartition: true }
    : verdict;
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

type FaultAdvice = readonly [code: Fault["code"], advice: string];

const faults: ReadonlyMap<number, FaultAdvice> = new Map<number, FaultAdvice>([
  [
    400,
    [
      "STREAM_REJECTED",
      "invalid headers or no such partition: check DATASTREAM_PARTITIONS and fixed partitions",
    ],
  ],
  [
    401,
    [
      "STREAM_UNAUTHENTICATED",
      "check NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY; use a Sub Account's key pair, not the main " +
        "account's; check the clock (5 minutes)",
    ],
  ],
  [
    403,
    [
      "STREAM_FORBIDDEN",
      "check the Sub Account's Data Stream policy and its key's allowed source addresses",
    ],
  ],
  [
    404,
    [
      "STREAM_NOT_FOUND",
      "check the topic's full name, with the account's prefix, and DATASTREAM_ENDPOINT",
    ],
  ],
]);
const redirected: FaultAdvice = [
  "STREAM_REDIRECTED",
  "redirects are not followed: correct DATASTREAM_ENDPOINT",
];
const rejected: FaultAdvice = ["STREAM_REJECTED", "the API refuses the request"];

/** Returns the gateway's `errorCode`, which is documented as a number and shown as text; empty if missing. */
function errorCodeOf(body: string): string {
  const { error } = parseObject(body) ?? {};
  return isUnknownObject(error) ? toText(error["errorCode"]) : "";
}

/** Converts text and numbers only: a foreign object can have a `toString` that is not a function. */
function toText(value: unknown): string {
  return isText(value) || typeof value === "number" ? String(value) : "";
}

/**
 * Returns the status, the gateway's code, the request's id and the advice. It never repeats the error's own text, which can quote the
 * request (a key, a header), because reasons reach the log.
 */
function explain({ status, headers, body }: ReceivedResponse, advice: string): string {
  const code = errorCodeOf(body);
  const parts = [...(/^\d{1,5}$/.test(code) ? [`code ${code}`] : []), ...requestPartsOf(headers)];
  return `HTTP ${status}${inBrackets(parts)}: ${advice}`;
}

/** NAVER Cloud's support asks for the id of a request. */
function requestPartsOf(headers: ReceivedResponse["headers"]): readonly string[] {
  const id = printableRequestIdOf(headers);
  return id === undefined ? [] : [`request ${id}`];
}

function inBrackets(parts: readonly string[]): string {
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function parseObject(text: string): UnknownObject | undefined {
  const value = parseJson(text);
  return isUnknownObject(value) ? value : undefined;
}
