import { isUnknownObject } from "../../../lib/encoding/unknown-object.ts";
import type { Settings } from "../../../lib/model/settings.ts";

/** Limit of all variables of a function (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, read 2026-11-30). */
export const environmentBytesMax = 4_096;

/** Names in a message. The largest say enough. */
const namesMax = 3;
/** Bytes of a variable that is passed on without a value. */
const emptyBytes = 2;

/** Returns the bytes of the variables as Lambda measures them: its own error shows them as the text of a JSON object. */
export function measureEnvironment(variables: Settings): number {
  return bytesOf(
    Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, toText(value)])),
  );
}

/** Describes the largest variables, such as `WEBHOOK_SOURCES 3,120`. Names and sizes only. */
export function describeLargest(variables: Settings): string {
  return Object.entries(variables)
    .map(([name, value]) => ({ name, bytes: bytesOf(toText(value)) }))
    .filter(({ bytes }) => bytes > emptyBytes)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, namesMax)
    .map(({ name, bytes }) => `${name} ${bytes.toLocaleString("en")}`)
    .join(", ");
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Variables are text. An unset one is passed on empty. */
function toText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** A function in serverless.yml. */
export type PackagedFunction = {
  readonly name: string;
  readonly environment: Settings;
  readonly events: unknown;
};

/**
 * Throws if Lambda would refuse a function's environment, or if a queue would delete messages that failed. A reference to a secret counts as it is written.
 */
export function checkFunction({ name, environment, events }: PackagedFunction): void {
  const bytes = measureEnvironment(environment);
  if (bytes > environmentBytesMax) {
    throw new Error(
      `the environment of ${name} has ${bytes.toLocaleString("en")} bytes, and Lambda takes ` +
        `${environmentBytesMax.toLocaleString("en")}; the largest are ${describeLargest(environment)} ` +
        "(docs/deploy-lambda.md#environment)",
    );
  }
  const isPartial = environment["SQS_PARTIAL_BATCH"] === "true";
  if (isPartial && queuesOf(events).some((queue) => !reportsFailures(queue))) {
    throw new Error(
      `SQS_PARTIAL_BATCH of ${name} is true, and a queue in its events has no ` +
        "functionResponseType: ReportBatchItemFailures: it would delete messages that failed",
    );
  }
}

function queuesOf(events: unknown): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(events) ? events : [];
  return list.flatMap((event) => (isUnknownObject(event) && "sqs" in event ? [event["sqs"]] : []));
}

function reportsFailures(queue: unknown): boolean {
  return isUnknownObject(queue) && queue["functionResponseType"] === "ReportBatchItemFailures";
}
