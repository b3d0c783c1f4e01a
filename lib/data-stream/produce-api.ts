import { parseJson } from "../encoding/json-source.ts";
import { isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import { type Acknowledgement, acknowledgements } from "../model/acknowledgement.ts";
import type { Message } from "../model/record.ts";
import type { Fault, Outage, Refusal } from "../model/result.ts";

export const producePath = "/api/produce";

/** The request body of `POST /api/produce`: one message. */
export function toProduceBody({ topic, key, value, partition }: Message): string {
  return JSON.stringify({ topic, key, value, partition });
}

export type ProduceResponse = {
  readonly status: number;
  readonly body: string;
  readonly truncated: boolean;
  readonly retryAfterMs: number | undefined;
};

/** What an answer of the API means for the record that was sent. */
export type ProduceVerdict = { readonly kind: "delivered" } | Refusal | Fault | Outage;

/** Turns any answer, the API's or not, into a verdict. Never throws. */
export function toVerdict(
  answer: ProduceResponse,
  acknowledgement: Acknowledgement,
): ProduceVerdict {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    return fromSuccess(answer, acknowledgement);
  }
  if (status === 408 || status === 429 || status >= 500) {
    return fromOutage(answer);
  }
  return isFinal(status) && !isOwnRefusal(answer) ? toForeign(answer) : fromRejection(answer);
}

/** The first value of DATASTREAM_ACKNOWLEDGEMENT that takes the answer for an acknowledgement. */
export function fittingAcknowledgement(answer: ProduceResponse): Acknowledgement | undefined {
  return acknowledgements.find((one) => toVerdict(answer, one).kind === "delivered");
}

function fromSuccess(answer: ProduceResponse, acknowledgement: Acknowledgement): ProduceVerdict {
  return takes[acknowledgement](answer)
    ? { kind: "delivered" }
    : {
        kind: "unavailable",
        code: "STREAM_NOT_THE_API",
        reason:
          `${notOwnBody(answer.status)}, which acknowledges nothing: check DATASTREAM_ENDPOINT, and ` +
          "run the doctor with --produce, which tells the value of DATASTREAM_ACKNOWLEDGEMENT that fits",
        retryAfterMs: answer.retryAfterMs,
      };
}

// Other NAVER Cloud services wrap a failure in HTTP 200 under one of these names.
const errorFields = ["error", "errorCode", "responseError"];
const acknowledgedStatuses = [200, 201, 202];

/** A body that was not read to its end may hold an error: it acknowledges nothing. */
const takes: Readonly<Record<Acknowledgement, (answer: ProduceResponse) => boolean>> = {
  documented: ({ status, body, truncated }) => {
    const reply = truncated ? undefined : parseObject(body);
    return acknowledgedStatuses.includes(status) && reply !== undefined && isGood(reply, "");
  },
  "any-2xx": ({ body, truncated }) => !truncated && isGood(parseObject(body) ?? {}, "200"),
};

/** The documents' table says that `status` is a number, and their example shows text. */
function isGood(reply: UnknownObject, statusDefault: string): boolean {
  const { status = statusDefault } = reply;
  return (
    !errorFields.some((name) => (reply[name] ?? null) !== null) && /^2\d\d$/.test(toText(status))
  );
}

/** A record that is refused with these is never tried again: only the API itself may say so. */
function isFinal(status: number): boolean {
  return status === 400 || status === 413;
}

/** The produce API's documented `status` and `detail`, or its gateway's `error.errorCode`. */
function isOwnRefusal({ body, truncated }: ProduceResponse): boolean {
  const { status, detail } = (truncated ? undefined : parseObject(body)) ?? {};
  return (
    (/^4\d\d$/.test(toText(status)) && typeof detail === "string") ||
    (!truncated && errorCodeOf(body) !== "")
  );
}

function toForeign({ status, retryAfterMs }: ProduceResponse): ProduceVerdict {
  return {
    kind: "unavailable",
    code: "STREAM_FOREIGN_REFUSAL",
    reason:
      `${notOwnBody(status)}, which refuses nothing for good: check DATASTREAM_ENDPOINT and any ` +
      "proxy in between",
    retryAfterMs,
  };
}

function notOwnBody(status: number): string {
  return `HTTP ${status} with a body that is not the produce API's`;
}

function fromOutage({ status, body, retryAfterMs }: ProduceResponse): ProduceVerdict {
  const [code, advice] =
    status === 429
      ? (["STREAM_THROTTLED", "over a quota or rate of the API, or 1 MB/s of a partition"] as const)
      : (["STREAM_UNAVAILABLE", "the stream is not serving"] as const);
  return { kind: "unavailable", code, reason: explain(status, body, advice), retryAfterMs };
}

function fromRejection({ status, body }: ProduceResponse): ProduceVerdict {
  if (status === 413) {
    const reason = "the stream refuses the record as too large";
    return { kind: "refused", code: "RECORD_TOO_LARGE", reason };
  }
  // The documents give the words and not where in the body they stand.
  if (status === 400 && !/invalid (headers|topic partition)/i.test(body)) {
    const reason = explain(status, body, "the stream refuses this record");
    return { kind: "refused", code: "RECORD_REFUSED", reason };
  }
  // Permission denied is HTTP 401 too; only the gateway's code tells it from a bad signature.
  const meant = status === 401 && errorCodeOf(body) === "210" ? 403 : status;
  const [code, advice] = faults.get(meant) ?? (isRedirect(status) ? redirected : rejected);
  const fault = { kind: "faulted", code, reason: explain(status, body, advice) } as const;
  return status === 400 && /invalid topic partition/i.test(body)
    ? { ...fault, lacksPartition: true }
    : fault;
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

/** The gateway's `errorCode`, documented as a number and shown as text; empty without one. */
function errorCodeOf(body: string): string {
  const { error } = parseObject(body) ?? {};
  return isUnknownObject(error) ? toText(error["errorCode"]) : "";
}

/** Of text and numbers only: an object from outside can name a `toString` that is no function. */
function toText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/**
 * Says the status and the gateway's code, and what to do. Never an error's own text: it can quote
 * the request (a key, a header), and reasons reach the log.
 */
function explain(status: number, body: string, advice: string): string {
  const code = errorCodeOf(body);
  return `HTTP ${status}${/^\d{1,5}$/.test(code) ? ` (code ${code})` : ""}: ${advice}`;
}

function parseObject(text: string): UnknownObject | undefined {
  const value = parseJson(text);
  return isUnknownObject(value) ? value : undefined;
}
