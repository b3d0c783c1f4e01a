import { jsonResponse, type OutgoingResponse } from "../../http/response.ts";
import type { JsonObject, StoredAction } from "../resources.ts";

export type ActionVersion = {
  readonly name: string;
  readonly description: string;
  /** The action as it was. */
  readonly action: StoredAction;
};

/** The versions of each action, newest last, by the key of the action. */
export type ActionVersions = Map<string, readonly ActionVersion[]>;

const nameRule = /^[a-zA-Z0-9_][a-zA-Z0-9-_]{0,49}$/;
const versionsMax = 10;
const descriptionBytesMax = 3_000;

/**
 * Handles `/packages/{package}/actions/{action}/versions` of API v3: POST freezes the action as it is, GET lists. There
 * are at most ten, on VPC only (https://api.ncloud-docs.com/docs/pub-cloud-functions-v3-action-versions-createactionversion,
 * read 2026-11-30). No page shows a replied body, nor the error of an eleventh version, and no page deletes a version.
 */
export function handleVersions(
  { method, platform, body }: VersionRequest,
  key: string,
  { action, versions }: VersionedAction,
): OutgoingResponse {
  if (platform !== "VPC") {
    return textualError(400, "InvalidParameter", "versions are of the VPC platform");
  }
  if (action === undefined) {
    return textualError(404, "ActionNotFound", "no such action");
  }
  const made = versions.get(key) ?? [];
  if (method === "GET") {
    return jsonResponse(200, { versions: made.map(({ name }) => ({ name })) });
  }
  if (method !== "POST") {
    return textualError(405, "MethodNotAllowed", "GET and POST");
  }
  const { name, description = "version" } = body;
  if (typeof name !== "string" || !nameRule.test(name) || !isDescription(description)) {
    return textualError(400, "InvalidParameter", "name or description");
  }
  if (made.length >= versionsMax || made.some((one) => one.name === name)) {
    return textualError(400, "InvalidOperation", `at most ${versionsMax}, with names of their own`);
  }
  versions.set(key, [...made, { name, description, action }]);
  return jsonResponse(201, { name });
}

export type VersionRequest = {
  readonly method: string;
  readonly platform: string;
  readonly body: JsonObject;
};

type VersionedAction = {
  readonly action: StoredAction | undefined;
  readonly versions: ActionVersions;
};

function isDescription(value: unknown): value is string {
  return (
    typeof value === "string" && value !== "" && Buffer.byteLength(value) <= descriptionBytesMax
  );
}

/** Errors of API v3 have textual codes. */
function textualError(status: number, errorCode: string, message: string): OutgoingResponse {
  return jsonResponse(status, { error: { errorCode, message } });
}
