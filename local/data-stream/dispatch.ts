import type { IncomingMessage, ServerResponse } from "node:http";
import { functionsPath } from "../functions/console/functions-console.ts";
import { addressOf, guard } from "../http/guard.ts";
import { readBody } from "../http/read-body.ts";
import type { Answer } from "../http/response.ts";
import { problem, send, withHeaders } from "../http/response.ts";
import { control } from "./control/control.ts";
import { refusalLine } from "./control/refusal-line.ts";
import type { RequestEntry } from "./control/request-log.ts";
import { hideSecrets } from "./diagnosis/hide-secrets.ts";
import type { StandIn } from "./emulator.ts";
import type { Page } from "./page/serve-page.ts";
import { answerPage, browserHeaders } from "./page/serve-page.ts";
import type { Call } from "./produce/call.ts";
import { refusal } from "./produce/call.ts";
import type { Ending } from "./produce/ending.ts";
import { refusedEnding } from "./produce/ending.ts";
import { bodyBytesMax } from "./produce/message-size.ts";
import { produce } from "./produce/produce.ts";
import { documented, gatewayError } from "./produce/produce-responses.ts";
import { isManagementPath, manage } from "./topics/management.ts";

export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly page: Page;
};

const producePath = "/api/produce";
const loggedPathCharactersMax = 200;

export async function dispatch(exchange: Exchange, standIn: StandIn): Promise<void> {
  const { request, response, page } = exchange;
  const path = pathOf(request);
  const { localPort = 0 } = request.socket;
  const others = [...addressOf(request.socket), ...standIn.allowedHosts];
  const refused = guard(request.headers, localPort, others);
  const file = page.get(path);
  if (refused !== undefined) {
    sendToBrowser(exchange, refused);
  } else if (path === "/_/events") {
    joinEvents(exchange, standIn);
  } else if (path === functionsPath || path.startsWith(`${functionsPath}/`)) {
    sendToBrowser(exchange, await standIn.functionsConsole(request));
  } else if (path.startsWith("/_/")) {
    sendToBrowser(exchange, await control(request, standIn));
  } else if (file !== undefined) {
    send(request, response, answerPage(request.method ?? "", file));
  } else {
    await callApi(exchange, standIn);
  }
}

function sendToBrowser({ request, response }: Exchange, answer: Answer): void {
  send(request, response, withHeaders(answer, browserHeaders));
}

function joinEvents(exchange: Exchange, { events }: StandIn): void {
  const { request, response } = exchange;
  if (request.method !== "GET") {
    sendToBrowser(exchange, withHeaders(problem(405, "method not allowed"), { allow: "GET" }));
  } else if (events.isFull()) {
    sendToBrowser(exchange, problem(429, "too many clients listen to the events"));
  } else {
    response.writeHead(200, { ...browserHeaders, "content-type": "text/event-stream" });
    events.join(response, request.headers);
  }
}

async function callApi({ request, response }: Exchange, standIn: StandIn): Promise<void> {
  const body = await readBody(request, bodyBytesMax(standIn.countedSize));
  if (body.kind === "aborted") {
    return;
  }
  const { method = "", url: target = "", headers } = request;
  const ending = await answerCall({ method, target, headers, body }, standIn);
  note(request, ending, standIn);
  if (ending.firstByteMs !== undefined) {
    await standIn.wait(ending.firstByteMs);
  }
  if (ending.answer === "cut") {
    request.socket.destroy();
  } else {
    send(request, response, ending.answer);
  }
}

async function answerCall(call: Call, standIn: StandIn): Promise<Ending> {
  const path = call.target.split("?")[0] ?? "";
  if (isManagementPath(path)) {
    return manage(call, standIn);
  }
  if (path !== producePath) {
    return refuse(
      gatewayError(404, "No such path."),
      "the stand-in has no such path",
      `Produce with POST ${producePath}, without a slash at the end; topics are at /api/v1/topics.`,
    );
  }
  if (call.method !== "POST") {
    // No page lists a 405, so it takes the shape of the API's own answers.
    const answer = withHeaders(documented(405, "Method Not Allowed"), { allow: "POST" });
    return refuse(answer, "the method must be POST", "Send POST, and sign POST.");
  }
  return produce(call, standIn);
}

function refuse(answer: Answer, reason: string, fix: string): Ending {
  return refusedEnding(refusal(answer, reason, fix));
}

/** Noted before it is answered: a caller that has its answer finds the request in the log. */
function note(request: IncomingMessage, ending: Ending, standIn: StandIn): void {
  const entry: RequestEntry = {
    at: standIn.now(),
    method: request.method ?? "",
    path: hideSecrets(request.url ?? "", standIn.accessKeys).slice(0, loggedPathCharactersMax),
    status: ending.answer === "cut" ? 0 : ending.answer.status,
    ...ending.entry,
  };
  standIn.requests.add(entry);
  standIn.events.request(entry);
  if (entry.verdict === "refused") {
    standIn.log(refusalLine(entry));
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?")[0] ?? "";
}
