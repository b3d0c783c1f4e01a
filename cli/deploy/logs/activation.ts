import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { objectIn, textIn } from "../actual/fields.ts";

/** One run of an action, as far as the API tells it. */
export type Activation = {
  readonly id: string;
  readonly startMs: number | undefined;
  readonly durationMs: number | undefined;
  /** Such as `success` or `application error`. */
  readonly status: string | undefined;
  readonly isFailure: boolean;
  readonly logs: readonly unknown[];
};

/** Ids have 32 letters and digits. Nothing else may get into a path. */
const idRule = /^[A-Za-z0-9_-]{1,64}$/;
const logsMax = 5_000;

/** Reads an item of a list, or a detail. Returns undefined if it has no id. */
export function readActivation(item: unknown): Activation | undefined {
  const content = isUnknownObject(item) ? item : {};
  const id = textIn(content, "activationId") ?? textIn(content, "id") ?? "";
  if (!idRule.test(id)) {
    return undefined;
  }
  const response = objectIn(content, "response");
  const status = textIn(response, "status") ?? textIn(content, "status");
  return {
    id,
    startMs: readTime(content["start"]),
    durationMs: readCount(content["duration"]),
    status,
    isFailure: isFailed(response, status),
    logs: readLogs(content["logs"]),
  };
}

/** A failure is told by `success`, or by a status that is none of a success. */
function isFailed({ success }: UnknownObject, status: string | undefined): boolean {
  if (typeof success === "boolean") {
    return !success;
  }
  return status !== undefined && !/^(success|successful|ok|0|200)$/i.test(status.trim());
}

/** Accepts the documented list of lines, one text of several lines, and one object. */
function readLogs(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.slice(0, logsMax);
  }
  if (typeof value === "string") {
    return value === "" ? [] : value.split(/\r?\n/, logsMax);
  }
  return value === undefined || value === null ? [] : [value];
}

const secondsMax = 100_000_000_000;
const timeMsMax = 8.64e15;
const zoneAtEnd = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Reads a time: epoch milliseconds as documented, as a number or as text; seconds; or a time as text, which is
 * Korean time in version 2.0 if it names no zone.
 */
function readTime(value: unknown): number | undefined {
  if (typeof value === "string" && !/^\d{1,16}$/.test(value)) {
    const parsed = Date.parse(zoneAtEnd.test(value) ? value : `${value}+09:00`);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  const number = readCount(value);
  if (number === undefined || number === 0) {
    return undefined;
  }
  const ms = number < secondsMax ? number * 1_000 : number;
  return ms <= timeMsMax ? ms : undefined;
}

function readCount(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0
    ? Math.round(number)
    : undefined;
}
