import { parseJson } from "../encoding/json-source.ts";
import {
  isText,
  isUnknownObject,
  objectOf,
  textOf,
  type UnknownObject,
} from "../encoding/unknown-object.ts";
import type { Handler } from "../function/create-handler.ts";
import type { HttpEvent, InvocationEvent } from "../model/call.ts";
import { type CallResult, toCounts, toErrorText } from "../model/result.ts";
import { handleFailedEvents, readFailedEvents } from "./failed-events.ts";
import { toBodyText, toHttpReply } from "./http-reply.ts";
import { readLambdaRequest } from "./http-request.ts";

/** A Lambda-shaped function. It throws only for calls without HTTP, with a plain message. */
export type LambdaHandler = (event: unknown, context?: unknown) => Promise<Record<string, unknown>>;

/**
 * Adapts a handler to AWS Lambda and similar platforms: API Gateway payloads 1.0 and 2.0, function URLs, Application
 * Load Balancer, and every event that is not HTTP. Events of failed asynchronous invocations are handled as they were
 * given first. Settings are the environment variables.
 */
export function onLambda(handle: Handler, now: () => number = Date.now): LambdaHandler {
  return async (event, context) => {
    const settings = process.env;
    const object = toObject(event);
    const given = object ?? {};
    const call = { settings, isRetried: true, ...readContext(context, now) };
    const parts = readFailedEvents(object, textOf(settings["AWS_LAMBDA_FUNCTION_NAME"]));
    if (parts !== undefined) {
      const isPartialBatch = settings["SQS_PARTIAL_BATCH"] === "true";
      return handleFailedEvents(parts, isPartialBatch, ({ event: failed, ...first }) =>
        handle({ ...call, event: toInvocation(toObject(failed)), ...first }),
      );
    }
    const request = toHttpEvent(given);
    const result = await handle({ event: request ?? toInvocation(object), ...call });
    return request === undefined ? toResult(result) : toProxyReply(given, request, result);
  };
}

/** Accepts an event as the bytes of its JSON too, which is the form of Alibaba Cloud's Function Compute. */
function toObject(event: unknown): UnknownObject | undefined {
  const value = event instanceof Uint8Array ? parseJson(Buffer.from(event).toString()) : event;
  return isUnknownObject(value) ? value : undefined;
}

function readContext(context: unknown, now: () => number) {
  const given = objectOf(context);
  const { awsRequestId, getRemainingTimeInMillis } = given;
  const remainingMs = callOf(getRemainingTimeInMillis, context);
  const hasDeadline = typeof remainingMs === "number" && Number.isFinite(remainingMs);
  return {
    invocationId: isText(awsRequestId) ? awsRequestId : undefined,
    deadlineMs: hasDeadline ? now() + remainingMs : undefined,
  };
}

/** Calls a function of the platform. Returns undefined if it is not a function or throws. */
function callOf(method: unknown, on: unknown): unknown {
  try {
    return typeof method === "function" ? method.call(on) : undefined;
  } catch {
    return undefined;
  }
}

function toInvocation(event: UnknownObject | undefined): InvocationEvent {
  const isObject = event !== undefined;
  return { kind: "invocation", parameters: event ?? {}, isObject, holdsSettings: false };
}

function toHttpEvent(event: UnknownObject): HttpEvent | undefined {
  const requestContext = objectOf(event["requestContext"]);
  const http = objectOf(requestContext["http"]);
  // Payload 2.0 (HTTP API, function URL) has its method in the request context.
  const method = textOf(http["method"]) || textOf(event["httpMethod"]);
  return method === "" ? undefined : readLambdaRequest(event, method.toUpperCase());
}

function toProxyReply(given: UnknownObject, { method }: HttpEvent, result: CallResult) {
  const { statusCode, headers, body } = toHttpReply(result);
  const reply = {
    statusCode,
    headers,
    body: method === "HEAD" ? "" : toBodyText(body),
    isBase64Encoded: false,
  };
  // A load balancer that sends multi-value headers ignores other headers of the response.
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  return isEmpty(given["multiValueHeaders"])
    ? reply
    : { ...reply, multiValueHeaders: Object.fromEntries(lists) };
}

function isEmpty(object: unknown): boolean {
  return !isUnknownObject(object) || Object.keys(object).length === 0;
}

/**
 * Returns the counts, or the failed messages of a batch. Throws after a failure, so that the platform retries or
 * dead-letters the event.
 */
function toResult(result: CallResult): Record<string, unknown> {
  const { batchItemFailures } = result;
  if (batchItemFailures !== undefined) {
    return {
      batchItemFailures: batchItemFailures.map((itemIdentifier) => ({ itemIdentifier })),
    };
  }
  const error = toErrorText(result);
  if (error !== undefined) {
    throw new Error(error);
  }
  return toCounts(result);
}
