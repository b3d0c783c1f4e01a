import { type Check, failed, ok, skipped, warning } from "./check.ts";
import type { ManagementResult } from "./management.ts";

/** The end of the test message. Undefined if none was asked for. */
export type TestMessageOutcome = "delivered" | "notDelivered" | undefined;

const named = { check: "key pair" };
const readable =
  "give --management-endpoint, or DATASTREAM_ENDPOINT of NAVER Cloud or this machine";

/**
 * Checks that the gateway accepts the signature. A read of the management API shows it without producing a
 * message.
 */
export function checkKeyPair(
  result: ManagementResult<unknown> | undefined,
  produced: TestMessageOutcome,
): Check {
  if (produced === "delivered") {
    return ok(
      named,
      `accepted by the produce API${result === undefined ? "" : managementPart(result)}`,
    );
  }
  if (result === undefined) {
    return skipped(named, "no management API is known for this endpoint", readable);
  }
  const { kind } = result;
  const isProved = kind === "read" || kind === "accepted";
  if (isProved && produced === "notDelivered") {
    return ok(
      named,
      "accepted by the management API; the test message's row says what produce answered",
    );
  }
  if (isProved) {
    return ok(
      named,
      "accepted by the management API; whether it may produce, only --produce tells",
    );
  }
  if (kind === "denied") {
    const todo = `${result.todo}, or run with --produce: it may be allowed to produce all the same`;
    return warning(named, `${result.found}: known, and not allowed to read topics`, todo);
  }
  const found = `the management API: ${result.found}`;
  return kind === "unproved"
    ? warning(named, found, result.todo)
    : failed(named, found, result.todo);
}

function managementPart(result: ManagementResult<unknown>): string {
  return result.kind === "read" || result.kind === "accepted"
    ? " and by the management API"
    : `; the management API: ${result.found}`;
}

/** Gives a hint only: NAVER Cloud documents the form of a key by masked examples. */
export function checkSubAccount(accessKey: string, produced: TestMessageOutcome): Check {
  const named = { check: "sub account" };
  if (produced === "delivered") {
    return ok(named, "yes: the produce API refuses a main account's keys");
  }
  return accessKey.startsWith("ncp_iam_")
    ? ok(
        named,
        "the key begins with ncp_iam_, as in NAVER Cloud's examples; only --produce proves it",
      )
    : warning(
        named,
        "the key does not begin with ncp_iam_, as NAVER Cloud's examples do (only a hint)",
        "make sure that it is a Sub Account's: the produce API refuses a main account's",
      );
}
