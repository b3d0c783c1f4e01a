import type { Answer } from "../../http/response.ts";
import type { RequestEntry } from "../control/request-log.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import type { Refusal } from "./call.ts";

/** How one request ends: what the caller gets, and what the console shows. */
export type Ending = {
  readonly answer: Answer | "cut";
  readonly entry: Omit<RequestEntry, "at" | "method" | "path" | "status">;
  readonly record?: TopicRecord;
  /** How long the first byte of the answer is held back, once the request is judged and noted. */
  readonly firstByteMs?: number;
};

export function refusedEnding({ answer, reason, fix, diagnosis }: Refusal): Ending {
  return {
    answer,
    entry: { verdict: "refused", reason, fix, ...(diagnosis && { diagnosis }) },
  };
}
