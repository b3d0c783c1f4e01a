import { deliverSized } from "../../lib/delivery/deliver-or-store.ts";
import { createFitMessage, readTextParts } from "../../lib/delivery/fit-message.ts";
import type { Effects } from "../../lib/effects/effects.ts";
import type { StreamRecord } from "../../lib/model/record.ts";
import { notAttempted, type RecordResult } from "../../lib/model/result.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { createSigningClocks } from "../../lib/signing/clock-skew.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { type Page, toPage, writePages } from "../shared/page.ts";
import type { Terminal } from "../shared/terminal.ts";
import { interruptible } from "./interruption.ts";

type SingleContext = {
  readonly config: Config;
  readonly effects: Effects;
  readonly terminal: Terminal;
  readonly isJson: boolean;
};

/**
 * Produces one message with the client that the functions use: the same retries, partition and claim check.
 */
export async function produceOne(
  record: StreamRecord,
  { config, effects, terminal, isJson }: SingleContext,
): Promise<ExitCode> {
  const stop = new AbortController();
  terminal.onInterrupt(() => stop.abort());
  const { now } = effects;
  const clocks = { stream: createSigningClocks(now)(), storage: createSigningClocks(now)() };
  const fitMessage = createFitMessage(readTextParts, config);
  const { endings, attempts, uncertain } = await deliverSized([record], fitMessage, {
    ...{ config, clocks, effects: interruptible(effects, stop.signal) },
    deadlineMs: now() + config.deliveryTimeoutMs,
  });
  const ending = endings[0] ?? notAttempted;
  const { topic, partition } = record;
  const facts = { attempts, uncertain, topic, partition: partition ?? null };
  const isDelivered = ending.kind === "delivered";
  terminal.writeOut(
    isJson
      ? `${JSON.stringify({ ...toJsonResult(ending), ...facts })}\n`
      : toResultText(ending, record, attempts),
  );
  if (!isJson && !isDelivered) {
    writePages([pageOf(ending)], terminal);
  }
  return isDelivered ? exitCodes.ok : exitCodes.failed;
}

function pageOf(ending: RecordResult): Page {
  return toPage("code" in ending ? ending.code : "INTERRUPTED");
}

/** Uses the same field names as the result of many messages. */
function toJsonResult(ending: RecordResult) {
  const { kind } = ending;
  const why = "code" in ending ? { code: ending.code, reason: ending.reason } : {};
  const page = kind === "delivered" ? {} : { page: pageOf(ending) };
  const isRefused = kind === "refused";
  return {
    ok: kind === "delivered",
    delivered: kind === "delivered" ? 1 : 0,
    refused: isRefused ? 1 : 0,
    failed: kind === "delivered" || isRefused ? 0 : 1,
    ...why,
    ...page,
  };
}

function toResultText(
  ending: RecordResult,
  { topic, partition }: StreamRecord,
  attempts: number,
): string {
  const where = `${topic}, ${partition === undefined ? "a random partition" : `partition ${partition}`}`;
  const tries = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  if (ending.kind === "delivered") {
    return `delivered to ${where}, ${tries}\n`;
  }
  const reason = "code" in ending ? `${ending.code}: ${ending.reason}` : "interrupted";
  return `not delivered to ${where}, ${tries}: ${reason}\n`;
}
