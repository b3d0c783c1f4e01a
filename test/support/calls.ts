import type { Bag } from "./settings.ts";

/** One HTTP request, independent of a platform's form. */
export type HttpCall = {
  readonly method?: string;
  readonly path?: string;
  /** The query without its question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/** Makes a delivery of JSON. */
export function jsonCall(path: string, body: string, headers: HttpCall["headers"] = {}): HttpCall {
  return {
    method: "POST",
    path,
    body,
    headers: { "content-type": "application/json", ...headers },
  };
}

function bytesOf({ body = "" }: HttpCall): Buffer {
  return Buffer.from(body);
}

function base64Of(call: HttpCall): string {
  return bytesOf(call).toString("base64");
}

/**
 * Makes the parameters of an OpenWhisk web action with raw HTTP. The body is in base64, as upstream does
 * for JSON and binary types.
 */
export function toRawParameters(call: HttpCall, settings: Bag = {}): Bag {
  const { method = "GET", path = "", query = "", headers = {} } = call;
  return {
    ...settings,
    __ow_method: method.toLowerCase(),
    __ow_path: path,
    __ow_query: query,
    __ow_headers: headers,
    __ow_body: base64Of(call),
  };
}

/** Makes the same with the body as plain text, as upstream does for text and form types. */
export function toPlainParameters(call: HttpCall, settings: Bag = {}): Bag {
  return { ...toRawParameters(call, settings), __ow_body: bytesOf(call).toString() };
}

/** Chooses as upstream does: plain text for text and form types, base64 for all others. */
export function toUpstreamParameters(call: HttpCall, settings: Bag = {}): Bag {
  const headers = Object.entries(call.headers ?? {});
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  return /^(text\/|application\/x-www-form-urlencoded)/.test(type)
    ? toPlainParameters(call, settings)
    : toRawParameters(call, settings);
}

/**
 * Makes the parameters without raw HTTP. Fields of query and body are among the settings, and override
 * them.
 */
export function toMergedParameters(call: HttpCall, settings: Bag = {}): Bag {
  const { method = "GET", path = "", query = "", headers = {} } = call;
  const fields = fieldsOf(bytesOf(call).toString());
  return {
    ...settings,
    ...Object.fromEntries(new URLSearchParams(query)),
    ...fields,
    __ow_method: method.toLowerCase(),
    __ow_path: path,
    __ow_headers: headers,
  };
}

function fieldsOf(text: string): Bag {
  try {
    return JSON.parse(text) as Bag;
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}

/**
 * Makes a request of the Fetch standard: GET and HEAD have no body, the path begins with a slash, headers hold one
 * character for each byte, and a foreign character stands for control characters and a blank at the end, which no request
 * can have.
 */
export function toRequest(call: HttpCall): Request {
  const { method = "GET", path = "", query = "", headers = {} } = call;
  const body = method === "GET" || method === "HEAD" ? null : bytesOf(call);
  const url = `https://relay.example.com/${path.replace(/^\//, "")}${query === "" ? "" : `?${query}`}`;
  const asBytes = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    Buffer.from(value)
      .toString("latin1")
      .replace(/[^ -~\x80-\xff]| $/g, "\xff"),
  ]);
  return new Request(url, { method, headers: asBytes, body });
}

/** Makes an event of API Gateway HTTP API, payload 2.0. */
export function toPayloadV2(call: HttpCall): Bag {
  const { method = "GET", path = "", query = "", headers = {} } = call;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers,
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    requestContext: {
      accountId: "123456789012",
      apiId: "api-id",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "agent" },
      stage: "$default",
      timeEpoch: 1_700_000_000_000,
    },
    body: base64Of(call),
    isBase64Encoded: true,
  };
}

/** Makes an event of a function URL: payload 2.0 with its own host and text bodies as they are. */
export function toFunctionUrl(call: HttpCall): Bag {
  return {
    ...toPayloadV2(call),
    headers: { host: "abc123.lambda-url.ap-northeast-2.on.aws", ...call.headers },
    body: bytesOf(call).toString(),
    isBase64Encoded: false,
  };
}

function valuesOf({ headers = {} }: HttpCall): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

/** Makes an event of API Gateway REST API, payload 1.0, with both forms of headers. */
export function toPayloadV1(call: HttpCall): Bag {
  const { method = "GET", path = "", query = "", headers = {} } = call;
  return {
    version: "1.0",
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: valuesOf(call),
    ...parametersOf([...new URLSearchParams(query)]),
    requestContext: { accountId: "123456789012", httpMethod: method, path, stage: "prod" },
    body: bytesOf(call).length === 0 ? null : bytesOf(call).toString(),
    isBase64Encoded: false,
  };
}

/** Makes an event of an Application Load Balancer without multi-value headers. */
export function toLoadBalancer(call: HttpCall): Bag {
  const { method = "GET", path = "", query = "", headers = {} } = call;
  const arn = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/relay/1";
  return {
    requestContext: { elb: { targetGroupArn: arn } },
    httpMethod: method,
    path,
    queryStringParameters: parametersOf(encodedPairs(query)).queryStringParameters,
    headers,
    body: base64Of(call),
    isBase64Encoded: true,
  };
}

/** A load balancer does not decode query parameters (AWS documentation, "Lambda functions as targets"). */
function encodedPairs(query: string): [string, string][] {
  const parts = query.split("&").filter((part) => part !== "");
  return parts.map((part) => [part.split("=", 1)[0] ?? "", part.split("=").slice(1).join("=")]);
}

function parametersOf(pairs: readonly (readonly [string, string])[]) {
  const lists = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    lists.set(name, [...(lists.get(name) ?? []), value]);
  }
  // API Gateway sends null if there are no parameters (AWS documentation, "Input format for payload 1.0").
  return {
    queryStringParameters: pairs.length === 0 ? null : Object.fromEntries(pairs),
    multiValueQueryStringParameters: pairs.length === 0 ? null : Object.fromEntries(lists),
  };
}

/** Makes the same event with the target group's multi-value headers, which leave out `headers`. */
export function toMultiValueLoadBalancer(call: HttpCall): Bag {
  const { headers: _, queryStringParameters: __, ...event } = toLoadBalancer(call);
  const { multiValueQueryStringParameters } = parametersOf(encodedPairs(call.query ?? ""));
  return { ...event, multiValueQueryStringParameters, multiValueHeaders: valuesOf(call) };
}

export const lambdaEvents = [
  { name: "payload 2.0", toEvent: toPayloadV2 },
  { name: "function URL", toEvent: toFunctionUrl },
  { name: "payload 1.0", toEvent: toPayloadV1 },
  { name: "ALB", toEvent: toLoadBalancer },
  { name: "ALB with multi-value headers", toEvent: toMultiValueLoadBalancer },
] as const;
