import type { IncomingMessage, ServerResponse } from "node:http";
import { handleGatewayCall, isGatewayCall } from "../api-gateway/dispatch.ts";
import { invokeStage, isInvocation } from "../api-gateway/invoke.ts";
import { gatewayError } from "../data-stream/produce/produce-responses.ts";
import { verifySignatureV2 } from "../data-stream/produce/verify-signature.ts";
import { headersOf } from "../functions/host/raw-http.ts";
import { guard } from "../http/guard.ts";
import { readBody } from "../http/read-body.ts";
import type { OutgoingResponse } from "../http/response.ts";
import { sendResponse, withDate } from "../http/response.ts";
import { handleVersions } from "./action-parts/action-versions.ts";
import { handleAction } from "./actions.ts";
import { handleActivations } from "./activations/routes.ts";
import { checkCommon, checkName, isJsonObject } from "./check-fields.ts";
import type { CloudFunctionsEmulator, ManagementFault, Zone } from "./emulator.ts";
import { handleControl } from "./hosting/control.ts";
import type { ManagementRequest } from "./management-request.ts";
import { actionKey, type JsonObject, putResource } from "./resources.ts";
import { apiError, contentResponse, noContent, undocumentedError } from "./responses.ts";
import { handleTrigger } from "./triggers.ts";

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

const basePaths: Readonly<Record<Zone, string>> = {
  public: "/ncf/api/v2",
  fin: "/ncf/api/v2",
  gov: "/api/v2",
};

/** API v3 has no host for the finance and public-sector zones. */
const version3Path = "/api/v3";

/** The 38 MB of an action's code arrive in one body, as JSON text that can be longer. */
const bodyBytesMax = 64 * 1024 * 1024;

export async function dispatchCloudFunctions(
  { request, response }: Exchange,
  { emulator, number }: { readonly emulator: CloudFunctionsEmulator; readonly number: number },
): Promise<void> {
  const foreign = guard(request.headers, request.socket.localPort ?? 0);
  if (foreign !== undefined) {
    sendResponse(request, response, foreign);
    return;
  }
  const body = await readBody(request, bodyBytesMax);
  if (body.kind !== "whole") {
    sendResponse(request, response, gatewayError(413, "The body is too large."));
    return;
  }
  const { method = "", url: target = "", headers } = request;
  const origin = `http://127.0.0.1:${request.socket.localPort}`;
  if (target.startsWith("/_/")) {
    const text = body.bytes.toString("utf8");
    sendResponse(
      request,
      response,
      await handleControl({ method, target, text, origin }, emulator),
    );
    return;
  }
  const fault = emulator.faultOf(number, { method, path: target.split("?")[0] ?? "" });
  if (isInvocation(target)) {
    const call = { method, target, headers: headersOf(request), body: body.bytes };
    const result = await applyFault(fault, "", () => invokeStage(call, emulator.gateway));
    reply({ request, response }, result, emulator);
    return;
  }
  const refused = verifySignatureV2(
    { method, target, headers, body },
    { accessKeys: emulator.accessKeys, nowMs: emulator.now() },
  );
  if (refused !== undefined) {
    sendResponse(request, response, withDate(refused.response, emulator.now()));
    return;
  }
  const text = body.bytes.toString("utf8");
  const result = await applyFault(fault, text, async () =>
    isGatewayCall(target)
      ? handleGatewayCall({ method, target, text, origin }, emulator.gateway)
      : await handleCall({ method, target, text }, emulator),
  );
  reply({ request, response }, result, emulator);
}

function reply(
  { request, response }: Exchange,
  result: OutgoingResponse | "cut",
  { now }: CloudFunctionsEmulator,
): void {
  if (result === "cut") {
    request.socket.destroy();
  } else {
    sendResponse(request, response, withDate(result, now()));
  }
}

async function applyFault(
  fault: ManagementFault | undefined,
  text: string,
  carryOut: () => Promise<OutgoingResponse>,
): Promise<OutgoingResponse | "cut"> {
  if (fault === undefined) {
    return await carryOut();
  }
  switch (fault.kind) {
    case "status": {
      const result = gatewayError(fault.status, "A fault of the emulator's script.");
      return { ...result, headers: { ...result.headers, ...(fault.headers as object) } };
    }
    case "subnet":
      return apiError("NAT_BEING_CREATED");
    case "unseen":
      return apiError("ACTION_NOT_FOUND");
    case "without":
      return withoutField(await carryOut(), fault.field);
    case "echo":
      return undocumentedError(400, "INVALID_BODY", text);
    case "answer": {
      await carryOut();
      const { status, type, body } = fault;
      return { status, headers: { "content-type": type }, body };
    }
    case "cut": {
      if (fault.when === "after") {
        await carryOut();
      }
      return "cut";
    }
  }
}

function withoutField(response: OutgoingResponse, field: string): OutgoingResponse {
  const replace = (key: string, value: unknown) => (key === field ? undefined : value);
  return { ...response, body: JSON.stringify(JSON.parse(String(response.body)), replace) };
}

type ManagementCall = { readonly method: string; readonly target: string; readonly text: string };

