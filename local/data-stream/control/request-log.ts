import type { Diagnosis } from "../diagnosis/diagnose-signature.ts";

export type RequestEntry = {
  /** Counts the requests from 1, as text. */
  readonly id: string;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** 0 when the connection was cut without a response. */
  readonly status: number;
  readonly verdict: "accepted" | "refused" | "faulted";
  readonly reason?: string;
  /** The advice for the caller, in one line. Every refused request has it. */
  readonly fix?: string;
  readonly diagnosis?: Diagnosis;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
};

export type RequestLog = ReturnType<typeof createRequestLog>;

export function createRequestLog(requestsMax: number) {
  let entries: RequestEntry[] = [];
  let count = 0;
  return {
    add(request: Omit<RequestEntry, "id">): RequestEntry {
      count += 1;
      const entry = { id: String(count), ...request };
      entries.push(entry);
      // Old entries are removed now and then, because that copies the others.
      if (entries.length >= requestsMax * 2) {
        entries = entries.slice(entries.length - requestsMax);
      }
      return entry;
    },
    recentFirst: (): readonly RequestEntry[] =>
      entries.slice(Math.max(0, entries.length - requestsMax)).reverse(),
  };
}
