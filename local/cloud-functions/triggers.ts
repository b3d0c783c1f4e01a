import type { Answer } from "../http/response.ts";
import { apiError, contentAnswer, noContent, undocumentedError } from "./answers.ts";
import { checkCommon, checkName, checkTriggerBody, fieldsIn } from "./check-fields.ts";
import type { Double } from "./double.ts";
import type { Request } from "./request.ts";
import type { Fields, StoredTrigger } from "./resources.ts";
import { runAction } from "./run.ts";

/** `/triggers/{trigger}` and its `link-action`. */
export async function answerTrigger(request: Request, double: Double): Promise<Answer> {
  const [, name = "", below = ""] = request.segments;
  if (request.method === "PUT") {
    return putTrigger(name, request, double);
  }
  const found = double.resources.byName.get(name);
  if (found?.kind !== "trigger") {
    return apiError("TRIGGER_NOT_FOUND");
  }
  if (found.platform !== request.platform) {
    return apiError("TRIGGER_PLATFORM_MISMATCH");
  }
  if (below === "link-action") {
    return answerLink(found, request, double);
  }
  switch (request.method) {
    case "GET":
      return contentAnswer(showTrigger(found, double));
    case "DELETE":
      double.resources.byName.delete(name);
      return noContent;
    case "POST":
      return await fireTrigger(found, request.body, double);
    default:
      return undocumentedError(405, "METHOD_NOT_ALLOWED");
  }
}

function putTrigger(name: string, request: Request, double: Double): Answer {
  const existing = double.resources.byName.get(name);
  const type = typeOf(request, double);
  if (type === undefined) {
    return undocumentedError(400, "INVALID_TRIGGER_TYPE");
  }
  // Version 2.0 has everything within `trigger`.
  const body = double.zone === "gov" ? fieldsIn(request.body, "trigger") : request.body;
  const refused =
    checkName({ name, existing }, "trigger") ?? checkCommon(body) ?? checkTriggerBody(body, type);
  if (refused !== undefined) {
    return refused;
  }
  const known = existing?.kind === "trigger" ? existing : undefined;
  if (known !== undefined && known.type !== type) {
    return undocumentedError(400, "TRIGGER_TYPE_IMMUTABLE", "can't be changed after creation");
  }
  const { actions = [] } = known ?? {};
  const trigger = toTrigger({ name, platform: request.platform, type, actions }, body);
  double.resources.byName.set(name, trigger);
  return contentAnswer(showTrigger(trigger, double));
}

/** The public-sector zone has no triggers of Object Storage. */
function typeOf({ search }: Request, { zone }: Double): StoredTrigger["type"] | undefined {
  const type = search.get("type");
  if (type === "cron") {
    return type;
  }
  return type === "object_storage" && zone !== "gov" ? type : undefined;
}

type Put = Pick<StoredTrigger, "name" | "platform" | "type" | "actions">;

function toTrigger(put: Put, body: Fields): StoredTrigger {
  const { description = "", cronOption = "", objectStorageLink = [] } = body;
  return {
    kind: "trigger",
    ...put,
    description: String(description),
    cronOption: String(cronOption),
    objectStorageLink: objectStorageLink as readonly Fields[],
    parameters: fieldsIn(body, "parameters"),
  };
}

/** Both forms of `execOption` are in the pages' examples: a pair of pairs in 2.0, a list of pairs in 2.1. */
function showTrigger(trigger: StoredTrigger, { zone, shown }: Double): Fields {
  const { name, description, type, cronOption, actions } = trigger;
  const pair = [{ key: "cron", value: cronOption }];
  const execOption = zone === "gov" ? { key: "ncf_triggerOptions", value: pair } : pair;
  const options = { execOption: type === "cron" ? execOption : [] };
  const told = shown.description ? { description } : {};
  const content = { name, ...told, type, resourceId: "double" };
  const names = actions.map((action) => action.replace(/^-\//, ""));
  return { ...content, ...(shown.type ? options : {}), actions: names };
}

function answerLink(trigger: StoredTrigger, request: Request, { resources }: Double): Answer {
  const { action = "", package: packageName = "-" } = request.body;
  const linked = `${packageName}/${action}`;
  const found = resources.byName.get(String(action));
  if (found?.kind !== "action" || found.packageName !== packageName) {
    return apiError("ACTION_NOT_FOUND");
  }
  const others = trigger.actions.filter((one) => one !== linked);
  const isLinked = others.length < trigger.actions.length;
  if (request.method === "DELETE") {
    resources.byName.set(trigger.name, { ...trigger, actions: others });
    return noContent;
  }
  if (isLinked) {
    return apiError("DUPLICATED_RULE");
  }
  resources.byName.set(trigger.name, { ...trigger, actions: [...others, linked] });
  return contentAnswer({ status: "active", trigger: { name: trigger.name } });
}

/** Runtime parameters before the trigger's, those before the action's: the documented order. */
export async function fireTrigger(
  trigger: StoredTrigger,
  parameters: Fields,
  double: Double,
): Promise<Answer> {
  if (trigger.actions.length === 0) {
    return apiError("TRIGGER_INVOKE_FAIL", "no action is linked");
  }
  for (const linked of trigger.actions) {
    const action = double.resources.byName.get(linked.slice(linked.indexOf("/") + 1));
    if (action?.kind === "action") {
      const merged = { ...action.parameters, ...trigger.parameters, ...parameters };
      await runAction(action, merged, double);
    }
  }
  return contentAnswer({ activationId: double.newId() });
}
