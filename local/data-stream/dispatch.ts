import type { IncomingMessage, ServerResponse } from "node:http";
import { deliveriesPath } from "../deliveries/deliveries-api.ts";
import { functionsPath } from "../functions/console/functions-console.ts";
import { addressOf, guard } from "../http/guard.ts";
import { readBody } from "../http/read-body.ts";
import type { OutgoingResponse } from "../http/response.ts";
import { problemResponse, sendResponse, withHeaders } from "../http/response.ts";
import type { Page } from "../page/serve-page.ts";
import { browserHeaders } from "../page/serve-page.ts";
import { handleControl } from "./control/control.ts";
import { refusalLine } from "./control/refusal-line.ts";
import type { RequestEntry } from "./control/request-log.ts";
import { hideSecrets } from "./diagnosis/hide-secrets.ts";
import type { Emulator } from "./emulator.ts";
import type { GatewayRequest } from "./produce/gateway-request.ts";
import { apiRefusal } from "./produce/gateway-request.ts";
import { bodyBytesMax } from "./produce/message-size.ts";
import { handleProduce } from "./produce/produce.ts";
import { documentedResponse, gatewayError } from "./produce/produce-responses.ts";
import type { RequestOutcome } from "./produce/request-outcome.ts";
import { refusedOutcome } from "./produce/request-outcome.ts";
import { handleManagement, isManagementPath } from "./topics/management.ts";

type ApiExchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Takes every request of the API, before it has its response. */
  readonly onRequest?: (entry: RequestEntry) => void;
};

type Exchange = ApiExchange & { readonly page: Page };

const producePath = "/api/produce";
const loggedPathCharactersMax = 200;

export async function dispatchDataStream(exchange: Exchange, emulator: Emulator): Promise<void> {
  const { request, response, page } = exchange;
  const path = pathOf(request);
  const { localPort = 0 } = request.socket;
  const refused = guard(request.headers, localPort, addressOf(request.socket));
  if (refused !== undefined) {
    sendToBrowser(exchange, refused);
  } else if (path === "/_/events") {
    joinEvents(exchange, emulator);
  } else if (isUnder(functionsPath, path)) {
    sendToBrowser(exchange, await emulator.functionsConsole(request));
  } else if (isUnder(deliveriesPath, path)) {
    sendToBrowser(exchange, await emulator.deliveriesApi(request));
  } else if (path.startsWith("/_/")) {
    sendToBrowser(exchange, await handleControl(request, emulator));
  } else {
    const file = page(request.method ?? "", path);
    if (file === undefined) {
      await respondToApi(exchange, emulator);
    } else {
      sendResponse(request, response, await file);
    }
  }
}

/** Dispatches a request of one process, whose address serves the API alone. */
export async function dispatchApi(exchange: ApiExchange, emulator: Emulator): Promise<void> {
  const { request, response } = exchange;
  const refused = guard(request.headers, request.socket.localPort ?? 0);
  if (refused !== undefined) {
    sendResponse(request, response, refused);
  } else {
    await respondToApi(exchange, emulator);
  }
}

function sendToBrowser({ request, response }: Exchange, outgoing: OutgoingResponse): void {
  sendResponse(request, response, withHeaders(outgoing, browserHeaders));
}

function joinEvents(exchange: Exchange, { events }: Emulator): void {
  const { request, response } = exchange;
  if (request.method !== "GET") {
    sendToBrowser(
      exchange,
      withHeaders(problemResponse(405, "method not allowed"), { allow: "GET" }),
    );
  } else if (events.isFull()) {
    sendToBrowser(exchange, problemResponse(429, "too many clients listen to the events"));
  } else {
    response.writeHead(200, { ...browserHeaders, "content-type": "text/event-stream" });
    events.join(response, request.headers);
  }
}

async function respondToApi(exchange: ApiExchange, emulator: Emulator): Promise<void> {
  const { request, response, onRequest } = exchange;
  const body = await readBody(request, bodyBytesMax(emulator.countedSize));
  if (body.kind === "aborted") {
    return;
  }
  const { method = "", url: target = "", headers } = request;
  const ending = await handleApiRequest({ method, target, headers, body }, emulator);
  const entry = logRequest(request, ending, emulator);
  onRequest?.(entry);
  if (ending.firstByteMs !== undefined) {
    await emulator.wait(ending.firstByteMs);
  }
  if (ending.response === "cut") {
    request.socket.destroy();
  } else {
    sendResponse(request, response, ending.response);
  }
}

async function handleApiRequest(call: GatewayRequest, emulator: Emulator): Promise<RequestOutcome> {
  const path = call.target.split("?")[0] ?? "";
  if (isManagementPath(path)) {
    return handleManagement(call, emulator);
  }
  if (path !== producePath) {
    return refuse(
      gatewayError(404, "No such path."),
      "the emulator has no such path",
      `Produce with POST ${producePath}, without a slash at the end; topics are at /api/v1/topics.`,
    );
  }
  if (call.method !== "POST") {
    // No page of the API lists a 405, so this one has the form of the API's other responses.
    const outgoing = withHeaders(documentedResponse(405, "Method Not Allowed"), { allow: "POST" });
    return refuse(outgoing, "the method must be POST", "Send POST, and sign POST.");
  }
  return handleProduce(call, emulator);
}

function refuse(outgoing: OutgoingResponse, reason: string, fix: string): RequestOutcome {
  return refusedOutcome(apiRefusal(outgoing, reason, fix));
}

/** Logs the request before the response is sent: a caller that has its response finds the request in the log. */
function logRequest(
  request: IncomingMessage,
  ending: RequestOutcome,
  emulator: Emulator,
): RequestEntry {
  const entry = emulator.requests.add({
    at: emulator.now(),
    method: request.method ?? "",
    path: hideSecrets(request.url ?? "", emulator.accessKeys).slice(0, loggedPathCharactersMax),
    status: ending.response === "cut" ? 0 : ending.response.status,
    ...ending.entry,
  });
  emulator.events.request(entry);
  if (entry.verdict === "refused") {
    emulator.log(refusalLine(entry));
  }
  return entry;
}

function isUnder(resource: string, path: string): boolean {
  return path === resource || path.startsWith(`${resource}/`);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?")[0] ?? "";
}
