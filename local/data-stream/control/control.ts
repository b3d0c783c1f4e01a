import type { IncomingMessage } from "node:http";
import { readBody } from "../../http/read-body.ts";
import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse, problemResponse, withHeaders } from "../../http/response.ts";
import type { Emulator } from "../emulator.ts";
import { parseFaultScript } from "../faults/fault-script.ts";
import { headerText } from "../produce/gateway-request.ts";
import { parseWait, waitForRecord } from "../wait/wait.ts";
import { InvalidInput, parseJson } from "./checked-input.ts";
import { ndjsonResponse } from "./ndjson.ts";
import { getOneRecord, oneRecordPath } from "./one-record.ts";
import { parseRecordsQuery, readRecords } from "./read-records.ts";

type ControlRequest = {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly search: URLSearchParams;
  readonly emulator: Emulator;
};

type Handler = (ask: ControlRequest) => OutgoingResponse | Promise<OutgoingResponse>;
type Resource = Readonly<Record<string, Handler>>;

const scriptBytesMax = 1024 * 1024;
const recordsPath = /^\/_\/topics\/([^/]{1,600})\/records$/;
const noContent: OutgoingResponse = { status: 204, headers: {}, body: "" };

const resources: Readonly<Record<string, Resource>> = {
  "/_/topics": {
    GET: ({ emulator: { topics } }) =>
      jsonResponse(200, { topics: topics.describe(), newest: topics.records.newestCursor() }),
  },
  "/_/wait": {
    GET: ({ request, search, emulator: { topics, waiters } }) =>
      waitForRecord(request, parseWait(search), { topics, waiters }),
  },
  "/_/requests": {
    GET: ({ emulator: { requests, faults } }) =>
      jsonResponse(200, { faultsOn: faults.isOn(), requests: requests.recentFirst() }),
  },
  "/_/records": {
    DELETE({ emulator }) {
      const refused = emulator.emptyTopics();
      return refused === undefined ? noContent : problemResponse(503, refused.reason);
    },
  },
  "/_/faults": {
    GET: ({ emulator }) => jsonResponse(200, emulator.faults.remaining()),
    POST: replaceFaults,
    DELETE({ emulator }) {
      emulator.faults.clear();
      return noContent;
    },
  },
};

const topicRecords: Resource = { GET: getRecords };
const oneRecord: Resource = {
  GET: ({ request, path, emulator }) =>
    getOneRecord({ path, host: headerText(request.headers, "host"), emulator }),
};

/** Handles a request to the control API. Invalid input becomes a 400 response here and nowhere else. */
export async function handleControl(
  request: IncomingMessage,
  emulator: Emulator,
): Promise<OutgoingResponse> {
  try {
    return await handleResource(request, emulator);
  } catch (error) {
    if (error instanceof InvalidInput) {
      return problemResponse(400, error.message);
    }
    throw error;
  }
}

async function handleResource(
  request: IncomingMessage,
  emulator: Emulator,
): Promise<OutgoingResponse> {
  const [path = "", ...query] = (request.url ?? "").split("?");
  const resource = findResource(path);
  if (resource === undefined) {
    return problemResponse(404, "no such resource in the control API");
  }
  const handler = resource[request.method === "HEAD" ? "GET" : (request.method ?? "")];
  return handler === undefined
    ? withHeaders(problemResponse(405, "method not allowed"), {
        allow: Object.keys(resource).join(", "),
      })
    : await handler({ request, path, search: new URLSearchParams(query.join("?")), emulator });
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

function getRecords({ path, search, emulator: { topics } }: ControlRequest): OutgoingResponse {
  const name = decodeName(recordsPath.exec(path)?.[1] ?? "");
  const partitions = topics.partitionCount(name);
  if (partitions === undefined) {
    return problemResponse(404, "the topic is unknown");
  }
  const query = parseRecordsQuery(search, { name, partitions });
  const read = readRecords(topics.records, query);
  return query.format === "json" ? jsonResponse(200, read) : ndjsonResponse(read);
}

/** Decodes a topic's name. Invalid percent-encoding gives the empty text, which is the name of no topic. */
function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

async function replaceFaults({
  request,
  emulator: { faults },
}: ControlRequest): Promise<OutgoingResponse> {
  const body = await readBody(request, scriptBytesMax);
  if (body.kind !== "whole") {
    return problemResponse(413, `a fault script is at most ${scriptBytesMax} bytes`);
  }
  faults.replace(parseFaultScript(parseJson(body.bytes)));
  return jsonResponse(200, faults.remaining());
}
