import type { Effects } from "../effects/effects.ts";
import type { HttpResponse, NoResponse } from "../effects/transport.ts";
import { otherProtocolOf } from "../http/client.ts";
import type { Acknowledgement } from "../model/acknowledgement.ts";
import type { KeyPair } from "../model/key-pair.ts";
import type { Message } from "../model/record.ts";
import type { OutageCode } from "../model/result.ts";
import type { SigningClock, SigningTime } from "../signing/clock-skew.ts";
import { type ProduceVerdict, producePath, toProduceBody, toVerdict } from "./produce-api.ts";
import { toSignedHeaders } from "./signature.ts";

/** One produce call and how it ended. */
export type ProduceResult = {
  readonly verdict: ProduceVerdict;
  /** Whether a request was made at all: what has to come before it can fail. */
  readonly isProduced: boolean;
  /** The request may have reached the stream though no acknowledgement came back. */
  readonly uncertain: boolean;
  /** No byte of the request left: trying again cannot make a duplicate. */
  readonly neverSent: boolean;
  /**
   * Why the attempt says nothing about the stream and does not count: a kept-alive socket turned out
   * closed, the clock was wrong and has been corrected, or the record goes out without its data, or to another
   * partition, next.
   */
  readonly free: "staleSocket" | "wrongClock" | "tooLarge" | "otherPartition" | undefined;
};

export type Produce = (message: Message, timeoutMs: number) => Promise<ProduceResult>;

export type ProduceContext = Pick<Effects, "transport"> & { readonly clock: SigningClock };

type Account = {
  readonly endpoint: string;
  readonly keys: KeyPair;
  readonly acknowledgement: Acknowledgement;
};

/** Makes single attempts against one endpoint; each is built, signed and sent anew. */
export function createProduce(account: Account, { transport, clock }: ProduceContext): Produce {
  const url = urlOf(account);
  const sign = createSigner(account.keys);
  return async (message, timeoutMs) => {
    const body = toProduceBody(message);
    const signingTime = clock.time();
    const response = await transport({
      method: "POST",
      url,
      headers: [
        "host",
        url.host,
        "content-type",
        "application/json",
        "content-length",
        String(Buffer.byteLength(body)),
        ...sign(signingTime),
      ],
      body,
      timeoutMs,
    });
    const result = toProduceResult(response, account.acknowledgement, clock.time().timestampMs);
    return isUnauthenticated(result) && clock.onAuthFailure(signingTime, dateOf(response))
      ? { ...result, verdict: clockCorrected, free: "wrongClock" }
      : result;
  };
}

/** A warm function has one config for all of its calls. */
const urls = new WeakMap<Account, URL>();

function urlOf(account: Account): URL {
  const url = urls.get(account) ?? new URL(producePath, account.endpoint);
  urls.set(account, url);
  return url;
}

/** The body is not in the signature: requests of one millisecond share it. */
function createSigner(keys: KeyPair): (signingTime: SigningTime) => readonly string[] {
  let signedMs = Number.NaN;
  let headers: readonly string[] = [];
  return ({ timestampMs }) => {
    if (timestampMs !== signedMs) {
      headers = toSignedHeaders({ method: "POST", pathAndQuery: producePath, timestampMs }, keys);
      signedMs = timestampMs;
    }
    return headers;
  };
}

function isUnauthenticated({ verdict }: ProduceResult): boolean {
  return verdict.kind === "faulted" && verdict.code === "STREAM_UNAUTHENTICATED";
}

function dateOf(response: HttpResponse): string | undefined {
  const date = response.kind === "response" ? response.headers["date"] : undefined;
  return typeof date === "string" ? date : undefined;
}

/** What stands of an attempt after which there was no time for another. */
const clockCorrected: ProduceVerdict = {
  kind: "unavailable",
  code: "STREAM_UNAVAILABLE",
  reason: "HTTP 401 to a request signed by a wrong clock, which has been corrected",
  retryAfterMs: undefined,
};

const codeOfCause = {
  timeout: "STREAM_TIMEOUT",
  connection: "STREAM_UNREACHABLE",
  protocol: "STREAM_NOT_THE_API",
} as const satisfies Record<NoResponse["cause"], OutageCode>;

function toProduceResult(
  response: HttpResponse,
  acknowledgement: Acknowledgement,
  nowMs: number,
): ProduceResult {
  if (response.kind === "response") {
    const verdict = toVerdict(response, acknowledgement, nowMs);
    // Only the API's own refusal proves that nothing was stored: a 5xx can come after the broker's write.
    const uncertain = verdict.kind === "unavailable" && verdict.code !== "STREAM_THROTTLED";
    return { verdict, isProduced: true, uncertain, neverSent: false, free: undefined };
  }
  const neverSent = response.sent === "never";
  return {
    verdict: {
      kind: "unavailable",
      code: codeOfCause[response.cause],
      reason: `${
        otherProtocolOf(response) ??
        (response.cause === "timeout" ? "no answer in time" : "no connection")
      } (${response.code}, ${neverSent ? "never sent" : "sent, outcome unknown"})`,
      retryAfterMs: undefined,
    },
    isProduced: true,
    uncertain: !neverSent,
    neverSent,
    free: response.staleSocket ? "staleSocket" : undefined,
  };
}
