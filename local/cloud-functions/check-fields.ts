import type { OutgoingResponse } from "../http/response.ts";
import type { CloudFunctionsEmulator } from "./emulator.ts";
import { type JsonObject, keyOf, type Resource } from "./resources.ts";
import { apiError, undocumentedError } from "./responses.ts";

const nameRule = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,49}$/;
const descriptionBytesMax = 3_000;
/**
 * The documented 38 MB and 1 MB, in the smaller of their two meanings, so that a deployment that passes here passes
 * both.
 */
const codeBytesMax = 38_000_000;
const parametersBytesMax = 1_000_000;
const memoriesMb: readonly unknown[] = [128, 256, 512, 1024];
const timeoutMsMin = 500;
const timeoutMsMax = 300_000;
const endedRuntimes: readonly unknown[] = ["nodejs:6", "nodejs:8", "nodejs:12", "nodejs:16"];

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectIn(fields: JsonObject, name: string): JsonObject {
  const value = fields[name];
  return isJsonObject(value) ? value : {};
}

type Named = {
  readonly kind: Resource["kind"];
  readonly name: string;
  /** The key that the resource is put under. */
  readonly key: string;
};

/** "Actions / triggers / packages: 500 each": https://guide.ncloud-docs.com/docs/en/cloudfunctions-spec (read 2026-11-30). */
const resourcesMax = 500;

/** Checks a name. "It can't be duplicated with other resource (package, action, trigger) names", say the pages. */
export function checkName(
  { kind, name, key }: Named,
  { resources: { byName }, namesAreUnique }: CloudFunctionsEmulator,
): OutgoingResponse | undefined {
  if (!nameRule.test(name)) {
    return undocumentedError(400, "INVALID_NAME", "1 to 50 letters, digits, - and _, not - first");
  }
  const all = [...byName.values()];
  const isTaken = all.some(
    (one) => one.name === name && (one.kind !== kind || (namesAreUnique && keyOf(one) !== key)),
  );
  if (isTaken) {
    return undocumentedError(409, "DUPLICATED_NAME", "another resource has this name");
  }
  const isFull = !byName.has(key) && all.filter((one) => one.kind === kind).length >= resourcesMax;
  return isFull
    ? undocumentedError(409, "RESOURCE_LIMIT", `at most ${resourcesMax} of each kind`)
    : undefined;
}

export function checkCommon(body: JsonObject): OutgoingResponse | undefined {
  const { description = "", parameters = {} } = body;
  if (typeof description !== "string" || Buffer.byteLength(description) > descriptionBytesMax) {
    return undocumentedError(400, "INVALID_DESCRIPTION", `0 to ${descriptionBytesMax} bytes`);
  }
  if (!isJsonObject(parameters)) {
    return undocumentedError(400, "INVALID_PARAMETERS", "a JSON object");
  }
  return Buffer.byteLength(JSON.stringify(parameters)) > parametersBytesMax
    ? undocumentedError(413, "PARAMETERS_TOO_LARGE", "1 MB")
    : undefined;
}

/** Checks the required fields and ranges of "Put Action", basic and web. */
export function checkActionBody(body: JsonObject, isNew: boolean): OutgoingResponse | undefined {
  const exec = objectIn(body, "exec");
  const limits = objectIn(body, "limits");
  const needed = {
    "limits.timeout": limits["timeout"],
    "limits.memory": limits["memory"],
    "exec.kind": exec["kind"],
    "exec.binary": exec["binary"],
    "exec.code": exec["code"],
    "exec.main": exec["main"],
  };
  const missing = Object.entries(needed).find(([, value]) => value === undefined);
  if (missing !== undefined) {
    return apiError("ACTION_BODY_MISSING_FIELD", `${missing[0]} is required`);
  }
  if (!isTimeout(limits["timeout"]) || !memoriesMb.includes(limits["memory"])) {
    return undocumentedError(400, "INVALID_LIMITS");
  }
  if (typeof exec["code"] !== "string" || Buffer.byteLength(exec["code"]) > codeBytesMax) {
    return undocumentedError(413, "CODE_TOO_LARGE", "38 MB");
  }
  return isNew && endedRuntimes.includes(exec["kind"])
    ? undocumentedError(400, "RUNTIME_ENDED", "no new actions since 2025-09-18")
    : undefined;
}

function isTimeout(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= timeoutMsMin && Number(value) <= timeoutMsMax;
}

/** All code of all actions. NAVER Cloud has no such limit: it is the memory of this machine. */
const allCodeBytesMax = 512 * 1024 * 1024;

/** Checks that the emulator has room for the code of an action, which replaces the one under its key. */
export function checkCodeRoom(
  key: string,
  body: JsonObject,
  { resources: { byName } }: CloudFunctionsEmulator,
): OutgoingResponse | undefined {
  const others = [...byName].map(([other, one]) =>
    one.kind === "action" && other !== key ? one.code.length : 0,
  );
  const { code } = objectIn(body, "exec");
  const bytes = others.reduce((sum, length) => sum + length, String(code).length);
  return bytes > allCodeBytesMax
    ? undocumentedError(413, "CODE_OF_ALL_ACTIONS", "the emulator keeps 512 MiB of code")
    : undefined;
}

/** Checks the network of an action. The vpc platform requires one, and the classic platform has none. */
export function checkNetwork({ vpc }: JsonObject, platform: string): OutgoingResponse | undefined {
  const first: unknown = Array.isArray(vpc) ? vpc[0] : undefined;
  const isWhole =
    isJsonObject(first) && Number.isInteger(first["vpcNo"]) && Number.isInteger(first["subnetNo"]);
  if (platform === "vpc") {
    return isWhole
      ? undefined
      : apiError("ACTION_BODY_MISSING_FIELD", "vpc[].vpcNo and vpc[].subnetNo are required");
  }
  return vpc === undefined ? undefined : undocumentedError(400, "VPC_ON_CLASSIC");
}
