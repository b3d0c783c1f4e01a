import type { IncomingMessage, ServerResponse } from "node:http";
import { checkCaller } from "../data-stream/produce/check-caller.ts";
import { gatewayError } from "../data-stream/produce/produce-responses.ts";
import { guard } from "../http/guard.ts";
import { readBody } from "../http/read-body.ts";
import type { Answer } from "../http/response.ts";
import { dated, send } from "../http/response.ts";
import { answerAction } from "./actions.ts";
import { apiError, contentAnswer, noContent, undocumentedError } from "./answers.ts";
import { checkCommon, checkName, isFields } from "./check-fields.ts";
import type { Double, Fault, Zone } from "./double.ts";
import type { Request } from "./request.ts";
import type { Fields } from "./resources.ts";
import { answerTrigger } from "./triggers.ts";

export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

const basePaths: Readonly<Record<Zone, string>> = {
  public: "/ncf/api/v2",
  fin: "/ncf/api/v2",
  gov: "/api/v2",
};

/** An action's 38 MB of code come in one body, as JSON text that can be longer. */
const bodyBytesMax = 64 * 1024 * 1024;

export async function dispatch(
  { request, response }: Exchange,
  { double, number }: { readonly double: Double; readonly number: number },
): Promise<void> {
  const foreign = guard(request.headers, request.socket.localPort ?? 0);
  if (foreign !== undefined) {
    send(request, response, foreign);
    return;
  }
  const body = await readBody(request, bodyBytesMax);
  if (body.kind !== "whole") {
    send(request, response, gatewayError(413, "The body is too large."));
    return;
  }
  const { method = "", url: target = "", headers } = request;
  const refused = checkCaller(
    { method, target, headers, body },
    { accessKeys: double.accessKeys, nowMs: double.now() },
  );
  if (refused !== undefined) {
    send(request, response, dated(refused.answer, double.now()));
    return;
  }
  const text = body.bytes.toString("utf8");
  const fault = double.faultOf(number, { method, path: target.split("?")[0] ?? "" });
  const answer = await meet(fault, text, () => answerCall({ method, target, text }, double));
  if (answer === "cut") {
    request.socket.destroy();
  } else {
    send(request, response, dated(answer, double.now()));
  }
}

async function meet(
  fault: Fault | undefined,
  text: string,
  carryOut: () => Promise<Answer>,
): Promise<Answer | "cut"> {
  if (fault === undefined) {
    return await carryOut();
  }
  switch (fault.kind) {
    case "status": {
      const answer = gatewayError(fault.status, "A fault of the double's script.");
      return { ...answer, headers: { ...answer.headers, ...(fault.headers as object) } };
    }
    case "subnet":
      return apiError("NAT_BEING_CREATED");
    case "unseen":
      return apiError("ACTION_NOT_FOUND");
    case "echo":
      return undocumentedError(400, "INVALID_BODY", text);
    case "cut": {
      if (fault.when === "after") {
        await carryOut();
      }
      return "cut";
    }
  }
}

type Call = { readonly method: string; readonly target: string; readonly text: string };

async function answerCall({ method, target, text }: Call, double: Double): Promise<Answer> {
  const [path = "", query = ""] = target.split("?");
  const base = basePaths[double.zone];
  const search = new URLSearchParams(query);
  const body = parseBody(text);
  if (!path.startsWith(`${base}/`)) {
    return gatewayError(404, "No such path.");
  }
  if (body === undefined) {
    return undocumentedError(400, "INVALID_BODY", "a JSON object is expected");
  }
  const segments = toSegments(path.slice(base.length + 1));
  if (segments === undefined) {
    return undocumentedError(400, "INVALID_PATH");
  }
  const platform = platformOf(search, double.zone);
  if (platform === undefined) {
    return undocumentedError(400, "INVALID_PLATFORM");
  }
  return await route({ method, segments, search, platform, body }, double);
}

function toSegments(path: string): readonly string[] | undefined {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Only the public zone knows the parameter. */
function platformOf(search: URLSearchParams, zone: Zone): string | undefined {
  const given = search.get("platform");
  if (zone !== "public") {
    const own = zone === "fin" ? "vpc" : "classic";
    return given === null ? own : undefined;
  }
  const platform = given ?? "vpc";
  return ["vpc", "classic"].includes(platform) ? platform : undefined;
}

/** GET and DELETE have no body; a PUT without fields has an empty object, not nothing. */
function parseBody(text: string): Fields | undefined {
  try {
    const parsed: unknown = text === "" ? {} : JSON.parse(text);
    return isFields(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

async function route(request: Request, double: Double): Promise<Answer> {
  const [first, , third] = request.segments;
  if (first === "packages" && third === "actions") {
    return await answerAction(request, double);
  }
  if (first === "packages" && third === undefined) {
    return answerPackage(request, double);
  }
  return first === "triggers"
    ? await answerTrigger(request, double)
    : gatewayError(404, "No such path.");
}

function answerPackage({ method, segments, body }: Request, { resources }: Double): Answer {
  const [, name = ""] = segments;
  const existing = resources.byName.get(name);
  if (method === "PUT") {
    const refused = checkName({ name, existing }, "package") ?? checkCommon(body);
    const description = String(body["description"] ?? "");
    if (refused === undefined) {
      resources.byName.set(name, { kind: "package", name, description });
    }
    return refused ?? contentAnswer({ name, description });
  }
  if (existing?.kind !== "package") {
    return undocumentedError(404, "PACKAGE_NOT_FOUND");
  }
  if (method === "GET") {
    return contentAnswer({ name, description: existing.description });
  }
  const isEmpty = [...resources.byName.values()].every(
    (one) => one.kind !== "action" || one.packageName !== name,
  );
  if (isEmpty) {
    resources.byName.delete(name);
  }
  return isEmpty ? noContent : undocumentedError(409, "PACKAGE_NOT_EMPTY");
}
