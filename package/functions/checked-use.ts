import { onLambda as adaptToLambda, type LambdaHandler } from "../../lib/adapters/aws-lambda.ts";
import {
  onEveryPlatform as adaptToEveryPlatform,
  type EntryPoints,
} from "../../lib/adapters/every-platform.ts";
import { onFetch as adaptToFetch, type FetchHandler } from "../../lib/adapters/fetch.ts";
import {
  onOpenWhisk as adaptToOpenWhisk,
  type OpenWhiskMain,
} from "../../lib/adapters/openwhisk.ts";
import { redrive as createRedrive } from "../../lib/dead-letters/redrive.ts";
import type { Effects } from "../../lib/effects/effects.ts";
import type { Handler } from "../../lib/function/create-handler.ts";
import { relay as createRelay } from "../../lib/function/relay.ts";
import type { HttpEvent, InvocationEvent, TriggerEvent } from "../../lib/model/call.ts";
import type { Trigger } from "../../lib/model/function-definition.ts";
import type { EventConfig } from "../../lib/triggers/event/settings.ts";
import { event as createEvent, type EventOptions } from "../../lib/triggers/event.ts";
import { webhook as createWebhook, type WebhookOptions } from "../../lib/triggers/webhook.ts";
import type { Sources } from "../../lib/webhooks/sources/sources.ts";

/**
 * Creates the handler of a trigger: it maps an event to records, delivers them and returns the result.
 *
 * @throws TypeError if the trigger or one of the effects is missing.
 */
export function relay<Event extends TriggerEvent, FunctionConfig>(
  trigger: Trigger<Event, FunctionConfig>,
  effects: Effects,
): Handler {
  const isTrigger = typeof Object(trigger).map === "function";
  demand(isTrigger, "relay needs a trigger: webhook(), bucket, heartbeat, event() or your own");
  demandEffects("relay", effects);
  return createRelay(trigger, effects);
}

/**
 * Creates the handler that delivers dead letters again, oldest first.
 *
 * @throws TypeError if one of the effects is missing.
 */
export function redrive(effects: Effects): Handler {
  demandEffects("redrive", effects);
  return createRedrive(effects);
}

/**
 * Maps a webhook delivery to one record, or to several if its source splits it. A body that does not fit its source's
 * schema is set aside if DEAD_LETTER_BUCKET is set, and otherwise refused as BODY_INVALID (422).
 *
 * @throws TypeError if an option is unknown or no schema.
 */
export function webhook(options: WebhookOptions = {}): Trigger<HttpEvent, Sources> {
  demandOptions("webhook", options, "schemas");
  const { schemas = {} } = options;
  const isWhole = Object(schemas) === schemas && Object.values(schemas).every(isSchema);
  demand(isWhole, "schemas of webhook must be Standard Schemas by the names of sources");
  return createWebhook(options);
}

/**
 * Maps an event of any other trigger to one record, and messages of SNS or SQS to one record each. Data that does not fit
 * the schema is set aside if DEAD_LETTER_BUCKET is set, and otherwise refused as BODY_INVALID.
 *
 * @throws TypeError if an option is unknown or no schema.
 */
export function event(options: EventOptions = {}): Trigger<InvocationEvent, EventConfig> {
  demandOptions("event", options, "schema");
  const isRight = options.schema === undefined || isSchema(options.schema);
  demand(isRight, "schema of event must be a Standard Schema");
  return createEvent(options);
}

/**
 * Adapts a handler to every platform: an OpenWhisk action, a Lambda handler and a web-standard handler.
 *
 * @throws TypeError if the handler was not made by `relay` or `redrive`.
 */
export function onEveryPlatform(handle: Handler): EntryPoints {
  demandHandler("onEveryPlatform", handle);
  return adaptToEveryPlatform(handle);
}

/**
 * Adapts a handler to Apache OpenWhisk (NAVER Cloud Functions). Settings are the parameters bound to the action.
 *
 * @throws TypeError if the handler was not made by `relay` or `redrive`.
 */
export function onOpenWhisk(handle: Handler): OpenWhiskMain {
  demandHandler("onOpenWhisk", handle);
  return adaptToOpenWhisk(handle);
}

/**
 * Adapts a handler to AWS Lambda and similar platforms. Settings are the environment variables.
 *
 * @throws TypeError if the handler was not made by `relay` or `redrive`.
 */
export function onLambda(handle: Handler, now: () => number = Date.now): LambdaHandler {
  demandHandler("onLambda", handle);
  return adaptToLambda(handle, now);
}

/**
 * Adapts a handler to servers that call `fetch(request)`. Settings are the fields of `env` if it holds one of our names,
 * as in Cloudflare Workers, and the environment variables otherwise.
 *
 * @throws TypeError if the handler was not made by `relay` or `redrive`.
 */
export function onFetch(handle: Handler): FetchHandler {
  demandHandler("onFetch", handle);
  return adaptToFetch(handle);
}

const effectNames = ["now", "sleep", "random", "newId", "transport", "write"] as const;

function demandEffects(name: string, effects: Effects): void {
  const missing = effectNames.filter((effect) => typeof effects?.[effect] !== "function");
  demand(
    missing.length === 0,
    `${name} needs effects: systemEffects or webEffects. Missing: ${missing.join(", ")}`,
  );
}

function demandHandler(name: string, handle: Handler): void {
  const isHandler = typeof handle === "function" && Object.hasOwn(handle, "definition");
  demand(isHandler, `${name} needs a handler, which relay(…) and redrive(…) return`);
}

/** A misspelt option would leave every body unchecked. */
function demandOptions(name: string, options: object, known: string): void {
  const isClosed =
    Object(options) === options && Object.keys(options).every((one) => one === known);
  demand(isClosed, `${name} takes an object with one option, ${known}`);
}

function isSchema(value: unknown): boolean {
  return typeof Object(Object(value)["~standard"]).validate === "function";
}

/** The code tells the commands that the message quotes nothing of a user's file. */
function demand(isRight: boolean, text: string): asserts isRight {
  if (!isRight) {
    const page = "node_modules/datastream-relay/docs/package.md#functions";
    throw Object.assign(new TypeError(`${text} (page: ${page})`), { code: "WRONG_USE" });
  }
}
