import { addConsoleTrigger, consoleTriggerPath } from "../../api-gateway/control.ts";
import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse, problemResponse } from "../../http/response.ts";
import { madeUpIdOf } from "../action-parts/action-ids.ts";
import { encryptions, toEncryption } from "../action-parts/encrypted-parameters.ts";
import { isJsonObject } from "../check-fields.ts";
import type { CloudFunctionsEmulator } from "../emulator.ts";
import { actionKey, actionsIn, type JsonObject, putResource, triggersIn } from "../resources.ts";
import { fireTrigger } from "../triggers.ts";

type ControlCall = {
  readonly method: string;
  readonly target: string;
  readonly text: string;
  readonly origin: string;
};

const eventBytesMax = 1_048_576;

/**
 * Handles the paths below `/_/`, which NAVER Cloud does not have. They are unsigned, for people and for `deploy --local`.
 * No reply holds a parameter, because parameters hold secrets.
 */
export async function handleControl(
  { method, target, text, origin }: ControlCall,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  const [path = ""] = target.split("?");
  const [, , name = "", trigger, action = "", below] = path.split("/");
  if (method === "GET") {
    return show(path, emulator);
  }
  if (method === "POST" && name === "actions" && below === "encrypt") {
    return encrypt(actionKey(trigger ?? "-", action), text, emulator);
  }
  if (method === "POST" && path === consoleTriggerPath) {
    return addConsoleTrigger(text, { gateway: emulator.gateway, origin, ...idsOf(emulator) });
  }
  return method === "POST" && name === "triggers" && trigger !== undefined
    ? await fireByHand(trigger, text, emulator)
    : noSuchPath();
}

function show(path: string, emulator: CloudFunctionsEmulator): OutgoingResponse {
  if (path === "/_/origins" && emulator.origins !== undefined) {
    return jsonResponse(200, { cloudFunctions: true, ...emulator.origins });
  }
  return path === "/_/deployed" ? jsonResponse(200, showDeployed(emulator)) : noSuchPath();
}

function noSuchPath(): OutgoingResponse {
  return problemResponse(
    404,
    `there are GET /_/origins, GET /_/deployed, POST /_/triggers/<name>, POST /_/actions/<package or ->/<name>/encrypt and POST ${consoleTriggerPath}`,
  );
}

function idsOf({ deletions, resources }: CloudFunctionsEmulator) {
  return {
    actionIdOf(packageName: string, action: string) {
      const found = resources.byName.get(actionKey(packageName, action));
      return found?.kind === "action" && found.type === "web"
        ? madeUpIdOf(found, deletions)
        : undefined;
    },
  };
}

/** Imitates the console's encryption of an action's parameters. The body chooses how a read shows them. */
function encrypt(
  key: string,
  text: string,
  { resources }: CloudFunctionsEmulator,
): OutgoingResponse {
  const action = resources.byName.get(key);
  const event = parseEvent(text);
  if (action?.kind !== "action" || event === undefined) {
    return problemResponse(action?.kind === "action" ? 400 : 404, `no action ${key}, or no JSON`);
  }
  const encryption = toEncryption(event, action);
  if (encryption === undefined) {
    return problemResponse(400, `as must be one of ${encryptions.join(", ")}`);
  }
  putResource(resources, { ...action, encryption });
  return jsonResponse(200, { as: encryption.as, names: encryption.names });
}

function showDeployed({ resources }: CloudFunctionsEmulator): JsonObject {
  return {
    actions: actionsIn(resources).map(({ packageName, name, type }) => ({
      package: packageName,
      name,
      type,
    })),
    triggers: triggersIn(resources).map(({ name, type, actions }) => ({ name, type, actions })),
  };
}

/** Fires a trigger with the event in the body, and shows what the linked actions returned. */
async function fireByHand(
  name: string,
  text: string,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  const trigger = triggersIn(emulator.resources).find((one) => one.name === name);
  if (trigger === undefined) {
    const names = triggersIn(emulator.resources).map((one) => one.name);
    return problemResponse(
      404,
      `no such trigger is deployed: there are ${names.join(", ") || "none"}`,
    );
  }
  const event = parseEvent(text);
  if (event === undefined) {
    return problemResponse(
      400,
      `the event must be a JSON object of at most ${eventBytesMax} bytes`,
    );
  }
  const activations = await fireTrigger(trigger, event, emulator);
  const shown = activations.map(({ id, packageName, action, isSuccess, result }) => ({
    ...{ activationId: id, package: packageName, action, isSuccess, result },
  }));
  return jsonResponse(200, { activations: shown });
}

function parseEvent(text: string): JsonObject | undefined {
  if (Buffer.byteLength(text) > eventBytesMax) {
    return undefined;
  }
  try {
    const event: unknown = text === "" ? {} : JSON.parse(text);
    return isJsonObject(event) ? event : undefined;
  } catch {
    return undefined;
  }
}
