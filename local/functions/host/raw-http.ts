import { isUtf8 } from "node:buffer";
import { type IncomingMessage, validateHeaderName, validateHeaderValue } from "node:http";
import type { FunctionReply, FunctionRequest } from "./function-call.ts";

type Parameters = Readonly<Record<string, unknown>>;

/**
 * Media types whose body Apache OpenWhisk hands on as text: those that its HTTP library does not call binary, without
 * application/json, which it encodes too (https://github.com/apache/openwhisk/blob/master/docs/webactions.md, read
 * 2026-11-30).
 */
const textTypes =
  /^(text\/.*|application\/(x-www-form-urlencoded|javascript|xml|(atom|rss|soap|xhtml|xml-dtd)\+xml|(problem|json-patch|merge-patch)\+json))$/;

/** Turns a request into the parameters that an action with raw HTTP gets. `path` is the path after the function's own. */
export function toRawHttp(request: FunctionRequest, path: string): Parameters {
  return {
    __ow_method: request.method.toLowerCase(),
    __ow_path: path,
    __ow_query: request.query,
    __ow_headers: request.headers,
    ...toBody(request),
  };
}

/**
 * Text whose bytes are not UTF-8 stays whole in base64. OpenWhisk would decode it by its charset, and lose bytes. Nothing
 * else says that such a text is base64, so the function is told by its setting.
 */
function toBody({ headers, body }: FunctionRequest): Parameters {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!textTypes.test(essenceOf(headers["content-type"] ?? ""))) {
    return { __ow_body: bytes.toString("base64") };
  }
  return isUtf8(bytes)
    ? { __ow_body: bytes.toString() }
    : { __ow_body: bytes.toString("base64"), WEBHOOK_BODY_ENCODING: "base64" };
}

function essenceOf(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

/** Returns the headers by lower-case name. A repeated header's values are joined by commas. */
export function headersOf({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headersDistinct).map(([name, values = []]) => [
    name,
    values.join(name === "cookie" ? "; " : ", "),
  ]);
  return Object.fromEntries(entries);
}

/**
 * Turns the result of an action into an HTTP reply: statusCode (200, or 204 without a body), headers and body. A result
 * without all three is the reply's JSON. Returns undefined if HTTP does not allow what the action says.
 */
export function toReply(result: Parameters): FunctionReply | undefined {
  const { statusCode, headers = {}, body } = result;
  if (![statusCode, body, result["headers"]].some((field) => field !== undefined)) {
    return jsonReply(200, result);
  }
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) {
    return undefined;
  }
  const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const named: Readonly<Record<string, string>> = Object.fromEntries(texts);
  const content = toContent(body, named);
  const status = Number(statusCode ?? (content.body.length === 0 ? 204 : 200));
  const isStatus = Number.isInteger(status) && status >= 200 && status <= 599;
  return isStatus && areAllowed(content.headers)
    ? { status, headers: content.headers, body: content.body }
    : undefined;
}

function areAllowed(headers: FunctionReply["headers"]): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
}

type Content = Pick<FunctionReply, "headers" | "body">;

function toContent(body: unknown, headers: FunctionReply["headers"]): Content {
  if (body === undefined || body === null || body === "") {
    return { headers, body: Buffer.alloc(0) };
  }
  if (typeof body === "object") {
    const type = { "content-type": "application/json", ...headers };
    return { headers: type, body: Buffer.from(JSON.stringify(body)) };
  }
  const { "content-type": type = "text/html" } = headers;
  const isText = textTypes.test(essenceOf(type)) || isJson(type);
  return {
    headers: { ...headers, "content-type": type },
    body: Buffer.from(String(body), isText ? "utf8" : "base64"),
  };
}

export function jsonReply(status: number, value: unknown): FunctionReply {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(value)),
  };
}

function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json$/.test(essenceOf(contentType));
}

const newline = 0x0a;
/** Clients of a terminal, whose prompt would stand behind a text that does not end its line. */
const terminalClient = /^(curl|httpie|xh|wget)\//i;

/**
 * Ends a reply with a newline, so that the prompt of a terminal has its own line. JSON does not change by it. Other text
 * does: the answer to a challenge must stay as it is, so that only the clients of a terminal get one there.
 */
export function withNewline(reply: FunctionReply, { headers }: FunctionRequest): FunctionReply {
  const { body } = reply;
  const type = reply.headers["content-type"] ?? "";
  const isTerminal = terminalClient.test(headers["user-agent"] ?? "");
  const wants = isJson(type) || (isTerminal && textTypes.test(essenceOf(type)));
  return !wants || body.length === 0 || body[body.length - 1] === newline
    ? reply
    : { ...reply, body: Buffer.concat([body, Buffer.from("\n")]) };
}
