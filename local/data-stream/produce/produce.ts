import { withDate, withHeaders } from "../../http/response.ts";
import type { Emulator } from "../emulator.ts";
import type { FaultStep } from "../faults/fault-script.ts";
import { recordBytes } from "../storage/record-log.ts";
import type { MessageBody, ProduceMessage } from "./check-message.ts";
import { checkMessage, readMessageBody } from "./check-message.ts";
import type { ApiRefusal, GatewayRequest } from "./gateway-request.ts";
import {
  acknowledgedResponse,
  defaultFaultResponse,
  throttledResponse,
} from "./produce-responses.ts";
import type { RequestOutcome } from "./request-outcome.ts";
import { refusedOutcome } from "./request-outcome.ts";
import { verifySignatureV2 } from "./verify-signature.ts";

export async function handleProduce(
  call: GatewayRequest,
  emulator: Emulator,
): Promise<RequestOutcome> {
  const content = readMessageBody(call.body);
  const fault = emulator.faults.take(toFaultSubject(content));
  if (fault?.delayMs !== undefined) {
    await emulator.wait(fault.delayMs);
  }
  const nowMs = emulator.now() + (fault?.skewMs ?? 0);
  const ending =
    (fault && scriptedOutcome(fault)) ??
    cutAfterStoring(fault, await accept(judge({ call, content, nowMs }, emulator), emulator));
  const { response } = ending;
  return {
    ...withFault(ending, fault),
    response: response === "cut" ? response : withDate(response, nowMs),
  };
}

function toFaultSubject(content: MessageBody) {
  const fields = content.kind === "object" ? content.fields : {};
  return { topic: fields["topic"], key: fields["key"] };
}

function scriptedOutcome(fault: FaultStep): RequestOutcome | undefined {
  const { status, headers, body, cut } = fault;
  if (cut === "before") {
    return {
      response: "cut",
      entry: { verdict: "faulted", reason: "cut before the message was stored" },
    };
  }
  if (status === undefined) {
    return undefined;
  }
  const usual = defaultFaultResponse(status);
  return {
    response: withHeaders(body === undefined ? usual : { ...usual, body }, headers ?? {}),
    entry: { verdict: "faulted", reason: `status ${status} from the fault script` },
  };
}

type JudgedRequest = {
  readonly call: GatewayRequest;
  readonly content: MessageBody;
  readonly nowMs: number;
};

function judge(
  { call, content, nowMs }: JudgedRequest,
  emulator: Emulator,
): ProduceMessage | ApiRefusal {
  const { accessKeys } = emulator;
  return verifySignatureV2(call, { accessKeys, nowMs }) ?? checkMessage(content, emulator);
}

/** Stores an accepted message after the checks and the throttle, and acknowledges it only then. */
async function accept(
  verdict: ProduceMessage | ApiRefusal,
  emulator: Emulator,
): Promise<RequestOutcome> {
  if (verdict.kind === "refused") {
    return refusedOutcome(verdict);
  }
  const { topic, key, value } = verdict;
  const partition = verdict.partition ?? randomPartition(topic, emulator);
  const timestamp = emulator.now();
  const bytes = recordBytes({ key, value });
  const throttle = emulator.faults.throttle();
  if (throttle?.admits({ topic, partition, bytes, nowMs: timestamp }) === false) {
    const reason = `throttled: ${bytes} bytes are more than the bucket of partition ${partition} holds now`;
    return { response: throttledResponse, entry: { verdict: "faulted", reason } };
  }
  const record = await emulator.writeRecord({ topic, partition, timestamp, key, value });
  if ("kind" in record) {
    return refusedOutcome(record);
  }
  const { offset } = record;
  return {
    response: acknowledgedResponse,
    entry: { verdict: "accepted", topic, partition, offset },
    record,
  };
}

/**
 * Chooses a partition at random. The produce page says that a message without a partition goes to a random one,
 * whatever its key: https://api.ncloud-docs.com/docs/datastream-postproduce (read 2026-11-30).
 */
function randomPartition(topic: string, { topics, random }: Emulator): number {
  const count = topics.partitionCount(topic) ?? 1;
  return Math.min(count - 1, Math.floor(random() * count));
}

function cutAfterStoring(fault: FaultStep | undefined, ending: RequestOutcome): RequestOutcome {
  if (fault?.cut !== "after") {
    return ending;
  }
  const reason =
    ending.record === undefined
      ? `cut in place of a refusal: ${ending.entry.reason}`
      : "cut after the message was stored";
  return { ...ending, response: "cut", entry: { ...ending.entry, verdict: "faulted", reason } };
}

/**
 * Adds the fault's delay to the outcome. A refusal caused by a skewed clock is not the caller's mistake, so the
 * reason names the fault script.
 */
function withFault(ending: RequestOutcome, fault: FaultStep | undefined): RequestOutcome {
  const { firstByteMs, skewMs = 0 } = fault ?? {};
  const { entry } = ending;
  const reason = `${entry.reason} (the fault script moves the clock by ${skewMs} ms)`;
  return {
    ...ending,
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(skewMs !== 0 && entry.verdict === "refused" && { entry: { ...entry, reason } }),
  };
}
