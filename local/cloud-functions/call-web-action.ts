import type { EndPoint, WebRequest } from "../api-gateway/model.ts";
import { jsonReply, toRawHttp, toReply } from "../functions/host/raw-http.ts";
import type { OutgoingResponse } from "../http/response.ts";
import { madeUpIdOf } from "./action-parts/action-ids.ts";
import type { CloudFunctionsEmulator } from "./emulator.ts";
import { actionsIn, type JsonObject, type StoredAction } from "./resources.ts";
import { runAction } from "./run-action.ts";

export type WebActionRequest = {
  readonly method: string;
  /** The path after the resource, such as `/github`. */
  readonly path: string;
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

export type WebActionReply = {
  readonly status: number;
  readonly headers: JsonObject;
  readonly body: unknown;
};

/**
 * Calls a web action as API Gateway's HTTP type does. It behaves as Apache OpenWhisk's web actions with raw HTTP
 * (https://github.com/apache/openwhisk/blob/master/docs/webactions.md, read 2026-11-30): a JSON body arrives in
 * Base64, and parameters of the action are final. Throws if the action is no web action with raw HTTP.
 */
export async function callWebAction(
  name: string,
  request: WebActionRequest,
  emulator: CloudFunctionsEmulator,
): Promise<WebActionReply> {
  const action = emulator.resources.byName.get(name);
  if (action?.kind !== "action" || action.type !== "web" || !action.rawHttp) {
    throw new Error(`${name} is no web action with raw HTTP`);
  }
  const headers = Object.entries(request.headers).map(([key, value]) => [key.toLowerCase(), value]);
  const bytes = Buffer.from(request.body as string);
  const isText = /^text\/|urlencoded/.test(request.headers["content-type"] ?? "");
  const { result } = await runAction(
    {
      action,
      cause: "by-hand",
      event: {
        __ow_method: request.method.toLowerCase(),
        __ow_headers: Object.fromEntries(headers),
        __ow_path: request.path,
        __ow_query: request.query ?? "",
        __ow_body: bytes.toString(isText ? "utf8" : "base64"),
      },
    },
    emulator,
  );
  const { statusCode, headers: replied = {}, body } = result as JsonObject;
  return { status: Number(statusCode ?? 200), headers: replied as JsonObject, body };
}

/**
 * Calls the web action that a method of API Gateway names. Which of the end point's values decides is not known, so
 * tests choose: the id, or the name, and then the id only between actions of one name in several packages.
 */
export async function callEndPoint(
  { actionId, actionName }: EndPoint,
  request: WebRequest,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse | undefined> {
  const named = actionsIn(emulator.resources).filter(
    ({ type, name }) => type === "web" && name === (actionName.split("/").at(-1) ?? ""),
  );
  const byName = emulator.gateway.forms.actionBy === "name" ? named[0] : undefined;
  const action = named.find((one) => madeUpIdOf(one, emulator.deletions) === actionId) ?? byName;
  const { callWeb = runRaw(emulator) } = emulator;
  return action === undefined ? undefined : await callWeb(action, request);
}

function runRaw(emulator: CloudFunctionsEmulator) {
  return async (action: StoredAction, request: WebRequest): Promise<OutgoingResponse> => {
    const event = toRawHttp(request, request.path);
    const { result } = await runAction({ action, cause: "by-hand", event }, emulator);
    const { status, headers, body } =
      toReply(result as JsonObject) ?? jsonReply(502, { error: "the result is no HTTP response" });
    return { status, headers, body: Buffer.from(body) };
  };
}
