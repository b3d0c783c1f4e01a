import type { IncomingMessage } from "node:http";
import { closedObject, InvalidInput, parseJson } from "../../data-stream/control/checked-input.ts";
import { readBody } from "../../http/read-body.ts";
import type { Answer } from "../../http/response.ts";
import { jsonAnswer, withHeaders } from "../../http/response.ts";
import type { Connection } from "./connection.ts";
import { describeSource } from "./describe-source.ts";
import type { Reply, Sent } from "./exchange.ts";
import { exchange, NoReply } from "./exchange.ts";
import { sendWebhook } from "./send-webhook.ts";
import { readSources } from "./sources.ts";
import { uploadBucket, uploadObject } from "./upload-object.ts";

export type FunctionsConsole = (request: IncomingMessage) => Promise<Answer>;

type Action = (asked: unknown, connection: Connection) => Promise<{ sent: Sent; reply: Reply }>;

export const functionsPath = "/_/functions";
/** A webhook's largest body, twice: as JSON text its quotes and line ends are escaped. */
const askedBytesMax = 8 * 1024 * 1024;

const actions: Readonly<Record<string, Action>> = {
  webhook: sendWebhook,
  upload: uploadObject,
};

/** The endpoints behind the forms of the page. Without a connection the stand-in runs alone, and they say so. */
export function createFunctionsConsole(connection: Connection | undefined): FunctionsConsole {
  return async (request) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    return path === functionsPath
      ? list(request, connection)
      : call(request, path.slice(functionsPath.length + 1), connection);
  };
}

function list({ method = "" }: IncomingMessage, connection: Connection | undefined): Answer {
  return ["GET", "HEAD"].includes(method)
    ? jsonAnswer(200, describe(connection))
    : notAllowed("GET, HEAD");
}

async function call(
  request: IncomingMessage,
  name: string,
  connection: Connection | undefined,
): Promise<Answer> {
  if (request.method !== "POST") {
    return notAllowed("POST");
  }
  if (connection === undefined) {
    return problem(503, "the stand-in runs alone: npm start runs the functions beside it");
  }
  const action = findAction(name, connection);
  return action === undefined
    ? problem(404, "no such function")
    : answer(request, action, connection);
}

/** A form of its own, or a call by name of any function that takes one. */
function findAction(name: string, connection: Connection): Action | undefined {
  if (Object.hasOwn(actions, name)) {
    return actions[name];
  }
  const isCalledByName = namesToInvoke(connection).includes(name);
  return isCalledByName ? (asked, connected) => invoke(name, asked, connected) : undefined;
}

function namesToInvoke({ functions }: Connection): readonly string[] {
  return functions.filter(({ accepts }) => accepts === "invocation").map(({ name }) => name);
}

function describe(connection: Connection | undefined) {
  return connection === undefined
    ? { connected: false, sources: [] }
    : {
        connected: true,
        sources: readSources(connection.settings).map(describeSource),
        bucket: uploadBucket,
        invocations: namesToInvoke(connection),
      };
}

async function answer(
  request: IncomingMessage,
  action: Action,
  connection: Connection,
): Promise<Answer> {
  const body = await readBody(request, askedBytesMax);
  if (body.kind !== "whole") {
    return problem(413, `at most ${askedBytesMax} bytes`);
  }
  try {
    const asked = body.bytes.length === 0 ? {} : parseJson(body.bytes);
    return jsonAnswer(200, await action(asked, connection));
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

function invoke(name: string, asked: unknown, { invocationUrl }: Connection) {
  const { event = {} } = closedObject(asked, "the call", ["event"]);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(event);
  const sent = { method: "POST", url: invocationUrl(name), headers, body };
  return exchange(sent).then((reply) => ({ sent, reply }));
}

function notAllowed(allow: string): Answer {
  return withHeaders(problem(405, "method not allowed"), { allow });
}

function problem(status: number, error: string): Answer {
  return jsonAnswer(status, { error });
}
