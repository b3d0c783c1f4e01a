import { isUnknownObject, textOf, type UnknownObject } from "../encoding/unknown-object.ts";
import type { Handler } from "../function/create-handler.ts";
import type { Call, HttpEvent, TriggerEvent } from "../model/call.ts";
import { type CallResult, toCounts, toErrorText } from "../model/result.ts";
import { toHttpReply } from "./http-reply.ts";
import { readOpenWhiskRequest } from "./http-request.ts";

/**
 * An OpenWhisk action. It takes one object and returns a plain object. It never throws and never rejects. It has the
 * handler's `definition`.
 */
export type OpenWhiskMain = ((parameters: UnknownObject) => Promise<Record<string, unknown>>) &
  Pick<Handler, "definition">;

/**
 * Adapts a handler to Apache OpenWhisk (NAVER Cloud Functions). Settings are the parameters bound to the action.
 * A rejected promise would show its error's stack in the activation, and a synchronous exception would end the
 * container.
 */
export function onOpenWhisk(handle: Handler): OpenWhiskMain {
  const main = async (parameters: UnknownObject): Promise<Record<string, unknown>> => {
    const isObject = isUnknownObject(parameters);
    const given = isObject ? parameters : {};
    const event = toTriggerEvent(given, isObject);
    const result = await handle(toCall(event, given));
    return event.kind === "http" ? toWebReply(event, result) : toResult(result);
  };
  return Object.assign(main, handle);
}

function toCall(event: TriggerEvent, settings: UnknownObject): Call {
  // The runner sets these variables before each activation, so they are read per call.
  const { __OW_ACTIVATION_ID: invocationId, __OW_DEADLINE: deadline = "" } = process.env;
  const deadlineMs = /^\d{13}$/.test(deadline) ? Number(deadline) : undefined;
  return { event, settings, invocationId, deadlineMs, isRetried: false };
}

function toTriggerEvent(parameters: UnknownObject, isObject: boolean): TriggerEvent {
  if (!Object.hasOwn(parameters, "__ow_method")) {
    return { kind: "invocation", parameters, isObject, holdsSettings: true };
  }
  const method = textOf(parameters["__ow_method"]).toUpperCase();
  return readOpenWhiskRequest(parameters, method);
}

function toWebReply({ method }: HttpEvent, result: CallResult): Record<string, unknown> {
  const { statusCode, headers, body = "" } = toHttpReply(result);
  return { statusCode, headers, body: method === "HEAD" ? "" : body };
}

/** Returns the result of the activation. A top-level `error` marks the activation as failed. */
function toResult(result: CallResult): Record<string, unknown> {
  const counts = toCounts(result);
  const error = toErrorText(result);
  return error === undefined ? counts : { ...counts, error };
}
