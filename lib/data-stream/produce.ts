import type { Effects } from "../effects/effects.ts";
import type { HttpResponse, NoResponse } from "../effects/transport.ts";
import { headerOf, otherProtocolOf } from "../http/response.ts";
import type { Acknowledgement } from "../model/acknowledgement.ts";
import type { KeyPair } from "../model/key-pair.ts";
import type { Message } from "../model/record.ts";
import { type OutageCode, outage } from "../model/result.ts";
import type { SigningClock, SigningTime } from "../signing/clock-skew.ts";
import {
  delivered,
  type ProduceVerdict,
  producePath,
  toProduceBody,
  toVerdict,
} from "./produce-api.ts";
import { toSignedHeaders } from "./signature.ts";

/** The result of one produce attempt. */
export type ProduceResult = {
  readonly verdict: ProduceVerdict;
  /** True if a produce request was made. The claim check before it can fail. */
  readonly isProduced: boolean;
  /** True if the request may have reached the stream without an acknowledgement. */
  readonly uncertain: boolean;
  /** True if no byte of the request was sent, so a retry cannot make a duplicate. */
  readonly neverSent: boolean;
  /**
   * Set if the attempt says nothing about the stream and does not count: a kept-alive socket was closed, the clock
   * was wrong and has been corrected, the record is sent without its data next, or to another partition next.
   */
  readonly freeRetry: "staleSocket" | "wrongClock" | "tooLarge" | "otherPartition" | undefined;
};

/** Makes one attempt, within `timeoutMs`. Never rejects. */
export type Produce = (message: Message, timeoutMs: number) => Promise<ProduceResult>;

export type ProduceContext = Pick<Effects, "transport"> & { readonly clock: SigningClock };

type Account = {
  readonly endpoint: string;
  readonly keys: KeyPair;
  readonly acknowledgement: Acknowledgement;
};

/** Creates a function that makes single attempts. Each request is built, signed and sent anew. */
export function createProduce(account: Account, { transport, clock }: ProduceContext): Produce {
  const url = urlOf(account);
  const sign = createSigner(account.keys, url.host);
  const toResult = (response: HttpResponse, signingTime: SigningTime): ProduceResult => {
    const result = toProduceResult(response, account.acknowledgement, clock.time().timestampMs);
    return isUnauthenticated(result) && clock.onAuthFailure(signingTime, headerOf(response, "date"))
      ? { ...result, verdict: clockCorrected, freeRetry: "wrongClock" }
      : result;
  };
  return (message, timeoutMs) => {
    const body = toProduceBody(message);
    const signingTime = clock.time();
    const request = { method: "POST", url, headers: sign(signingTime), body, timeoutMs };
    return transport(request).then((response) => toResult(response, signingTime));
  };
}

/** Parsed URLs by config. A warm function has one config for all its calls. */
const urls = new WeakMap<Account, URL>();

function urlOf(account: Account): URL {
  const url = urls.get(account) ?? new URL(producePath, account.endpoint);
  urls.set(account, url);
  return url;
}

/** Makes the headers. The body is not signed, so requests of the same millisecond share them. */
function createSigner(
  keys: KeyPair,
  host: string,
): (signingTime: SigningTime) => readonly string[] {
  let signedMs = Number.NaN;
  let headers: readonly string[] = [];
  return ({ timestampMs }) => {
    if (timestampMs !== signedMs) {
      const input = { method: "POST", pathAndQuery: producePath, timestampMs };
      headers = ["host", host, "content-type", "application/json"].concat(
        toSignedHeaders(input, keys),
      );
      signedMs = timestampMs;
    }
    return headers;
  };
}

function isUnauthenticated({ verdict }: ProduceResult): boolean {
  return verdict.kind === "faulted" && verdict.code === "STREAM_UNAUTHENTICATED";
}

/** Verdict of an attempt that was followed by no other, for lack of time. */
const clockCorrected = outage(
  "STREAM_UNAVAILABLE",
  "HTTP 401 to a request signed by a wrong clock, which has been corrected",
);

const codeOfCause = {
  timeout: "STREAM_TIMEOUT",
  connection: "STREAM_UNREACHABLE",
  protocol: "STREAM_NOT_THE_API",
} as const satisfies Record<NoResponse["cause"], OutageCode>;

const produced: ProduceResult = {
  ...{ verdict: delivered, isProduced: true, uncertain: false, neverSent: false },
  freeRetry: undefined,
};

function toProduceResult(
  response: HttpResponse,
  acknowledgement: Acknowledgement,
  nowMs: number,
): ProduceResult {
  if (response.kind === "response") {
    const verdict = toVerdict(response, acknowledgement, nowMs);
    if (verdict === delivered) {
      return produced;
    }
    // Only a refusal by the API proves that nothing was stored: a 5xx can follow the broker's write.
    const uncertain = verdict.kind === "unavailable" && verdict.code !== "STREAM_THROTTLED";
    return { verdict, isProduced: true, uncertain, neverSent: false, freeRetry: undefined };
  }
  const neverSent = response.sent === "never";
  const what =
    otherProtocolOf(response) ??
    (response.cause === "timeout" ? "no answer in time" : "no connection");
  const outcome = neverSent ? "never sent" : "sent, outcome unknown";
  return {
    verdict: outage(codeOfCause[response.cause], `${what} (${response.code}, ${outcome})`),
    isProduced: true,
    uncertain: !neverSent,
    neverSent,
    freeRetry: response.staleSocket ? "staleSocket" : undefined,
  };
}
