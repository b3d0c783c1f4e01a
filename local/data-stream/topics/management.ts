import { createHash } from "node:crypto";
import type { Answer } from "../../http/response.ts";
import { dated, jsonAnswer, withHeaders } from "../../http/response.ts";
import type { StandIn } from "../emulator.ts";
import type { Call, Refusal } from "../produce/call.ts";
import { refusal } from "../produce/call.ts";
import { checkCaller } from "../produce/check-caller.ts";
import type { Ending } from "../produce/ending.ts";
import { refusedEnding } from "../produce/ending.ts";
import { gatewayError } from "../produce/produce-responses.ts";

type Topic = ReturnType<typeof toTopic>;

const prefixPath = "/api/v1/topic-prefix";
const topicsPath = "/api/v1/topics";
const topicPath = /^\/api\/v1\/topics\/([^/]{1,200})$/;

export function isManagementPath(path: string): boolean {
  return path === prefixPath || path === topicsPath || topicPath.test(path);
}

/**
 * The management API's reading half, whose real host is another one (datastream.apigw.ntruss.com). Fields,
 * defaults and the order are those of the pages "Get topic name prefix", "Get topic list" and "Get topic".
 * They leave open, and the stand-in chooses: what a missing header gets (401, in the gateway's shape), an
 * unknown topicId (404), an unknown sortBy or descending (400), an unknown parameter (nothing), and whether
 * searchText minds upper and lower case (it does). Writing is refused with 405, which no page lists: topics
 * come from the settings. The fault script meets produce requests only.
 */
export function manage(call: Call, standIn: StandIn): Ending {
  const nowMs = standIn.now();
  const verdict =
    refuseMethod(call) ??
    refuseCaller(call, { accessKeys: standIn.accessKeys, nowMs }) ??
    read(call, standIn);
  const ending: Ending =
    "kind" in verdict
      ? refusedEnding(verdict)
      : { answer: verdict, entry: { verdict: "accepted" } };
  return ending.answer === "cut" ? ending : { ...ending, answer: dated(ending.answer, nowMs) };
}

function refuseMethod({ method }: Call): Refusal | undefined {
  if (method === "GET") {
    return undefined;
  }
  return refusal(
    withHeaders(gatewayError(405, "The stand-in's management API is read-only."), { allow: "GET" }),
    "the stand-in's management API is read-only",
    "Send GET; topics are set where the stand-in is started (STANDIN_TOPICS in local/settings.env).",
  );
}

/** The 400 of a missing header is the produce page's own; here the gateway speaks. */
function refuseCaller(call: Call, gate: Parameters<typeof checkCaller>[1]): Refusal | undefined {
  const refused = checkCaller(call, gate);
  return refused?.answer.status === 400
    ? { ...refused, answer: gatewayError(401, "A signature header is missing.") }
    : refused;
}

function read({ target }: Call, standIn: StandIn): Answer | Refusal {
  const [path = "", ...query] = target.split("?");
  const topics = standIn.topics.describe().map((topic) => toTopic(topic, standIn));
  if (path === prefixPath) {
    return jsonAnswer(200, { prefix: sharedPrefix(topics) });
  }
  if (path === topicsPath) {
    return listTopics(topics, new URLSearchParams(query.join("?")));
  }
  const topicId = topicPath.exec(path)?.[1];
  const found = topics.find((topic) => topic.topicId === topicId);
  return found === undefined
    ? refusal(
        gatewayError(404, "The topic is unknown."),
        "no topic has this topicId",
        `Take a topicId from GET ${topicsPath}: it is not the topic's name.`,
      )
    : jsonAnswer(200, found);
}

/** All local topics were created when the stand-in started; nothing listens at the TCP endpoint. */
function toTopic(
  described: { readonly name: string; readonly partitions: readonly unknown[] },
  { topics, startedAtMs }: StandIn,
) {
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

/** Ten letters and digits, as in the page's example, and the same after every start. */
function topicIdOf(name: string): string {
  const text = createHash("sha256").update(name).digest("base64url");
  return text.replaceAll(/[-_]/g, "").slice(0, 10);
}

/** An account's prefix looks like `h4j6l-`. Local topics may have none: then it is empty, so that names still begin with it. */
function sharedPrefix(topics: readonly Topic[]): string {
  const prefix = /^[a-z0-9]{5}-/.exec(topics[0]?.topicName ?? "")?.[0] ?? "";
  return topics.every(({ topicName }) => topicName.startsWith(prefix)) ? prefix : "";
}

function listTopics(topics: readonly Topic[], search: URLSearchParams): Answer | Refusal {
  const sortBy = search.get("sortBy") ?? "createdDate";
  const descending = search.get("descending") ?? "true";
  if (sortBy !== "createdDate" && sortBy !== "topicName") {
    return badQuery("sortBy must be createdDate or topicName");
  }
  if (descending !== "true" && descending !== "false") {
    return badQuery("descending must be true or false");
  }
  const searchText = search.get("searchText") ?? "";
  const found = topics.filter(({ topicName, description }) =>
    [topicName, description].some((text) => text.includes(searchText)),
  );
  // Topics of one start share their date, and then stay in the order of the settings.
  const ascending = sortBy === "topicName" ? found.toSorted(byName) : found;
  const list = descending === "true" ? ascending.toReversed() : ascending;
  return jsonAnswer(200, { list: list.map(toListed) });
}

function byName(left: Topic, right: Topic): number {
  return left.topicName < right.topicName ? -1 : 1;
}

/** The list's page has `pinned`, and no `updatedDate`. */
function toListed({ updatedDate: _, ...topic }: Topic) {
  return { ...topic, pinned: false };
}

function badQuery(problem: string): Refusal {
  return refusal(gatewayError(400, problem), problem, `Correct the query: ${problem}.`);
}
