import type { IncomingMessage } from "node:http";
import { readBody } from "../../http/read-body.ts";
import type { Answer } from "../../http/response.ts";
import { jsonAnswer, problem, withHeaders } from "../../http/response.ts";
import type { StandIn } from "../emulator.ts";
import { parseFaultScript } from "../faults/fault-script.ts";
import { headerText } from "../produce/call.ts";
import { InvalidInput, parseJson } from "./checked-input.ts";
import { getOneRecord, oneRecordPath } from "./one-record.ts";
import { parseRecordsQuery, readRecords } from "./read-records.ts";

type Ask = {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly search: URLSearchParams;
  readonly standIn: StandIn;
};

type Handler = (ask: Ask) => Answer | Promise<Answer>;
type Resource = Readonly<Record<string, Handler>>;

const scriptBytesMax = 1024 * 1024;
const recordsPath = /^\/_\/topics\/([^/]{1,600})\/records$/;
const noContent: Answer = { status: 204, headers: {}, body: "" };

const resources: Readonly<Record<string, Resource>> = {
  "/_/topics": { GET: ({ standIn }) => jsonAnswer(200, { topics: standIn.topics.describe() }) },
  "/_/requests": {
    GET: ({ standIn: { requests, faults } }) =>
      jsonAnswer(200, { faultsOn: faults.isOn(), requests: requests.recentFirst() }),
  },
  "/_/records": {
    DELETE({ standIn }) {
      const refused = standIn.empty();
      return refused === undefined ? noContent : problem(503, refused.reason);
    },
  },
  "/_/faults": {
    GET: ({ standIn }) => jsonAnswer(200, standIn.faults.remaining()),
    POST: replaceFaults,
    DELETE({ standIn }) {
      standIn.faults.clear();
      return noContent;
    },
  },
};

const topicRecords: Resource = { GET: getRecords };
const oneRecord: Resource = {
  GET: ({ request, path, standIn }) =>
    getOneRecord({ path, host: headerText(request.headers, "host"), standIn }),
};

/** The one place where a problem in what was asked becomes an answer. */
export async function control(request: IncomingMessage, standIn: StandIn): Promise<Answer> {
  try {
    return await answerResource(request, standIn);
  } catch (error) {
    if (error instanceof InvalidInput) {
      return problem(400, error.message);
    }
    throw error;
  }
}

async function answerResource(request: IncomingMessage, standIn: StandIn): Promise<Answer> {
  const [path = "", ...query] = (request.url ?? "").split("?");
  const resource = findResource(path);
  if (resource === undefined) {
    return problem(404, "no such resource in the control API");
  }
  const handler = resource[request.method === "HEAD" ? "GET" : (request.method ?? "")];
  return handler === undefined
    ? withHeaders(problem(405, "method not allowed"), { allow: Object.keys(resource).join(", ") })
    : await handler({ request, path, search: new URLSearchParams(query.join("?")), standIn });
}

function findResource(path: string): Resource | undefined {
  if (recordsPath.test(path)) {
    return topicRecords;
  }
  return oneRecordPath.test(path) ? oneRecord : ownResource(path);
}

function ownResource(path: string): Resource | undefined {
  return Object.hasOwn(resources, path) ? resources[path] : undefined;
}

function getRecords({ path, search, standIn: { topics } }: Ask): Answer {
  const name = decodeName(recordsPath.exec(path)?.[1] ?? "");
  const partitions = topics.partitionCount(name);
  if (partitions === undefined) {
    return problem(404, "the topic is unknown");
  }
  const query = parseRecordsQuery(search, { name, partitions });
  return jsonAnswer(200, readRecords(topics.records, query));
}

/** What is not percent-encoded properly names no topic. */
function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

async function replaceFaults({ request, standIn: { faults } }: Ask): Promise<Answer> {
  const body = await readBody(request, scriptBytesMax);
  if (body.kind !== "whole") {
    return problem(413, `a fault script is at most ${scriptBytesMax} bytes`);
  }
  faults.replace(parseFaultScript(parseJson(body.bytes)));
  return jsonAnswer(200, faults.remaining());
}
