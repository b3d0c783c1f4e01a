import type { FunctionCall } from "../functions/host/function-call.ts";
import type { WebhookDiagnosis } from "./delivery.ts";
import type { CallEnding } from "./ending.ts";

type Explained = {
  readonly call: FunctionCall;
  readonly ending: CallEnding;
  readonly diagnosis: WebhookDiagnosis | undefined;
  /** The number of records that the call left. */
  readonly records: number;
};

/** Says in plain words why a call ended as it did. */
export function reasonOf({ call, ending, diagnosis, records }: Explained): string {
  const own = sentence(ending.reason ?? notDelivered(call) ?? usualReason(ending, records));
  const explained = diagnosis === undefined ? own : withDiagnosis(own, diagnosis);
  return call.callerGone
    ? `The caller had hung up before the reply, after ${call.durationMs} ms at most, and may send again. ${explained}`
    : explained;
}

/** The function may have named the mistake already. */
function withDiagnosis(own: string, { likelyMistake, fix }: WebhookDiagnosis): string {
  const isSaid = own.toLowerCase().includes(likelyMistake.toLowerCase());
  return isSaid ? `${own} ${fix}` : `${own} ${likelyMistake} ${fix}`;
}

function usualReason({ outcome }: CallEnding, records: number): string {
  const count =
    records === 0
      ? "The event is on the topic"
      : `${records} ${records === 1 ? "record is" : "records are"} on the topic`;
  const reasons = {
    delivered: count,
    stored: "The stream did not take the event: it is a dead letter now, and redrive delivers it",
    ignored: "The event holds nothing to produce",
    answered: "Nothing was to be produced: a health check, a challenge, or a function of your own",
    refused: "The request was refused",
    failed: "The function failed: its log lines say more",
  };
  return outcome === "callerGone" ? "" : reasons[outcome];
}

function notDelivered({ logLines }: FunctionCall): string | undefined {
  const line = logLines.find(({ message }) => message === "record not delivered");
  const reason = line?.["reason"];
  return typeof reason === "string" ? reason : undefined;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) || trimmed === "" ? trimmed : `${trimmed}.`;
}
