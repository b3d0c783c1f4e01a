import { signal } from "@preact/signals";
import { postJson, problemOf } from "../data/api.ts";
import type { RequestEntry, TopicRecord } from "../data/model.ts";
import { onLiveRecords, requests } from "../data/state.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import { findNewDelivery, loadDeliveries } from "../deliveries/load-deliveries.ts";
import { draftOf, prepare } from "./draft.ts";
import type { Target } from "./targets.ts";

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly tookMs: number;
};

export type Sent = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Result = {
  readonly sent: Sent;
  readonly reply: Reply;
  /** The cursors of the records that were seen arriving. */
  readonly records: readonly number[];
  readonly requests: readonly RequestEntry[];
  readonly delivery?: Delivery | undefined;
  /** True while more may still arrive. */
  readonly isWaiting: boolean;
};

/** Undefined until something was sent. A text is what went wrong. */
export const result = signal<Result | string | undefined>(undefined);
export const isSending = signal(false);

/** Records arrive by another connection than the reply, so the page waits at least this long for them. */
const settleMs = 400;
/** The trigger of a bucket runs after the upload's response. */
const triggerMsMax = 15_000;
const pollMs = 100;
const recordsMax = 50;

/** Sends the draft of a target and collects what reaches the emulator meanwhile. */
export async function send(target: Target): Promise<void> {
  const prepared = prepare(target, draftOf(target));
  if ("problem" in prepared) {
    result.value = prepared.problem;
    return;
  }
  isSending.value = true;
  const seen: TopicRecord[] = [];
  const stop = onLiveRecords((records) => seen.push(...records.slice(0, recordsMax - seen.length)));
  try {
    const known = await loadDeliveries();
    const newestRequest = requests.value[0];
    const answered = await postJson<Pick<Result, "sent" | "reply">>(prepared.path, prepared.value);
    const collect = async (isWaiting: boolean) => {
      const delivery = await findNewDelivery(known, expectedOf(target));
      const records = delivery?.records ?? seen.map(({ cursor }) => cursor);
      const made = requests.value.slice(0, newestIndex(newestRequest));
      result.value = {
        ...answered,

        records,
        requests: made,
        delivery,
        isWaiting,
      };
      // Without the call nothing tells whether more records follow.
      if (delivery !== undefined) {
        return 0;
      }
      return records.length > 0 ? settleMs : waitMs(target, answered.reply);
    };
    await settle(collect);
  } catch (error) {
    result.value = problemOf(error);
  } finally {
    stop();
    isSending.value = false;
  }
}

/** Collects until nothing more is to come. `collect` says how long that may take from the reply on. */
async function settle(collect: (isWaiting: boolean) => Promise<number>): Promise<void> {
  const startMs = performance.now();
  while (performance.now() - startMs < (await collect(true))) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  await collect(false);
}

function waitMs({ kind }: Target, { status }: Reply): number {
  return kind === "upload" && status < 300 ? triggerMsMax : settleMs;
}

function expectedOf(target: Target): { readonly function: string; readonly source?: string } {
  switch (target.kind) {
    case "webhook":
      return { function: "webhook", source: target.source.name };
    case "upload":
      return { function: "bucket" };
    case "function":
      return { function: target.name };
  }
}

function newestIndex(newest: RequestEntry | undefined): number {
  const index = newest === undefined ? -1 : requests.value.indexOf(newest);
  return index < 0 ? requests.value.length : index;
}
