import { toVerdict } from "../../../lib/data-stream/produce-api.ts";
import type { HttpResponse } from "../../../lib/effects/transport.ts";
import {
  isUnknownObject,
  textOf,
  type UnknownObject,
} from "../../../lib/encoding/unknown-object.ts";
import { otherProtocolOf } from "../../../lib/http/client.ts";
import { isTopicName } from "../../../lib/model/record.ts";
import { origin } from "../../../lib/settings/rules.ts";
import { optional, parseFields } from "../../../lib/settings/settings.ts";
import { parseObject } from "../../shared/parse-object.ts";
import { UsageError } from "../../shared/settings-source.ts";
import type { ApiCall } from "../../shared/signed-call.ts";
import { adviceFor } from "./no-answer.ts";

const produceEndpoint = "https://api.datastream.naverncp.com";
const managementEndpoint = "https://datastream.apigw.ntruss.com";
const timeoutMs = 10_000;

/** What `--management-endpoint` says; throws a UsageError. */
export function parseManagementEndpoint(given: string | undefined): string | undefined {
  const parsed = parseFields({ given }, { given: optional(origin) });
  if (!parsed.ok) {
    throw new UsageError(`--management-endpoint ${parsed.problems[0]?.text}`);
  }
  return parsed.value.given;
}

/** Where topics are managed: a host of its own at NAVER Cloud, the same one for the local stand-in. */
export function toManagementEndpoint(
  given: string | undefined,
  endpoint: string,
): string | undefined {
  if (given !== undefined || endpoint === produceEndpoint) {
    return given ?? managementEndpoint;
  }
  // Plain http is taken for loopback only.
  return endpoint.startsWith("http:") ? endpoint : undefined;
}

/** What the pages "Get topic list" and "Get topic" say of a topic; what is not there, or of another type, is absent. */
export type Topic = {
  readonly name: string;
  readonly status: string | undefined;
  readonly partitions: number | undefined;
  readonly retentionMs: number | undefined;
};

/** `denied`: the key pair is known and may not read; `unauthenticated`: it is not accepted. */
export type Read<T> =
  | { readonly kind: "read"; readonly value: T }
  | {
      readonly kind: "denied" | "unauthenticated" | "failed";
      readonly found: string;
      readonly todo: string;
    };

export async function readTopicPrefix(call: ApiCall): Promise<Read<string>> {
  const answer = await call({ method: "GET", pathAndQuery: "/api/v1/topic-prefix", timeoutMs });
  return toRead(answer, ({ prefix }) =>
    typeof prefix === "string" && (prefix === "" || isTopicName(prefix)) ? prefix : undefined,
  );
}

export async function readTopics(call: ApiCall): Promise<Read<readonly Topic[]>> {
  const answer = await call({ method: "GET", pathAndQuery: "/api/v1/topics", timeoutMs });
  return toRead(answer, ({ list }) =>
    Array.isArray(list) ? list.filter(isUnknownObject).flatMap(toTopic) : undefined,
  );
}

function toTopic({ topicName, status, partitions, retentionMs }: UnknownObject): readonly Topic[] {
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

function toRead<T>(answer: HttpResponse, read: (body: UnknownObject) => T | undefined): Read<T> {
  if (answer.kind === "noResponse") {
    const found = `${otherProtocolOf(answer) ?? "no answer"} (${answer.code})`;
    return { kind: "failed", found, todo: adviceFor(answer) };
  }
  const value = answer.status === 200 ? read(parseObject(answer.body) ?? {}) : undefined;
  if (value !== undefined) {
    return { kind: "read", value };
  }
  return answer.status >= 200 && answer.status < 300 ? notTheApi(answer.status) : toRefusal(answer);
}

function notTheApi<T>(status: number): Read<T> {
  return {
    kind: "failed",
    found: `HTTP ${status}, and not the management API's answer`,
    todo: "check --management-endpoint, and whether a proxy answers in its place",
  };
}

/** The gateway's answers are the same for both APIs, and so is what they mean; its code comes with them. */
function toRefusal<T>(answer: Extract<HttpResponse, { kind: "response" }>): Read<T> {
  const verdict = toVerdict(answer, "documented", 0);
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
