import { toVerdict } from "../../../lib/data-stream/produce-api.ts";
import type { HttpResponse } from "../../../lib/effects/transport.ts";
import {
  isUnknownObject,
  textOf,
  type UnknownObject,
} from "../../../lib/encoding/unknown-object.ts";
import { otherProtocolOf } from "../../../lib/http/response.ts";
import { isTopicName } from "../../../lib/model/record.ts";
import { origin } from "../../../lib/settings/rules.ts";
import { optional, parseFields } from "../../../lib/settings/settings.ts";
import { parseObject } from "../../shared/parse-object.ts";
import { UsageError } from "../../shared/settings-source.ts";
import type { ApiCall } from "../../shared/signed-call.ts";
import { adviceForNoResponse } from "./no-response.ts";

const produceEndpoint = "https://api.datastream.naverncp.com";
const managementEndpoint = "https://datastream.apigw.ntruss.com";
const timeoutMs = 10_000;

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
 * Describes a topic as "Get topic list" and "Get topic" document it
 * (https://api.ncloud-docs.com/docs/en/datastream-gettopic, read in November 2026). A field that is missing or
 * has another type is undefined.
 */
export type TopicDescription = {
  readonly name: string;
  readonly status: string | undefined;
  readonly partitions: number | undefined;
  readonly retentionMs: number | undefined;
};

/** `denied`: the key pair is known and may not read. `unauthenticated`: the key pair is not accepted. */
export type ManagementResult<T> =
  | { readonly kind: "read"; readonly value: T }
  | {
      readonly kind: "denied" | "unauthenticated" | "failed";
      readonly found: string;
      readonly todo: string;
    };

export async function readTopicPrefix(call: ApiCall): Promise<ManagementResult<string>> {
  const response = await call({ method: "GET", pathAndQuery: "/api/v1/topic-prefix", timeoutMs });
  return toManagementResult(response, ({ prefix }) =>
    typeof prefix === "string" && (prefix === "" || isTopicName(prefix)) ? prefix : undefined,
  );
}

export async function readTopics(
  call: ApiCall,
): Promise<ManagementResult<readonly TopicDescription[]>> {
  const response = await call({ method: "GET", pathAndQuery: "/api/v1/topics", timeoutMs });
  return toManagementResult(response, ({ list }) =>
    Array.isArray(list) ? list.filter(isUnknownObject).flatMap(toTopic) : undefined,
  );
}

function toTopic({
  topicName,
  status,
  partitions,
  retentionMs,
}: UnknownObject): readonly TopicDescription[] {
  const name = textOf(topicName);
  const word = textOf(status);
  return isTopicName(name)
    ? [
        {
          name,
          status: /^[A-Z_]{1,40}$/.test(word) ? word : undefined,
          partitions: toNumber(partitions),
          retentionMs: toNumber(retentionMs),
        },
      ]
    : [];
}

function toNumber(value: unknown): number | undefined {
  return Number.isInteger(value) ? Number(value) : undefined;
}

function toManagementResult<T>(
  response: HttpResponse,
  read: (body: UnknownObject) => T | undefined,
): ManagementResult<T> {
  if (response.kind === "noResponse") {
    const found = `${otherProtocolOf(response) ?? "no answer"} (${response.code})`;
    return { kind: "failed", found, todo: adviceForNoResponse(response) };
  }
  const value = response.status === 200 ? read(parseObject(response.body) ?? {}) : undefined;
  if (value !== undefined) {
    return { kind: "read", value };
  }
  return response.status >= 200 && response.status < 300
    ? toForeignResponse(response.status)
    : toDenial(response);
}

function toForeignResponse<T>(status: number): ManagementResult<T> {
  return {
    kind: "failed",
    found: `HTTP ${status}, and not the management API's answer`,
    todo: "check --management-endpoint, and whether a proxy answers in its place",
  };
}

/**
 * Both APIs are behind the same gateway, so its error responses mean the same for both. The gateway's code
 * is part of the text.
 */
function toDenial<T>(response: Extract<HttpResponse, { kind: "response" }>): ManagementResult<T> {
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
    : { kind: "failed", found, todo: "try again later, or check --management-endpoint" };
}
