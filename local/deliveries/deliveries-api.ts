import type { IncomingMessage } from "node:http";
import { InvalidInput, parseJson } from "../data-stream/control/checked-input.ts";
import type { FunctionsConnection } from "../functions/console/connection.ts";
import { NoReply } from "../functions/console/send-request.ts";
import { readBody } from "../http/read-body.ts";
import type { OutgoingResponse } from "../http/response.ts";
import { jsonResponse, problemResponse, withHeaders } from "../http/response.ts";
import type { Deliveries, KeptCall } from "./deliveries.ts";
import { listDeliveries, parseDeliveriesQuery } from "./deliveries-query.ts";
import { deliveryCommand } from "./send-again/delivery-command.ts";
import { type ReplayContext, replay } from "./send-again/replay.ts";

export type DeliveriesApi = (request: IncomingMessage) => Promise<OutgoingResponse>;

type Context = {
  readonly deliveries: Deliveries;
  readonly connection: FunctionsConnection | undefined;
  readonly now: () => number;
};

export const deliveriesPath = "/_/deliveries";
const onePath = /^\/_\/deliveries\/([^/]{1,100})(\/replay|\/curl)?$/;
const askedBytesMax = 16 * 1024 * 1024;
const alone = "the emulator runs alone: the command start runs the functions beside it";

/** Creates the endpoints of the deliveries. */
export function createDeliveriesApi(context: Context): DeliveriesApi {
  return async (request) => {
    try {
      return await respond(request, context);
    } catch (error) {
      return toProblem(error);
    }
  };
}

function respond(
  request: IncomingMessage,
  context: Context,
): Promise<OutgoingResponse> | OutgoingResponse {
  const [path = "", ...query] = (request.url ?? "").split("?");
  return path === deliveriesPath
    ? list(request, new URLSearchParams(query.join("?")), context)
    : one(request, onePath.exec(path), context);
}

function toProblem(error: unknown): OutgoingResponse {
  if (error instanceof InvalidInput) {
    return problemResponse(400, error.message);
  }
  if (error instanceof NoReply) {
    return problemResponse(502, error.message);
  }
  throw error;
}

function list(
  { method }: IncomingMessage,
  search: URLSearchParams,
  { deliveries }: Context,
): OutgoingResponse {
  if (method === "DELETE") {
    deliveries.empty();
    return { status: 204, headers: {}, body: "" };
  }
  return isRead(method)
    ? jsonResponse(200, {
        deliveries: listDeliveries(deliveries.newestFirst(), parseDeliveriesQuery(search)),
      })
    : notAllowed("GET, HEAD, DELETE");
}

async function one(
  request: IncomingMessage,
  match: RegExpExecArray | null,
  context: Context,
): Promise<OutgoingResponse> {
  const [, id = "", action = ""] = match ?? [];
  const kept = context.deliveries.find(id);
  if (kept === undefined) {
    return problemResponse(404, "no delivery has this id, or it was dropped");
  }
  if (action === "/replay") {
    return request.method === "POST" ? replayOne(request, kept, context) : notAllowed("POST");
  }
  if (!isRead(request.method)) {
    return notAllowed("GET, HEAD");
  }
  return action === "/curl"
    ? commandFor(kept, context)
    : jsonResponse(200, { ...kept.delivery, log: context.deliveries.logOf(kept) });
}

function isRead(method: string | undefined): boolean {
  return method === "GET" || method === "HEAD";
}

async function replayOne(
  request: IncomingMessage,
  kept: KeptCall,
  context: Context,
): Promise<OutgoingResponse> {
  const body = await readBody(request, askedBytesMax);
  if (body.kind !== "whole") {
    return problemResponse(413, `at most ${askedBytesMax} bytes`);
  }
  const using = toReplayContext(kept, context);
  const asked = body.bytes.length === 0 ? {} : parseJson(body.bytes);
  return using === undefined
    ? problemResponse(503, alone)
    : jsonResponse(200, await replay(kept, asked, using));
}

function commandFor(kept: KeptCall, context: Context): OutgoingResponse {
  const using = toReplayContext(kept, context);
  return using === undefined
    ? problemResponse(503, alone)
    : {
        status: 200,
        headers: { "content-type": "text/plain; charset=utf-8" },
        body: deliveryCommand(kept, using),
      };
}

function toReplayContext(
  { context: { settings, hide, hiddenNames } }: KeptCall,
  { deliveries: { newestFirst }, connection, now }: Context,
): ReplayContext | undefined {
  return (
    connection && {
      connection: { ...connection, settings },
      ...{ hide, hiddenNames, newestFirst, nowMs: now() },
    }
  );
}

function notAllowed(allow: string): OutgoingResponse {
  return withHeaders(problemResponse(405, "method not allowed"), { allow });
}
