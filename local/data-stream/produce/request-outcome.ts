import type { OutgoingResponse } from "../../http/response.ts";
import type { RequestEntry } from "../control/request-log.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import type { ApiRefusal } from "./gateway-request.ts";

/** How one request ends: what the caller gets, and what the console shows. */
export type RequestOutcome = {
  readonly response: OutgoingResponse | "cut";
  readonly entry: Omit<RequestEntry, "at" | "method" | "path" | "status">;
  readonly record?: TopicRecord;
  /** How long the first byte of the answer is held back, once the request is judged and noted. */
  readonly firstByteMs?: number;
};

export function refusedOutcome({ response, reason, fix, diagnosis }: ApiRefusal): RequestOutcome {
  return {
    response,
    entry: { verdict: "refused", reason, fix, ...(diagnosis && { diagnosis }) },
  };
}