async function handleCall(
  { method, target, text }: ManagementCall,
  given: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  const [path = "", query = ""] = target.split("?");
  const search = new URLSearchParams(query);
  const emulator = given.zoneIsGuessed ? { ...given, zone: guessZone(path, search) } : given;
  const base = basePaths[emulator.zone];
  const body = parseBody(text);
  const isVersion3 = isOfVersion3(path, emulator);
  if (!isVersion3 && !path.startsWith(`${base}/`)) {
    return gatewayError(404, "No such path.");
  }
  if (body === undefined) {
    return undocumentedError(400, "INVALID_BODY", "a JSON object is expected");
  }
  const segments = toSegments(path.slice((isVersion3 ? version3Path : base).length + 1));
  if (segments === undefined) {
    return undocumentedError(400, "INVALID_PATH");
  }
  if (isVersion3) {
    return routeVersion3({ method, segments, search, body }, emulator);
  }
  const platform = platformOf(search, emulator.zone);
  if (platform === undefined) {
    return undocumentedError(400, "INVALID_PLATFORM");
  }
  const result = await route({ method, segments, search, platform, body }, emulator);
  if (method !== "GET" && result.status < 300) {
    await emulator.onChange();
  }
  return result;
}

function isOfVersion3(path: string, { zone }: CloudFunctionsEmulator): boolean {
  return zone === "public" && path.startsWith(`${version3Path}/`);
}

/** Version 2.0 has another path, and only the public zone's requests say their platform. */
function guessZone(path: string, search: URLSearchParams): Zone {
  if (path.startsWith(`${basePaths.gov}/`)) {
    return "gov";
  }
  return search.has("platform") || path.startsWith(`${version3Path}/`) ? "public" : "fin";
}

function toSegments(path: string): readonly string[] | undefined {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Returns the platform. Only the public zone has the parameter. */
function platformOf(search: URLSearchParams, zone: Zone): string | undefined {
  const given = search.get("platform");
  if (zone !== "public") {
    const own = zone === "fin" ? "vpc" : "classic";
    return given === null ? own : undefined;
  }
  const platform = given ?? "vpc";
  return ["vpc", "classic"].includes(platform) ? platform : undefined;
}

/** Parses the body. GET and DELETE have none. A PUT without fields has an empty object, not an empty body. */
function parseBody(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = text === "" ? {} : JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

async function route(
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  const [first, second, third] = request.segments;
  if (first === "packages" && second === undefined && request.method === "GET") {
    return listPackages(emulator);
  }
  if (first === "packages" && third === "actions") {
    return await handleAction(request, emulator);
  }
  if (first === "packages" && third === undefined) {
    return handlePackage(request, emulator);
  }
  if (first === "activations") {
    return handleActivations(request, emulator);
  }
  return first === "triggers"
    ? await handleTrigger(request, emulator)
    : gatewayError(404, "No such path.");
}

/** The emulator has the versions of actions of API v3, and no more of it. Without a package an action is below `default`. */
function routeVersion3(
  { method, segments, search, body }: Omit<ManagementRequest, "platform">,
  { resources, versions }: CloudFunctionsEmulator,
): OutgoingResponse {
  const [packages, packageName = "", actions, name = "", last] = segments;
  if (
    packages !== "packages" ||
    actions !== "actions" ||
    last !== "versions" ||
    segments.length > 5
  ) {
    return gatewayError(404, "No such path.");
  }
  const key = actionKey(packageName === "default" ? "-" : packageName, name);
  const found = resources.byName.get(key);
  const action = found?.kind === "action" && found.platform === "vpc" ? found : undefined;
  const platform = search.get("platform") ?? "VPC";
  return handleVersions({ method, platform, body }, key, { action, versions });
}

/** Lists names and descriptions: https://api.ncloud-docs.com/docs/en/compute-cloudfunctions-v2-getpackagelist (read 2026-11-30). */
function listPackages({ resources: { byName } }: CloudFunctionsEmulator): OutgoingResponse {
  return contentResponse(
    [...byName.values()].flatMap((one) =>
      one.kind === "package" ? [{ name: one.name, description: one.description }] : [],
    ),
  );
}

function handlePackage(
  { method, segments, body }: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): OutgoingResponse {
  const { resources } = emulator;
  const [, name = ""] = segments;
  const existing = resources.byName.get(name);
  if (method === "PUT") {
    const refused = checkName({ kind: "package", name, key: name }, emulator) ?? checkCommon(body);
    const description = String(body["description"] ?? "");
    if (refused === undefined) {
      putResource(resources, { kind: "package", name, description });
    }
    return refused ?? contentResponse({ name, description });
  }
  if (existing?.kind !== "package") {
    return undocumentedError(404, "PACKAGE_NOT_FOUND");
  }
  if (method === "GET") {
    return contentResponse({ name, description: existing.description });
  }
  const isEmpty = [...resources.byName.values()].every(
    (one) => one.kind !== "action" || one.packageName !== name,
  );
  if (isEmpty) {
    resources.byName.delete(name);
  }
  return isEmpty ? noContent : undocumentedError(409, "PACKAGE_NOT_EMPTY");
}
