import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { guard } from "../http/guard.ts";
import type { Answer } from "../http/response.ts";
import { send, withHeaders } from "../http/response.ts";
import { control } from "./control.ts";
import type { ObjectStorage } from "./object-storage.ts";
import { answerCall } from "./operations/answer-call.ts";
import { toHeaders } from "./protocol/headers.ts";

export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Objects are strangers' bytes: opened in a browser they must not become a page that runs. */
const browserHeaders = {
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

export async function dispatch(exchange: Exchange, storage: ObjectStorage): Promise<void> {
  const answer = await answerRequest(exchange.request, storage);
  if (answer === "cut") {
    exchange.request.socket.destroy();
  } else {
    const date = new Date(storage.now()).toUTCString();
    send(exchange.request, exchange.response, withHeaders(answer, { ...browserHeaders, date }));
  }
}

async function answerRequest(
  request: IncomingMessage,
  storage: ObjectStorage,
): Promise<Answer | "cut"> {
  const refused = guard(request.headers, request.socket.localPort ?? 0);
  if (refused !== undefined) {
    return refused;
  }
  const { method = "", url: target = "" } = request;
  return target.startsWith("/_/")
    ? control(request, storage)
    : callApi({ request, method, target }, storage);
}

type Incoming = {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly target: string;
};

async function callApi({ request, method, target }: Incoming, storage: ObjectStorage) {
  const headers = toHeaders(request);
  const payload = await storage.readPayload(request, headers);
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  return payload.kind === "aborted"
    ? "cut"
    : answerCall({ call: { method, target, headers, payload }, requestId }, storage);
}
