import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { InvalidInput, isObject, parseJson } from "../../data-stream/control/checked-input.ts";
import { guard } from "../../http/guard.ts";
import { readBody } from "../../http/read-body.ts";
import type { OutgoingResponse } from "../../http/response.ts";
import { problemResponse, sendResponse, withHeaders } from "../../http/response.ts";
import type { Calls } from "./calls.ts";
import type { FunctionReply, FunctionRequest } from "./function-call.ts";
import { headersOf, jsonReply, withNewline } from "./raw-http.ts";
import type { Route } from "./routes.ts";

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

export type HostServerOptions = {
  readonly allowedHosts: readonly string[];
  readonly findRoute: (path: string) => Route;
  readonly calls: Calls;
};

/**
 * Parameters of an action are at most 1 MiB: https://guide.ncloud-docs.com/docs/en/cloudfunctions-spec (read 2026-11-30).
 * It is not known whether NAVER Cloud counts a body before or after base64. Here it is the body as it was sent.
 */
export const bodyBytesMax = 1_048_576;
const connectionsMax = 1_000;
const requestTimeoutMs = 30_000;

/** Creates the server of the functions: `/webhook/<source>` by raw HTTP, any other function by hand with a JSON event. */
export function createHostServer(options: HostServerOptions) {
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    respond({ request, response }, options).catch((error: unknown) => {
      console.error("the functions' host failed on a request:", error);
      response.destroy();
    });
  });
  server.maxConnections = connectionsMax;
  return server;
}

async function respond(exchange: Exchange, options: HostServerOptions): Promise<void> {
  const { request, response } = exchange;
  const [path = ""] = (request.url ?? "").split("?");
  const route = options.findRoute(path);
  const refused = refuse(request, { path, route, allowedHosts: options.allowedHosts });
  if (refused !== undefined || route.kind === "none") {
    send(exchange, refused ?? problemResponse(404, ""));
    return;
  }
  const body = await readBody(request, bodyBytesMax);
  if (body.kind === "aborted") {
    return;
  }
  const bytes = body.kind === "whole" ? body.bytes : Buffer.alloc(0);
  const received = toReceived(request, bytes);
  const isGone = () => response.destroyed || request.socket.destroyed;
  const call = { request: received, isGone };
  if (body.kind === "tooLarge") {
    reply(exchange, received, options.calls.refuseTooLarge({ ...call, name: route.name }));
  } else if (route.kind === "http") {
    reply(exchange, received, await options.calls.overHttp({ ...call, route }));
  } else {
    reply(exchange, received, await callByHand(bytes, { ...call, name: route.name }, options));
  }
}

function toReceived(request: IncomingMessage, body: Buffer): FunctionRequest {
  const { method = "", url = "" } = request;
  const [path = "", ...query] = url.split("?");
  return { method, path, query: query.join("?"), headers: headersOf(request), body };
}

type Asked = {
  readonly path: string;
  readonly route: Route;
  readonly allowedHosts: readonly string[];
};

function refuse(
  { headers, method, socket: { localPort = 0 } }: IncomingMessage,
  { path, route, allowedHosts }: Asked,
): OutgoingResponse | undefined {
  const others = path.startsWith("/webhook/") ? withUsualPorts(allowedHosts) : [];
  const guarded = guard(headers, localPort, others);
  if (guarded !== undefined) {
    return guarded;
  }
  if (route.kind === "none") {
    return problemResponse(404, route.reason);
  }
  return route.kind === "by-hand" && method !== "POST" ? notAllowed(route.name) : undefined;
}

type ByHand = { readonly name: string; readonly isGone: () => boolean };

async function callByHand(
  bytes: Buffer,
  call: ByHand,
  { calls }: HostServerOptions,
): Promise<FunctionReply> {
  const event = eventOf(bytes);
  return typeof event === "string"
    ? jsonReply(400, { error: event })
    : await calls.byHand({ ...call, event });
}

/** A tunnel's requests name it without a port: it listens on the one of HTTP or of HTTPS. */
function withUsualPorts(names: readonly string[]): readonly string[] {
  return names.flatMap((name) =>
    /:\d{1,5}$/.test(name) ? [name] : [name, `${name}:80`, `${name}:443`],
  );
}

function notAllowed(name: string): OutgoingResponse {
  const reason = `${name} is called by hand with POST and a JSON event`;
  return withHeaders(problemResponse(405, reason), { allow: "POST" });
}

/** Reads the event of a call by hand, or says what is wrong with it. */
function eventOf(bytes: Buffer): Readonly<Record<string, unknown>> | string {
  try {
    const event = bytes.length === 0 ? {} : parseJson(bytes);
    if (!isObject(event)) {
      return "the event must be a JSON object";
    }
    // OpenWhisk refuses them too: they would say that the call came over HTTP.
    // A parser takes nesting that no other part of the way can write again.
    JSON.stringify(event);
    const reserved = Object.keys(event).find((name) => name.startsWith("__ow_"));
    return reserved === undefined
      ? event
      : "the event must not have parameters that begin with __ow_";
  } catch (error) {
    return error instanceof InvalidInput ? error.message : "the event is nested too deeply";
  }
}

function reply(exchange: Exchange, request: FunctionRequest, answer: FunctionReply): void {
  const { status, headers, body } = withNewline(answer, request);
  const isEmpty = [204, 304].includes(status);
  const { "content-length": _, "transfer-encoding": __, connection: ___, ...own } = headers;
  const length = isEmpty ? undefined : { "content-length": String(body.length) };
  sendResponse(exchange.request, exchange.response, {
    status,
    headers: { ...own, ...length },
    body: isEmpty ? "" : Buffer.from(body),
  });
}

/** Sends an answer of the host itself. */
function send({ request, response }: Exchange, outgoing: OutgoingResponse): void {
  sendResponse(request, response, { ...outgoing, body: `${outgoing.body}\n` });
}
