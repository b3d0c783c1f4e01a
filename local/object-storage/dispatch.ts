import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { guard } from "../http/guard.ts";
import type { OutgoingResponse } from "../http/response.ts";
import { sendResponse, withHeaders } from "../http/response.ts";
import { handleStorageControl } from "./control.ts";
import type { ObjectStorage } from "./object-storage.ts";
import { handleS3Call } from "./operations/handle-call.ts";
import { readHeaders } from "./protocol/headers.ts";

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Objects hold strangers' bytes. Opened in a browser, they must not become a page that runs. */
const browserHeaders = {
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

export async function dispatchObjectStorage(
  exchange: Exchange,
  storage: ObjectStorage,
): Promise<void> {
  const result = await handleRequest(exchange.request, storage);
  if (result === "cut") {
    exchange.request.socket.destroy();
  } else {
    const date = new Date(storage.now()).toUTCString();
    sendResponse(
      exchange.request,
      exchange.response,
      withHeaders(result, { ...browserHeaders, date }),
    );
  }
}

async function handleRequest(
  request: IncomingMessage,
  storage: ObjectStorage,
): Promise<OutgoingResponse | "cut"> {
  const refused = guard(request.headers, request.socket.localPort ?? 0);
  if (refused !== undefined) {
    return refused;
  }
  const { method = "", url: target = "" } = request;
  return target.startsWith("/_/")
    ? handleStorageControl(request, storage)
    : callApi({ request, method, target }, storage);
}

type IncomingCall = {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly target: string;
};

async function callApi({ request, method, target }: IncomingCall, storage: ObjectStorage) {
  const headers = readHeaders(request);
  const payload = await storage.readPayload(request, headers);
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  return payload.kind === "aborted"
    ? "cut"
    : handleS3Call({ call: { method, target, headers, payload }, requestId }, storage);
}
