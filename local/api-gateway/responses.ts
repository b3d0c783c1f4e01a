import type { JsonObject } from "../cloud-functions/resources.ts";
import { gatewayError } from "../data-stream/produce/produce-responses.ts";
import { jsonResponse, type OutgoingResponse } from "../http/response.ts";

/**
 * Errors that API Gateway makes by itself, by code: https://api.ncloud-docs.com/docs/ai-application-service-apigateway
 * (read 2026-11-30).
 */
const gatewayErrors = {
  200: [401, "Authentication Failed"],
  210: [401, "Permission Denied"],
  300: [404, "Not Found"],
  430: [413, "Request Entity Too Large"],
  500: [503, "Endpoint Error"],
} as const;

export function gatewayRefusal(errorCode: keyof typeof gatewayErrors): OutgoingResponse {
  const [status, message] = gatewayErrors[errorCode];
  return jsonResponse(status, { error: { errorCode: String(errorCode), message } });
}

/** Both were seen as answers of the management API, in public code that was run in September 2026. */
const deniedCodes = { api: "10011", resource: "10002" } as const;

export function deniedResponse(what: keyof typeof deniedCodes): OutgoingResponse {
  const message = "You do not have permission.";
  return jsonResponse(403, { error: { errorCode: deniedCodes[what], message } });
}

export function noSuchPath(): OutgoingResponse {
  return gatewayError(404, "No such path.");
}

/** Cuts a list as `limit` and `offset` say, and as the emulator's own page size does. */
export function pageOf(
  items: readonly JsonObject[],
  search: URLSearchParams,
  pageSize: number,
): readonly JsonObject[] {
  const offset = numberIn(search, "offset", 0);
  return items.slice(offset, offset + Math.min(numberIn(search, "limit", pageSize), pageSize));
}

function numberIn(search: URLSearchParams, name: string, usual: number): number {
  const given = search.get(name) ?? "";
  return /^\d{1,6}$/.test(given) ? Number(given) : usual;
}
