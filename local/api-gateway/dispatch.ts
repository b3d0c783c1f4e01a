import { isJsonObject } from "../cloud-functions/check-fields.ts";
import type { JsonObject } from "../cloud-functions/resources.ts";
import type { OutgoingResponse } from "../http/response.ts";
import { invalid } from "./check-fields.ts";
import type { ApiGateway } from "./model.ts";
import { handleProducts } from "./products.ts";
import { noSuchPath } from "./responses.ts";

/** The base path of API Gateway's own management API. */
const basePath = "/api/v1/";

export function isGatewayCall(target: string): boolean {
  return target.startsWith(basePath);
}

type Call = {
  readonly method: string;
  readonly target: string;
  readonly text: string;
  readonly origin: string;
};

/**
 * Handles a call of the management API of API Gateway. Paths, bodies and answers are those of the pages "apigateway-*"
 * of https://api.ncloud-docs.com (read 2026-11-30) and of the vendor's own export (apigw_v1.json).
 */
export function handleGatewayCall(
  { method, target, text, origin }: Call,
  gateway: ApiGateway,
): OutgoingResponse {
  const [path = "", query = ""] = target.split("?");
  const body = parseBody(text);
  const segments = toSegments(path.slice(basePath.length));
  if (body === undefined || segments === undefined) {
    return invalid("a JSON object is expected");
  }
  const call = { method, segments, search: new URLSearchParams(query), body, origin };
  return segments[0] === "products" ? handleProducts(call, gateway) : noSuchPath();
}

function toSegments(path: string): readonly string[] | undefined {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function parseBody(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = text === "" ? {} : JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
