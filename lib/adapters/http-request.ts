import { decodeBase64 } from "../encoding/base64.ts";
import {
  isText,
  isUnknownObject,
  objectOf,
  textOf,
  type UnknownObject,
} from "../encoding/unknown-object.ts";
import type { HttpBody, HttpEvent } from "../model/call.ts";
import { toHeaders } from "./headers.ts";

/** Reads the request in a Lambda event whose method is already known, in upper case. */
export function readLambdaRequest(event: UnknownObject, method: string): HttpEvent {
  const { requestContext } = event;
  return {
    kind: "http",
    method,
    path: textOf(event["rawPath"]) || textOf(event["path"]),
    query: toQuery(
      event,
      isUnknownObject(requestContext) && isUnknownObject(requestContext["elb"]),
    ),
    // Platforms fill one of the two or both. `multiValueHeaders` has all values of a name.
    headers: new Map([...toHeaders(event["headers"]), ...toHeaders(event["multiValueHeaders"])]),
    body: toLambdaBody(event),
  };
}

/**
 * Returns the query as it was sent, if the event has it (payload 2.0). A load balancer passes names and values
 * undecoded. API Gateway's payload 1.0 decodes them, so they are encoded again as in forms. Alibaba Cloud calls them
 * `queryParameters` (https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function, read
 * 2026-12-01).
 */
function toQuery(event: UnknownObject, isLoadBalancer: boolean): string {
  const {
    rawQueryString,
    queryParameters,
    queryStringParameters: single = queryParameters,
    multiValueQueryStringParameters: lists,
  } = event;
  if (isText(rawQueryString)) {
    return rawQueryString;
  }
  const values = {
    ...objectOf(single),
    ...objectOf(lists),
  };
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, textOf(one)] as [string, string]),
  );
  return isLoadBalancer
    ? pairs.map((pair) => pair.join("=")).join("&")
    : new URLSearchParams(pairs).toString();
}

function toLambdaBody(event: UnknownObject): HttpBody {
  // `null` means empty. Any other non-string is malformed; treating it as empty would lose data.
  const text = event["body"] ?? "";
  if (!isText(text)) {
    return { kind: "malformed" };
  }
  const flag = event["isBase64Encoded"];
  if (flag !== true && !/^true$/i.test(textOf(flag))) {
    return { kind: "exact", bytes: Buffer.from(text) };
  }
  const bytes = decodeBase64(text);
  return bytes === undefined ? { kind: "malformed", text } : { kind: "exact", bytes };
}

/** Reads the request in the parameters of a web action. */
export function readOpenWhiskRequest(parameters: UnknownObject, method: string): HttpEvent {
  return {
    kind: "http",
    method,
    path: textOf(parameters["__ow_path"]),
    query: textOf(parameters["__ow_query"]),
    headers: toHeaders(parameters["__ow_headers"]),
    body: toOpenWhiskBody(parameters),
  };
}

function toOpenWhiskBody({ __ow_query: query, __ow_body: body }: UnknownObject): HttpBody {
  // Without raw HTTP there is no query text, and a caller's fields are among the settings.
  if (!isText(query)) {
    return { kind: "parsed" };
  }
  // A body that is not text is malformed; treating it as empty would lose data.
  const text = body ?? "";
  return isText(text) ? { kind: "unflagged", text } : { kind: "malformed" };
}

/** Reads a request of the Fetch standard. */
export async function readFetchRequest(request: Request, method: string): Promise<HttpEvent> {
  // URL would throw for a URL without an origin.
  const [, path = "", query = ""] =
    /^(?:\w+:\/\/[^/?#]*)?([^?#]*)\??([^#]*)/.exec(request.url) ?? [];
  return {
    kind: "http",
    method,
    path,
    query,
    // The standard lowers names and joins repeated values with `, `.
    headers: new Map(request.headers),
    body: await readBody(request),
  };
}

/** Limit of the bytes that are read: one more than the largest bodyBytesMax, so that a longer body is refused by it. */
const bodyBytesMax = 50_000_001;
/** Limit of the time until the whole body is there. Senders wait for 30 s at most. */
const bodyMsMax = 30_000;

/** Reads the body. One that breaks off, takes too long or was read by others is malformed. */
async function readBody({ body }: Request): Promise<HttpBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A server's own class may give other chunks than bytes, or use their memory again.
  const write = (chunk: Uint8Array, controller: WritableStreamDefaultController) => {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (length >= bodyBytesMax) {
      controller.error();
    }
  };
  try {
    await body?.pipeTo(new WritableStream({ write }), { signal: AbortSignal.timeout(bodyMsMax) });
  } catch {
    if (length < bodyBytesMax) {
      return { kind: "malformed" };
    }
  }
  return { kind: "exact", bytes: Buffer.concat(chunks) };
}
