import type { Answer } from "./answer.ts";
import { withHeaders } from "./answer.ts";
import type { Call, Refusal } from "./call.ts";
import { checkCaller } from "./check-caller.ts";
import type { Content, Message } from "./check-message.ts";
import { checkMessage, readContent } from "./check-message.ts";
import type { FaultStep } from "./fault-script.ts";
import { acknowledged, usualAnswer } from "./produce-answers.ts";
import type { TopicRecord } from "./record-log.ts";
import type { RequestEntry } from "./request-log.ts";
import type { StandIn } from "./stand-in.ts";

/** How one request ends: what the caller gets, and what the console shows. */
export type Ending = {
  readonly answer: Answer | "cut";
  readonly entry: Omit<RequestEntry, "at" | "method" | "path" | "status">;
  readonly record?: TopicRecord;
};

export async function produce(call: Call, standIn: StandIn): Promise<Ending> {
  const content = readContent(call.body);
  const fault = standIn.faults.take(toMatchable(content));
  if (fault?.delayMs !== undefined) {
    await standIn.wait(fault.delayMs);
  }
  const nowMs = standIn.now() + (fault?.skewMs ?? 0);
  const ending =
    (fault && answerByScript(fault)) ??
    cutAnswer(fault, accept(judge({ call, content, nowMs }, standIn), standIn));
  return ending.answer === "cut" ? ending : { ...ending, answer: dated(ending.answer, nowMs) };
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
  const { accessKeys, topics } = standIn;
  return checkCaller(call, { accessKeys, nowMs }) ?? checkMessage(content, topics);
}

function accept(verdict: Message | Refusal, standIn: StandIn): Ending {
  if (verdict.kind === "refused") {
    const { answer, reason, diagnosis } = verdict;
    return { answer, entry: { verdict: "refused", reason, ...(diagnosis && { diagnosis }) } };
  }
  const { topic, key, value } = verdict;
  const partition = verdict.partition ?? randomPartition(topic, standIn);
  const timestamp = standIn.now();
  const record = standIn.topics.append({ topic, partition, timestamp, key, value });
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

/** The Date header is the clock that the timestamp was compared with: callers correct theirs by it. */
function dated(answer: Answer, nowMs: number): Answer {
  const date = new Date(nowMs).toUTCString();
  return { ...answer, headers: { date, ...answer.headers } };
}
