import { decodeBase64 } from "../encoding/base64.ts";
import { parseJson } from "../encoding/json-source.ts";
import { isUnknownObject, textOf, type UnknownObject } from "../encoding/unknown-object.ts";
import type { Handler } from "../function/create-handler.ts";
import type { HttpBody, HttpEvent, TriggerEvent } from "../model/call.ts";
import { type CallResult, toCounts } from "../model/result.ts";
import { toHeaders } from "./headers.ts";
import { toBodyText, toErrorText, toHttpReply } from "./http-reply.ts";

/** A Lambda-shaped function. It throws only for calls without HTTP, with a plain message. */
export type LambdaHandler = (event: unknown, context?: unknown) => Promise<Record<string, unknown>>;

/**
 * Adapts a handler to AWS Lambda and similar platforms: API Gateway payloads 1.0 and 2.0, function URLs, Application
 * Load Balancer, and every event that is not HTTP. Settings are the environment variables.
 */
export function onLambda(handle: Handler, now: () => number = Date.now): LambdaHandler {
  return async (event, context) => {
    const object = toObject(event);
    const given = object ?? {};
    const triggerEvent = toTriggerEvent(given, object !== undefined);
    const result = await handle({
      event: triggerEvent,
      settings: process.env,
      isRetried: true,
      ...readContext(context, now),
    });
    return triggerEvent.kind === "http"
      ? toProxyReply(given, triggerEvent, result)
      : toResult(result);
  };
}

/** Accepts an event as the bytes of its JSON too, which is the form of Alibaba Cloud's Function Compute. */
function toObject(event: unknown): UnknownObject | undefined {
  const value = event instanceof Uint8Array ? parseJson(Buffer.from(event).toString()) : event;
  return isUnknownObject(value) ? value : undefined;
}

function readContext(context: unknown, now: () => number) {
  const given = isUnknownObject(context) ? context : {};
  const { awsRequestId, getRemainingTimeInMillis } = given;
  const remainingMs = callOf(getRemainingTimeInMillis, context);
  const hasDeadline = typeof remainingMs === "number" && Number.isFinite(remainingMs);
  return {
    invocationId: typeof awsRequestId === "string" ? awsRequestId : undefined,
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

function toTriggerEvent(event: UnknownObject, isObject: boolean): TriggerEvent {
  const requestContext = isUnknownObject(event["requestContext"]) ? event["requestContext"] : {};
  const http = isUnknownObject(requestContext["http"]) ? requestContext["http"] : {};
  // Payload 2.0 (HTTP API, function URL) has its method in the request context.
  const method = textOf(http["method"]) || textOf(event["httpMethod"]);
  if (method === "") {
    return { kind: "invocation", parameters: event, isObject, holdsSettings: false };
  }
  return {
    kind: "http",
    method: method.toUpperCase(),
    path: textOf(event["rawPath"]) || textOf(event["path"]),
    query: toQuery(event, isUnknownObject(requestContext["elb"])),
    // Platforms fill one of the two or both. `multiValueHeaders` has all values of a name.
    headers: new Map([...toHeaders(event["headers"]), ...toHeaders(event["multiValueHeaders"])]),
    body: toBody(event),
  };
}

/**
 * Returns the query as it was sent, if the event has it (payload 2.0). A load balancer passes names and values
 * undecoded. API Gateway's payload 1.0 decodes them, so they are encoded again as in forms.
 */
function toQuery(event: UnknownObject, isLoadBalancer: boolean): string {
  const {
    rawQueryString,
    queryStringParameters: single,
    multiValueQueryStringParameters: lists,
  } = event;
  if (typeof rawQueryString === "string") {
    return rawQueryString;
  }
  const values = {
    ...(isUnknownObject(single) ? single : {}),
    ...(isUnknownObject(lists) ? lists : {}),
  };
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, textOf(one)] as [string, string]),
  );
  return isLoadBalancer
    ? pairs.map((pair) => pair.join("=")).join("&")
    : new URLSearchParams(pairs).toString();
}

function toBody(event: UnknownObject): HttpBody {
  // `null` means empty. Any other non-string is malformed; treating it as empty would lose data.
  const text = event["body"] ?? "";
  if (typeof text !== "string") {
    return { kind: "malformed" };
  }
  const flag = event["isBase64Encoded"];
  if (flag !== true && !/^true$/i.test(textOf(flag))) {
    return { kind: "exact", bytes: Buffer.from(text) };
  }
  const bytes = decodeBase64(text);
  return bytes === undefined ? { kind: "malformed" } : { kind: "exact", bytes };
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
  const isMultiValue = toHeaders(given["multiValueHeaders"]).size > 0;
  const multiValueHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value]]),
  );
  return isMultiValue ? { ...reply, multiValueHeaders } : reply;
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
