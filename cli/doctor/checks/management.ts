import { toVerdict } from "../../../lib/data-stream/produce-api.ts";
import { printableRequestIdOf } from "../../../lib/data-stream/request-id.ts";
import type { HttpResponse, ReceivedResponse } from "../../../lib/effects/transport.ts";
import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { otherProtocolOf } from "../../../lib/http/response.ts";
import { isTopicName } from "../../../lib/model/record.ts";
import { optional, parseFields } from "../../../lib/settings/fields.ts";
import { origin } from "../../../lib/settings/rules.ts";
import { findGatewayError } from "../../deploy/api/known-errors.ts";
import { commandText } from "../../shared/command-text.ts";
import { parseObject } from "../../shared/parse-object.ts";
import type { ApiCall } from "../../shared/signed-call.ts";
import { UsageError } from "../../shared/usage-error.ts";
import { adviceForNoResponse } from "./no-response.ts";
import { type TopicList, toTopicList } from "./topic-list.ts";

export const produceEndpoint = "https://api.datastream.naverncp.com";
export const managementEndpoint = "https://datastream.apigw.ntruss.com";
export const managementPaths = {
  prefix: "/api/v1/topic-prefix",
  topics: "/api/v1/topics",
} as const;
const timeoutMs = 10_000;
const learn = `look at the topic in the console, and report the form: ${commandText("doctor", "--produce --learn")}`;

/** Parses `--management-endpoint`. Throws a UsageError. */
export function parseManagementEndpoint(given: string | undefined): string | undefined {
  const parsed = parseFields({ given }, { given: optional(origin) });
  if (!parsed.ok) {
    throw new UsageError(`--management-endpoint ${parsed.problems[0]?.text}`);
  }
  return parsed.value.given;
}

/**
 * Returns the origin of topic management. NAVER Cloud has a host of its own for it; the local emulator
 * serves it at the same origin.
 */
export function toManagementEndpoint(
  given: string | undefined,
  endpoint: string,
): string | undefined {
  if (given !== undefined || endpoint === produceEndpoint) {
    return given ?? managementEndpoint;
  }
  // Only loopback endpoints may use plain http, so this is the local emulator.
  return endpoint.startsWith("http:") ? endpoint : undefined;
}

/**
 * The result of a read. `accepted`: the key pair is proved, and the body has an unknown form. `unproved`: a 2xx
 * that may not be the API's. `denied`: the key pair is known and may not read. `unauthenticated`: the key pair is
 * not accepted.
 */
export type ManagementResult<T> =
  | { readonly kind: "read"; readonly value: T }
  | {
      readonly kind: "accepted" | "unproved" | "denied" | "unauthenticated" | "failed";
      readonly found: string;
      readonly todo: string;
    };

/** Reads the account's prefix. The answer has the same form on both generations of pages, so it proves the key pair. */
export async function readTopicPrefix(call: ApiCall): Promise<ManagementResult<string>> {
  const response = await call({ method: "GET", pathAndQuery: managementPaths.prefix, timeoutMs });
  return toManagementResult(response, ({ prefix }) =>
    typeof prefix === "string" && (prefix === "" || isTopicName(prefix)) ? prefix : undefined,
  );
}

export async function readTopics(call: ApiCall): Promise<ManagementResult<TopicList>> {
  const response = await call({ method: "GET", pathAndQuery: managementPaths.topics, timeoutMs });
  return toManagementResult(response, toTopicList);
}

function toManagementResult<T>(
  response: HttpResponse,
  read: (body: UnknownObject) => T | undefined,
): ManagementResult<T> {
  if (response.kind === "noResponse") {
    const found = `${otherProtocolOf(response) ?? "no answer"} (${response.code})`;
    return { kind: "failed", found, todo: adviceForNoResponse(response) };
  }
  if (response.status < 200 || response.status > 299) {
    return toDenial(response);
  }
  const body = parseObject(response.body);
  if (body === undefined || isError(body)) {
    return toUnproved(response);
  }
  const value = read(body);
  return value === undefined ? toAccepted(response) : { kind: "read", value };
}

/** Recognizes a failure that is reported in a 2xx, as other NAVER Cloud services do. */
function isError({ error, errorCode, responseError, code }: UnknownObject): boolean {
  return (
    [error, errorCode, responseError].some((field) => (field ?? null) !== null) ||
    !isZero(code ?? 0)
  );
}

/** Accepts text too. An object is no zero, and may not be converted: it can have a `toString` of its own. */
function isZero(code: unknown): boolean {
  return typeof code === "string" ? /^0*$/.test(code) : code === 0;
}

function toAccepted<T>(response: ReceivedResponse): ManagementResult<T> {
  return {
    kind: "accepted",
    found: `${statusOf(response)}: the key pair is accepted, the form of the answer is unknown`,
    todo: learn,
  };
}

function toUnproved<T>(response: ReceivedResponse): ManagementResult<T> {
  return {
    kind: "unproved",
    found: `${statusOf(response)}, and not the management API's answer`,
    todo: "check --management-endpoint, and whether a proxy answers in its place; --produce tells more",
  };
}

function statusOf({ status, headers }: ReceivedResponse): string {
  const requestId = printableRequestIdOf(headers);
  return `HTTP ${status}${requestId === undefined ? "" : ` (request ${requestId})`}`;
}

/**
 * Both APIs are behind the same gateway, so its error responses mean the same for both. The gateway's code
 * is part of the text.
 */
function toDenial<T>(response: ReceivedResponse): ManagementResult<T> {
  const verdict = toVerdict(response, "documented", 0);
  const reason = "reason" in verdict ? verdict.reason : "";
  const found = reason.split(": ")[0] ?? "";
  const code = "code" in verdict ? verdict.code : "";
  if (code === "STREAM_FORBIDDEN") {
    return {
      kind: "denied",
      found,
      todo: "give the Sub Account the policy NCP_VPC_DATA_STREAM_VIEWER, check its key's allowed addresses",
    };
  }
  return code === "STREAM_UNAUTHENTICATED"
    ? { kind: "unauthenticated", found, todo: reason.slice(found.length + 2) }
    : { kind: "failed", found, todo: adviceForError(response) };
}

/** The gateway's codes are documented. Its words for a path name the option of another command. */
function adviceForError({ status, body }: ReceivedResponse): string {
  const error = parseObject(body)?.["error"];
  const { errorCode } = isUnknownObject(error) ? error : {};
  const isOfGateway = typeof errorCode === "string" || typeof errorCode === "number";
  const known = isOfGateway ? findGatewayError(status, String(errorCode)) : undefined;
  return known === undefined || known.todo.includes("--endpoint")
    ? "try again later, or check --management-endpoint"
    : `${known.means.toLowerCase()}. ${known.todo}`;
}
