import { isObject } from "../../data-stream/control/checked-input.ts";
import type { FunctionRequest } from "./function-call.ts";
import { toRawHttp } from "./raw-http.ts";

type Parameters = Readonly<Record<string, unknown>>;

/**
 * Turns a request into the parameters of a web action without raw HTTP, as Apache OpenWhisk does: fields of the query and
 * of a JSON or form body become parameters, the body's before the query's; any other body is `__ow_body`. Returns
 * undefined if the request sets a reserved parameter or one of the action's own, which OpenWhisk refuses
 * (https://github.com/apache/openwhisk/blob/master/docs/webactions.md, read 2026-11-30).
 */
export function toParsedHttp(
  request: FunctionRequest,
  path: string,
  bound: Parameters,
): Parameters | undefined {
  const { __ow_query: query, __ow_body: body, ...rest } = toRawHttp(request, path);
  const fields = fieldsOf(request);
  const given = { ...Object.fromEntries(new URLSearchParams(String(query))), ...fields };
  const isRefused = Object.keys(given).some(
    (name) => name.startsWith("__ow_") || Object.hasOwn(bound, name),
  );
  const whole = fields === undefined && request.body.length > 0 ? { __ow_body: body } : {};
  return isRefused ? undefined : { ...given, ...rest, ...whole };
}

/** Returns the fields of a JSON object or a form; undefined for any other body. */
function fieldsOf({ headers, body }: FunctionRequest): Parameters | undefined {
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  const text = new TextDecoder().decode(body);
  if (type === "application/x-www-form-urlencoded") {
    return Object.fromEntries(new URLSearchParams(text));
  }
  return type === "application/json" ? parseObject(text) : undefined;
}

function parseObject(text: string): Parameters | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
