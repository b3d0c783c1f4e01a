import { createHash } from "node:crypto";
import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse, withDate, withHeaders } from "../../http/response.ts";
import type { Emulator } from "../emulator.ts";
import type { ApiRefusal, GatewayRequest } from "../produce/gateway-request.ts";
import { apiRefusal } from "../produce/gateway-request.ts";
import { gatewayError } from "../produce/produce-responses.ts";
import type { RequestOutcome } from "../produce/request-outcome.ts";
import { refusedOutcome } from "../produce/request-outcome.ts";
import { verifySignatureV2 } from "../produce/verify-signature.ts";
import { listTopics, type Topic, toNewer } from "./topic-list.ts";

const prefixPath = "/api/v1/topic-prefix";
const topicsPath = "/api/v1/topics";
const topicPath = /^\/api\/v1\/topics\/([^/]{1,200})$/;

export function isManagementPath(path: string): boolean {
  return path === prefixPath || path === topicsPath || topicPath.test(path);
}

/**
 * Handles the reading half of the topic management API, whose real host is datastream.apigw.ntruss.com. Fields,
 * defaults and order are those of https://api.ncloud-docs.com/docs/datastream-gettopicprefix, -gettopic and
 * -gettopicid (read 2026-11-30). The pages leave some points open and the emulator chooses: a missing header gets
 * 401 in the gateway's form, an unknown topicId 404, an unknown sortBy or descending 400, an unknown parameter is
 * ignored, and searchText is case-sensitive. Writing is refused with 405, which no page lists, because topics come
 * from the settings. The fault script affects produce requests only.
 */
export function handleManagement(call: GatewayRequest, emulator: Emulator): RequestOutcome {
  const nowMs = emulator.now();
  const verdict =
    refuseMethod(call) ??
    refuseCaller(call, { accessKeys: emulator.accessKeys, nowMs }) ??
    read(call, emulator);
  const ending: RequestOutcome =
    "kind" in verdict
      ? refusedOutcome(verdict)
      : { response: verdict, entry: { verdict: "accepted" } };
  return ending.response === "cut"
    ? ending
    : { ...ending, response: withDate(ending.response, nowMs) };
}

function refuseMethod({ method }: GatewayRequest): ApiRefusal | undefined {
  if (method === "GET") {
    return undefined;
  }
  return apiRefusal(
    withHeaders(gatewayError(405, "The emulator's management API is read-only."), { allow: "GET" }),
    "the emulator's management API is read-only",
    "Send GET; topics are set where the emulator is started (STANDIN_TOPICS).",
  );
}

/** Checks the caller. The 400 for a missing header is the produce page's own; here the gateway responds with 401. */
function refuseCaller(
  call: GatewayRequest,
  gate: Parameters<typeof verifySignatureV2>[1],
): ApiRefusal | undefined {
  const refused = verifySignatureV2(call, gate);
  return refused?.response.status === 400
    ? { ...refused, response: gatewayError(401, "A signature header is missing.") }
    : refused;
}

function read({ target }: GatewayRequest, emulator: Emulator): OutgoingResponse | ApiRefusal {
  const [path = "", ...query] = target.split("?");
  const topics = emulator.topics.describe().map((topic) => toTopic(topic, emulator));
  if (path === prefixPath) {
    return jsonResponse(200, { prefix: sharedPrefix(topics) });
  }
  if (path === topicsPath) {
    return listTopics(topics, new URLSearchParams(query.join("?")), emulator.topicList);
  }
  const topicId = topicPath.exec(path)?.[1];
  const found = topics.find((topic) => topic.topicId === topicId);
  return found === undefined
    ? apiRefusal(
        gatewayError(404, "The topic is unknown."),
        "no topic has this topicId",
        `Take a topicId from GET ${topicsPath}: it is not the topic's name.`,
      )
    : jsonResponse(200, emulator.topicList === "list" ? found : toNewer(found));
}

/**
 * Describes a topic. All local topics were created when the emulator started, and nothing listens at the TCP
 * endpoint.
 */
function toTopic(
  described: { readonly name: string; readonly partitions: readonly unknown[] },
  { topics, startedAtMs }: Emulator,
): Topic {
  const date = new Date(startedAtMs).toISOString().replace(/\.\d{3}Z$/, "Z");
  return {
    topicId: topicIdOf(described.name),
    topicName: described.name,
    description: "",
    partitions: described.partitions.length,
    retentionMs: topics.retentionMs(described.name) ?? 0,
    status: "CREATED",
    tcpEndpoint: "cluster-1.datastream.invalid:30010",
    createdDate: date,
    updatedDate: date,
  };
}

/** Returns the topic's id: ten letters and digits, as in the page's example, and the same after every start. */
function topicIdOf(name: string): string {
  const text = createHash("sha256").update(name).digest("base64url");
  return text.replaceAll(/[-_]/g, "").slice(0, 10);
}

/**
 * Returns the account's prefix, which looks like `h4j6l-`. Local topics may have none: then it is empty, so that
 * every name still begins with it.
 */
function sharedPrefix(topics: readonly Topic[]): string {
  const prefix = /^[a-z0-9]{5}-/.exec(topics[0]?.topicName ?? "")?.[0] ?? "";
  return topics.every(({ topicName }) => topicName.startsWith(prefix)) ? prefix : "";
}
