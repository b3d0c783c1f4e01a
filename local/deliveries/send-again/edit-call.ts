import {
  closedObject,
  InvalidInput,
  isObject,
  textUpTo,
  type UnknownFields,
} from "../../data-stream/control/checked-input.ts";
import type { FunctionRequest } from "../../functions/host/function-call.ts";
import { parseHeaders, withoutFraming } from "../../http/sent-headers.ts";
import type { KeptCall } from "../deliveries.ts";
import { hiddenText } from "../hide-secrets.ts";

const bodyCharactersMax = 8 * 1024 * 1024;

/** Applies an edit of a request. A value that it repeats as it was shown stays as it came: a secret in it was hidden. */
export function editRequest(
  kept: KeptCall,
  request: FunctionRequest,
  asked: unknown,
): FunctionRequest {
  const fields = closedObject(asked, "the replay", ["headers", "body", "bodyEncoding"]);
  return {
    ...request,
    headers: editHeaders(kept, request, fields["headers"]),
    body: editBody(kept, request, fields),
  };
}

function editHeaders(
  { delivery: { request: shown } }: KeptCall,
  { headers }: FunctionRequest,
  asked: unknown,
): FunctionRequest["headers"] {
  if (asked === undefined) {
    return headers;
  }
  if (!isObject(asked)) {
    return parseHeaders(asked);
  }
  const entries = Object.entries(withoutFraming(asked)).map(([given, value]) => {
    const name = given.toLowerCase();
    const isAsShown = value === shown?.headers[name];
    return [name, isAsShown ? (headers[name] ?? value) : checkHidden(name, value)];
  });
  return parseHeaders(Object.fromEntries(entries));
}

function checkHidden(name: string, value: unknown): unknown {
  if (typeof value === "string" && value.includes(hiddenText)) {
    throw hiddenInput(`the header ${name}`);
  }
  return value;
}

function editBody(
  { delivery: { request: shown } }: KeptCall,
  { body }: FunctionRequest,
  fields: UnknownFields,
): Uint8Array {
  if (fields["body"] === undefined) {
    return body;
  }
  const text = textUpTo(fields["body"], "body", bodyCharactersMax);
  const encoding = fields["bodyEncoding"] ?? "utf-8";
  if (encoding !== "utf-8" && encoding !== "base64") {
    throw new InvalidInput("bodyEncoding must be utf-8 or base64");
  }
  if (text === shown?.body && encoding === shown.bodyEncoding) {
    return body;
  }
  const bytes = Buffer.from(text, encoding);
  if (encoding === "base64" && bytes.toString("base64") !== text) {
    throw new InvalidInput("body must be Base64 of the standard alphabet, padded");
  }
  refuseHidden(bytes, Buffer.from(body), "body");
  return bytes;
}

/** Applies an edit of an event, which is sent as it came if it is as it was shown. */
export function editEvent({ call, delivery }: KeptCall, asked: unknown): unknown {
  const { event } = closedObject(asked, "the replay", ["event"]);
  if (event === undefined || JSON.stringify(event) === JSON.stringify(delivery.event)) {
    return call.event ?? {};
  }
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value) ?? "");
  refuseHidden(bytes(event), bytes(call.event), "event");
  return event;
}

/** Refuses an edit that still hides something: the function would get dots in place of it. */
function refuseHidden(edited: Buffer, original: Buffer, name: string): void {
  if (edited.includes(hiddenText) && !original.includes(hiddenText)) {
    throw hiddenInput(name);
  }
}

function hiddenInput(name: string): InvalidInput {
  return new InvalidInput(`${name} holds ${hiddenText} in place of a secret: write a value there`);
}
