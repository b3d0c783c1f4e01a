import type { OutgoingResponse } from "../../http/response.ts";
import type { RequestEntry } from "../control/request-log.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import type { ApiRefusal } from "./gateway-request.ts";

/** The outcome of one request: the response for the caller and the log entry for the console. */
export type RequestOutcome = {
  readonly response: OutgoingResponse | "cut";
  readonly entry: Omit<RequestEntry, "id" | "id" | "at" | "method" | "path" | "status">;
  readonly record?: TopicRecord;
  /** The time for which the response's first byte is held back after the request was handled and logged. */
  readonly firstByteMs?: number;
};

export function refusedOutcome({ response, reason, fix, diagnosis }: ApiRefusal): RequestOutcome {
  return {
    response,
    entry: { verdict: "refused", reason, fix, ...(diagnosis && { diagnosis }) },
  };
}
