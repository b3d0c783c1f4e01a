import { dated, withHeaders } from "../../http/response.ts";
import type { StandIn } from "../emulator.ts";
import type { FaultStep } from "../faults/fault-script.ts";
import { bytesOf } from "../storage/record-log.ts";
import type { Call, Refusal } from "./call.ts";
import { checkCaller } from "./check-caller.ts";
import type { Content, Message } from "./check-message.ts";
import { checkMessage, readContent } from "./check-message.ts";
import type { Ending } from "./ending.ts";
import { refusedEnding } from "./ending.ts";
import { acknowledged, throttled, usualAnswer } from "./produce-responses.ts";

export async function produce(call: Call, standIn: StandIn): Promise<Ending> {
  const content = readContent(call.body);
  const fault = standIn.faults.take(toMatchable(content));
  if (fault?.delayMs !== undefined) {
    await standIn.wait(fault.delayMs);
  }
  const nowMs = standIn.now() + (fault?.skewMs ?? 0);
  const ending =
    (fault && answerByScript(fault)) ??
    cutAnswer(fault, await accept(judge({ call, content, nowMs }, standIn), standIn));
  const { answer } = ending;
  return {
    ...withFault(ending, fault),
    answer: answer === "cut" ? answer : dated(answer, nowMs),
  };
}

function toMatchable(content: Content) {
  const fields = content.kind === "object" ? content.fields : {};
  return { topic: fields["topic"], key: fields["key"] };
}

function answerByScript(fault: FaultStep): Ending | undefined {
  const { status, headers, body, cut } = fault;
  if (cut === "before") {
    return {
      answer: "cut",
      entry: { verdict: "faulted", reason: "cut before the message was stored" },
    };
  }
  if (status === undefined) {
    return undefined;
  }
  const usual = usualAnswer(status);
  return {
    answer: withHeaders(body === undefined ? usual : { ...usual, body }, headers ?? {}),
    entry: { verdict: "faulted", reason: `answered ${status} by the fault script` },
  };
}

type Judged = { readonly call: Call; readonly content: Content; readonly nowMs: number };

function judge({ call, content, nowMs }: Judged, standIn: StandIn): Message | Refusal {
  const { accessKeys } = standIn;
  return checkCaller(call, { accessKeys, nowMs }) ?? checkMessage(content, standIn);
}

/** Checked, let through, kept, and only then acknowledged. */
async function accept(verdict: Message | Refusal, standIn: StandIn): Promise<Ending> {
  if (verdict.kind === "refused") {
    return refusedEnding(verdict);
  }
  const { topic, key, value } = verdict;
  const partition = verdict.partition ?? randomPartition(topic, standIn);
  const timestamp = standIn.now();
  const bytes = bytesOf({ key, value });
  const throttle = standIn.faults.throttle();
  if (throttle?.admits({ topic, partition, bytes, nowMs: timestamp }) === false) {
    const reason = `throttled: ${bytes} bytes are more than the bucket of partition ${partition} holds now`;
    return { answer: throttled, entry: { verdict: "faulted", reason } };
  }
  const record = await standIn.keep({ topic, partition, timestamp, key, value });
  if ("kind" in record) {
    return refusedEnding(record);
  }
  const { offset } = record;
  return { answer: acknowledged, entry: { verdict: "accepted", topic, partition, offset }, record };
}

/** The page's second revision says that a message without a partition goes to a random one, whatever its key. */
function randomPartition(topic: string, { topics, random }: StandIn): number {
  const count = topics.partitionCount(topic) ?? 1;
  return Math.min(count - 1, Math.floor(random() * count));
}

function cutAnswer(fault: FaultStep | undefined, ending: Ending): Ending {
  if (fault?.cut !== "after") {
    return ending;
  }
  const reason =
    ending.record === undefined
      ? `cut in place of a refusal: ${ending.entry.reason}`
      : "cut after the message was stored";
  return { ...ending, answer: "cut", entry: { ...ending.entry, verdict: "faulted", reason } };
}

/** A refusal by a skewed clock is not the caller's mistake: the console says whose it is. */
function withFault(ending: Ending, fault: FaultStep | undefined): Ending {
  const { firstByteMs, skewMs = 0 } = fault ?? {};
  const { entry } = ending;
  const reason = `${entry.reason} (the fault script moves the clock by ${skewMs} ms)`;
  return {
    ...ending,
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(skewMs !== 0 && entry.verdict === "refused" && { entry: { ...entry, reason } }),
  };
}
