import type { IncomingMessage } from "node:http";
import { closedObject, InvalidInput, parseJson } from "../../data-stream/control/checked-input.ts";
import { readBody } from "../../http/read-body.ts";
import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse, withHeaders } from "../../http/response.ts";
import type { FunctionsConnection } from "./connection.ts";
import { describeSource } from "./describe-source.ts";
import type { FunctionReply, SentRequest } from "./send-request.ts";
import { NoReply, sendRequest } from "./send-request.ts";
import { sendWebhook } from "./send-webhook.ts";
import { readSources } from "./sources.ts";
import { uploadBucket, uploadObject } from "./upload-object.ts";

export type FunctionsConsole = (request: IncomingMessage) => Promise<OutgoingResponse>;

type Action = (
  asked: unknown,
  connection: FunctionsConnection,
) => Promise<{ sent: SentRequest; reply: FunctionReply }>;

export const functionsPath = "/_/functions";
/** Twice a webhook's largest body, because JSON text escapes quotes and line ends. */
const askedBytesMax = 8 * 1024 * 1024;

const actions: Readonly<Record<string, Action>> = {
  webhook: sendWebhook,
  upload: uploadObject,
};

/**
 * Creates the endpoints behind the forms of the page. Without a connection they respond that the emulator runs
 * alone.
 */
export function createFunctionsConsole(
  connection: FunctionsConnection | undefined,
): FunctionsConsole {
  return async (request) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    return path === functionsPath
      ? list(request, connection)
      : call(request, path.slice(functionsPath.length + 1), connection);
  };
}

function list(
  { method = "" }: IncomingMessage,
  connection: FunctionsConnection | undefined,
): OutgoingResponse {
  return ["GET", "HEAD"].includes(method)
    ? jsonResponse(200, describe(connection))
    : notAllowed("GET, HEAD");
}

async function call(
  request: IncomingMessage,
  name: string,
  connection: FunctionsConnection | undefined,
): Promise<OutgoingResponse> {
  if (request.method !== "POST") {
    return notAllowed("POST");
  }
  if (connection === undefined) {
    return problem(503, "the emulator runs alone: the command start runs the functions beside it");
  }
  const action = findAction(name, connection);
  return action === undefined
    ? problem(404, "no such function")
    : answer(request, action, connection);
}

/** Finds the action behind a form, or a call by name of a function that accepts one. */
function findAction(name: string, connection: FunctionsConnection): Action | undefined {
  if (Object.hasOwn(actions, name)) {
    return actions[name];
  }
  const isCalledByName = connection.invocations().includes(name);
  return isCalledByName ? (asked, connected) => invoke(name, asked, connected) : undefined;
}

function describe(connection: FunctionsConnection | undefined) {
  return connection === undefined
    ? { connected: false, sources: [] }
    : {
        connected: true,
        sources: readSources(connection.settings).map(describeSource),
        bucket: uploadBucket,
        invocations: connection.invocations(),
      };
}

async function answer(
  request: IncomingMessage,
  action: Action,
  connection: FunctionsConnection,
): Promise<OutgoingResponse> {
  const body = await readBody(request, askedBytesMax);
  if (body.kind !== "whole") {
    return problem(413, `at most ${askedBytesMax} bytes`);
  }
  try {
    const asked = body.bytes.length === 0 ? {} : parseJson(body.bytes);
    return jsonResponse(200, await action(asked, connection));
  } catch (error) {
    if (error instanceof InvalidInput) {
      return problem(400, error.message);
    }
    if (error instanceof NoReply) {
      return problem(502, error.message);
    }
    throw error;
  }
}

/** An event in text is sent as it is: parsing it would round its long numbers. */
function invoke(name: string, asked: unknown, { invocationUrl }: FunctionsConnection) {
  const { event = {} } = closedObject(asked, "the call", ["event"]);
  const headers = { "content-type": "application/json" };
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const sent = { method: "POST", url: invocationUrl(name), headers, body };
  return sendRequest(sent).then((reply) => ({ sent, reply }));
}

function notAllowed(allow: string): OutgoingResponse {
  return withHeaders(problem(405, "method not allowed"), { allow });
}

function problem(status: number, error: string): OutgoingResponse {
  return jsonResponse(status, { error });
}
