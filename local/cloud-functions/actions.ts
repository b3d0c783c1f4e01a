import type { Answer } from "../http/response.ts";
import { jsonAnswer } from "../http/response.ts";
import { apiError, contentAnswer, noContent, undocumentedError } from "./answers.ts";
import { checkActionBody, checkCommon, checkName, checkNetwork, fieldsIn } from "./check-fields.ts";
import type { Double } from "./double.ts";
import type { Request } from "./request.ts";
import type { ActionType, Fields, StoredAction } from "./resources.ts";
import { runAction } from "./run.ts";

/** `/packages/{package}/actions/{action}` and what is below it. */
export async function answerAction(request: Request, double: Double): Promise<Answer> {
  const [, packageName = "", , name = "", below = "", id = ""] = request.segments;
  if (below === "activations" && request.method === "GET") {
    return getActivation({ name, id }, double);
  }
  if (request.method === "PUT") {
    return putAction({ packageName, name }, request, double);
  }
  const found = double.resources.byName.get(name);
  if (found?.kind !== "action" || found.packageName !== packageName) {
    return apiError("ACTION_NOT_FOUND");
  }
  if (found.platform !== request.platform) {
    return apiError("ACTION_PLATFORM_MISMATCH");
  }
  switch (request.method) {
    case "GET":
      return contentAnswer(showAction(found, double));
    case "DELETE":
      double.resources.byName.delete(name);
      unlinkEverywhere(`${packageName}/${name}`, double);
      return noContent;
    case "POST":
      return await postAction(found, request, double);
    default:
      return undocumentedError(405, "METHOD_NOT_ALLOWED");
  }
}

type Place = { readonly packageName: string; readonly name: string };

function putAction(place: Place, request: Request, double: Double): Answer {
  const { body, platform } = request;
  const existing = double.resources.byName.get(place.name);
  const type = typeOf(request, double);
  if (type === undefined) {
    return undocumentedError(400, "INVALID_TYPE");
  }
  const refused =
    checkName({ name: place.name, existing }, "action") ??
    checkPackage(place.packageName, double) ??
    checkCommon(body) ??
    checkActionBody(body, existing === undefined) ??
    checkNetwork(body, platform) ??
    checkWebOptions(body, type);
  if (refused !== undefined) {
    return refused;
  }
  if (existing?.kind === "action" && existing.platform !== platform) {
    return apiError("ACTION_PLATFORM_MISMATCH");
  }
  if (existing?.kind === "action" && existing.type !== type) {
    return undocumentedError(400, "ACTION_TYPE_IMMUTABLE", "it can't be changed to another type");
  }
  const action = toAction(place, { type, platform, body });
  double.resources.byName.set(place.name, action);
  return contentAnswer(showAction(action, double));
}

function typeOf({ search, body }: Request, { zone }: Double): ActionType | undefined {
  if (zone === "gov") {
    return body["web"] === true ? "web" : "basic";
  }
  const type = search.get("type") ?? "basic";
  return type === "basic" || type === "web" ? type : undefined;
}

function checkPackage(name: string, { resources }: Double): Answer | undefined {
  return name === "-" || resources.byName.get(name)?.kind === "package"
    ? undefined
    : undocumentedError(404, "PACKAGE_NOT_FOUND");
}

/** "Only web actions are supported" for both options; the underscore forms are ignored. */
function checkWebOptions(body: Fields, type: ActionType): Answer | undefined {
  const wantsWeb = body["raw-http"] === true || body["custom-options"] === true;
  return wantsWeb && type !== "web" ? undocumentedError(400, "NOT_A_WEB_ACTION") : undefined;
}

type Put = { readonly type: ActionType; readonly platform: string; readonly body: Fields };

function toAction({ packageName, name }: Place, { type, platform, body }: Put): StoredAction {
  const exec = fieldsIn(body, "exec");
  const limits = fieldsIn(body, "limits");
  return {
    kind: "action",
    name,
    packageName,
    platform,
    type,
    description: String(body["description"] ?? ""),
    runtime: String(exec["kind"]),
    code: String(exec["code"]),
    binary: exec["binary"] === true,
    main: String(exec["main"]),
    timeoutMs: Number(limits["timeout"]),
    memoryMb: Number(limits["memory"]),
    vpc: body["vpc"],
    rawHttp: body["raw-http"] === true,
    customOptions: body["custom-options"] === true,
    parameters: fieldsIn(body, "parameters"),
  };
}

function showAction(action: StoredAction, { shown, zone }: Double): Fields {
  const { runtime: kind, code, binary, main, vpc } = action;
  return {
    name: action.name,
    ...(shown.description ? { description: action.description } : {}),
    exec: { kind, binary, main, ...(shown.code ? { code } : {}) },
    limits: { timeout: action.timeoutMs, memory: action.memoryMb },
    ...(shown.parameters ? { parameters: action.parameters } : {}),
    ...(vpc === undefined ? {} : { vpc: Array.isArray(vpc) ? vpc[0] : vpc }),
    ...(shown.type ? typeField(action, zone === "gov") : {}),
    "raw-http": action.rawHttp,
    "custom-options": action.customOptions,
  };
}

function typeField({ type }: StoredAction, isOld: boolean): Fields {
  return isOld ? { web: type === "web" } : { type };
}

function unlinkEverywhere(action: string, { resources }: Double): void {
  for (const [name, resource] of resources.byName) {
    if (resource.kind === "trigger") {
      const actions = resource.actions.filter((linked) => linked !== action);
      resources.byName.set(name, { ...resource, actions });
    }
  }
}

/** `timeout`: 0 to 60,000 ms; what runs longer is answered with its activation's id alone. */
async function postAction(
  action: StoredAction,
  { search, body }: Request,
  double: Double,
): Promise<Answer> {
  const timeout = search.get("timeout") ?? "60000";
  if (!/^\d{1,5}$/.test(timeout) || Number(timeout) > 60_000) {
    return undocumentedError(400, "INVALID_TIMEOUT");
  }
  const activation = await runAction(action, { ...action.parameters, ...body }, double);
  const { id: activationId, durationMs: duration, result, isSuccess } = activation;
  if (timeout === "0" || double.runsAnswerById) {
    return contentAnswer({ activationId });
  }
  const response = { result, status: isSuccess ? "success" : "application error" };
  return contentAnswer({ activationId, duration, response });
}

function getActivation(asked: { readonly name: string; readonly id: string }, double: Double) {
  const found = double.resources.activations.find(({ id }) => id === asked.id);
  const isKnown =
    found?.action === asked.name && double.now() - found.endedMs >= double.activationDelayMs;
  if (!isKnown) {
    return apiError("ACTION_ACTIVATION_NOT_FOUND");
  }
  const { id: activationId, durationMs: duration, result } = found;
  return jsonAnswer(200, { content: { activationId, duration, response: { result } } });
}
