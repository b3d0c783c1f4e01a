import type { OutgoingResponse } from "../http/response.ts";
import { jsonResponse } from "../http/response.ts";

/**
 * The errors of Cloud Functions by message, as the pages of its API (version 2.1) list them:
 * https://api.ncloud-docs.com/docs/compute-cloudfunctions-v2-putaction and its neighbours (read 2026-11-30). Errors
 * without a code in the readable part of a page carry the code "undocumented": nothing may depend on it.
 */
const documentedErrors = {
  SUB_ACC_NO_PERMISSION: [403, "80002"],
  ACTION_NOT_FOUND: [404, "80301"],
  ACTION_PLATFORM_MISMATCH: [400, "80302"],
  ACTION_BODY_MISSING_FIELD: [400, "80306"],
  ACTION_ACTIVATION_NOT_FOUND: [404, "80322"],
  TRIGGER_NOT_FOUND: [404, "80501"],
  TRIGGER_PLATFORM_MISMATCH: [400, "80502"],
  TRIGGER_INVOKE_FAIL: [400, "80512"],
  DUPLICATED_RULE: [400, "80901"],
  NAT_BEING_CREATED: [500, "81313"],
} as const;

export type ApiErrorName = keyof typeof documentedErrors;

export function apiError(name: ApiErrorName, details = ""): OutgoingResponse {
  const [status, errorCode] = documentedErrors[name];
  return jsonResponse(status, { error: { errorCode, message: name, details } });
}

export function undocumentedError(status: number, message: string, details = ""): OutgoingResponse {
  return jsonResponse(status, { error: { errorCode: "undocumented", message, details } });
}

export function contentResponse(content: unknown): OutgoingResponse {
  return jsonResponse(200, { content });
}

export const noContent: OutgoingResponse = { status: 204, headers: {}, body: "" };
