import type { Effects } from "../effects.ts";
import type { StreamRecord } from "../record.ts";
import { parseRetryAfter } from "../retry.ts";
import type { HttpAnswer } from "../transport.ts";
import { type KeyPair, toSignedHeaders } from "./signature.ts";
import { producePath, toProduceBody, toVerdict, type Verdict } from "./wire.ts";

/** One produce call and how it ended. */
export type Attempt = {
  readonly verdict: Verdict;
  /** The request may have reached the stream though no acknowledgement came back. */
  readonly uncertain: boolean;
  /** A kept-alive socket turned out closed: the attempt does not count. */
  readonly staleSocket: boolean;
};

export type Produce = (record: StreamRecord, timeoutMs: number) => Promise<Attempt>;

/** Makes single attempts against one endpoint; each is built, signed and sent anew. */
export function createProduce(
  { endpoint, keys }: { readonly endpoint: string; readonly keys: KeyPair },
  { now, transport }: Pick<Effects, "now" | "transport">,
): Produce {
  const url = new URL(producePath, endpoint);
  return async (record, timeoutMs) => {
    const body = toProduceBody(record);
    const signable = { method: "POST", pathAndQuery: producePath, timestampMs: now() };
    const answer = await transport({
      method: "POST",
      url,
      headers: [
        "host",
        url.host,
        "content-type",
        "application/json",
        "content-length",
        String(Buffer.byteLength(body)),
        ...toSignedHeaders(signable, keys),
      ],
      body,
      timeoutMs,
    });
    return toAttempt(answer, now());
  };
}

function toAttempt(answer: HttpAnswer, nowMs: number): Attempt {
  if (answer.kind === "answer") {
    const retryAfterMs = parseRetryAfter(answer.headers["retry-after"], nowMs);
    const verdict = toVerdict({ ...answer, retryAfterMs });
    // Only a refusal proves that nothing was stored: a 5xx can come after the broker's write.
    const uncertain = verdict.kind === "unavailable" && verdict.code !== "STREAM_THROTTLED";
    return { verdict, uncertain, staleSocket: false };
  }
  const timedOut = answer.cause === "timeout";
  return {
    verdict: {
      kind: "unavailable",
      code: timedOut ? "STREAM_TIMEOUT" : "STREAM_UNREACHABLE",
      reason: `${timedOut ? "no answer in time" : "no connection"} (${answer.code}, ${
        answer.sent === "never" ? "never sent" : "sent, outcome unknown"
      })`,
      retryAfterMs: undefined,
    },
    uncertain: answer.sent === "unknown",
    staleSocket: answer.staleSocket,
  };
}
