import type { OutgoingResponse } from "../../http/response.ts";
import type { CloudFunctionsEmulator } from "../emulator.ts";
import type { ManagementRequest } from "../management-request.ts";
import { type Activation, actionKey, type JsonObject } from "../resources.ts";
import { apiError, contentResponse, undocumentedError } from "../responses.ts";
import { parseWindow } from "./window.ts";

type Asked = { readonly packageName: string; readonly name: string };

/**
 * Handles `/activations` and `/activations/{id}`: those of every action
 * (https://api.ncloud-docs.com/docs/en/compute-cloudfunctions-v2-getactivationlist, read 2026-11-30).
 */
export function handleActivations(
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): OutgoingResponse {
  const [, id] = request.segments;
  if (request.method !== "GET") {
    return undocumentedError(405, "METHOD_NOT_ALLOWED");
  }
  const all = emulator.resources.activations;
  return id === undefined ? list(all, request, emulator) : detail(all, id, emulator);
}

/** Handles `/packages/{package}/actions/{action}/activations` and the path of one activation. */
export function handleActivationsOfAction(
  { packageName, name }: Asked,
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): OutgoingResponse {
  const { activations, byName } = emulator.resources;
  const [, , , , , id] = request.segments;
  const own = activations.filter((one) => one.action === name && one.packageName === packageName);
  if (id !== undefined) {
    return detail(own, id, emulator);
  }
  const action = byName.get(actionKey(packageName, name));
  if (action?.kind !== "action") {
    return apiError("ACTION_NOT_FOUND");
  }
  return action.platform === request.platform
    ? list(own, request, emulator)
    : apiError("ACTION_PLATFORM_MISMATCH");
}

/**
 * Lists activations, newest first as in Apache OpenWhisk; the pages do not say. An item has three fields, so its name
 * and its times are in its detail alone.
 */
function list(
  activations: readonly Activation[],
  { search }: ManagementRequest,
  { zone, now }: CloudFunctionsEmulator,
): OutgoingResponse {
  const window = parseWindow(search, { isText: zone === "gov", nowMs: now() });
  if (window === undefined) {
    return undocumentedError(400, "INVALID_PARAMETER", "pageSize, pageNo, start, end");
  }
  const { pageSize, pageNo, startMs, endMs } = window;
  const found = activations
    .filter((one) => startOf(one) >= startMs && startOf(one) <= endMs)
    .toReversed();
  const page = found.slice((pageNo - 1) * pageSize, pageNo * pageSize);
  return contentResponse({
    activations: page.map((one) => ({
      activationId: one.id,
      duration: one.durationMs,
      status: statusOf(one),
    })),
    totalCount: found.length,
  });
}

/** An activation was seen to be listed before it can be read. */
function detail(
  activations: readonly Activation[],
  id: string,
  { now, activationDelayMs }: CloudFunctionsEmulator,
): OutgoingResponse {
  const found = activations.find((one) => one.id === id);
  return found === undefined || now() - found.endedMs < activationDelayMs
    ? apiError("ACTION_ACTIVATION_NOT_FOUND")
    : contentResponse(show(found));
}

function show(activation: Activation): JsonObject {
  const { id, durationMs, endedMs, logs, action, result, isSuccess } = activation;
  return {
    activationId: id,
    duration: durationMs,
    start: startOf(activation),
    end: endedMs,
    logs,
    name: action,
    namespace: "local",
    response: { result, status: statusOf(activation), success: isSuccess },
  };
}

function statusOf({ isSuccess }: Activation): string {
  return isSuccess ? "success" : "application error";
}

function startOf({ endedMs, durationMs }: Activation): number {
  return endedMs - durationMs;
}
