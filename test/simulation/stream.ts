import { createHmac } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../../lib/effects/transport.ts";
import { acknowledged, answer } from "../support/harness.ts";
import { secretsInUse } from "../support/spoken.ts";
import type { Dice } from "./dice.ts";
import { isPoison } from "./expected-records.ts";
import type { Exchange, Ledger } from "./ledger.ts";

export const topics: Readonly<Record<string, number>> = { orders: 3, audit: 5 };
const clockMsMax = 5 * 60_000;

export type StreamTraits = {
  readonly bytesMax: number;
  /** The part of a message that the limit counts. NAVER Cloud does not say. */
  readonly counts: "message" | "body";
  /** True if it acknowledges as documented or with any 2xx. */
  readonly acknowledges: "documented" | "any-2xx";
};

type ProduceBody = {
  readonly topic: string;
  readonly partition?: number;
  readonly key: string;
  readonly value: string;
};

/** Returns a header's value. The product sends a flat list of names and values. */
export function requestHeader({ headers }: HttpRequest, name: string): string {
  const index = headers.findIndex((one, at) => at % 2 === 0 && one.toLowerCase() === name);
  return index === -1 ? "" : (headers[index + 1] ?? "");
}

function problem(status: number, errorCode: string, nowMs: number): HttpResponse {
  const body = JSON.stringify({ error: { errorCode, message: "refused", details: "" } });
  return answer(status, body, { date: new Date(nowMs).toUTCString() });
}

/** Verifies NAVER Cloud's signature v2 with code of its own. */
function isSigned(request: HttpRequest): boolean {
  const time = requestHeader(request, "x-ncp-apigw-timestamp");
  const text = `${request.method} ${request.url.pathname}\n${time}\n${secretsInUse.ncloudAccessKey}`;
  const signature = createHmac("sha256", secretsInUse.ncloudSecretKey).update(text);
  return (
    requestHeader(request, "x-ncp-iam-access-key") === secretsInUse.ncloudAccessKey &&
    requestHeader(request, "x-ncp-apigw-signature-v2") === signature.digest("base64")
  );
}

function documented(status: number, detail: string): HttpResponse {
  return answer(status, JSON.stringify({ status: String(status), detail }));
}

/**
 * Creates a working Data Stream. It accepts a request that is signed, recent, within the size limit and for
 * an existing partition.
 */
export function createStream(ledger: Ledger, dice: Dice, traits: StreamTraits) {
  const sizeOf = (request: HttpRequest, { key, value }: ProduceBody): number =>
    Buffer.byteLength(traits.counts === "body" ? String(request.body) : key + value);
  const acknowledge = (): HttpResponse =>
    traits.acknowledges === "documented"
      ? acknowledged
      : dice.oneOf([acknowledged, answer(200), answer(204), answer(201, '{"offset":1}')]);
  const refusalOfSignature = (request: HttpRequest, nowMs: number): HttpResponse | undefined => {
    const signedMs = Number(requestHeader(request, "x-ncp-apigw-timestamp"));
    if (!isSigned(request)) {
      ledger.violations.push("signed: a produce request has a wrong signature");
      return problem(401, "200", nowMs);
    }
    return Math.abs(signedMs - nowMs) > clockMsMax ? problem(401, "200", nowMs) : undefined;
  };
  const refusalOfRecord = (request: HttpRequest, nowMs: number): HttpResponse | undefined => {
    const body: ProduceBody = JSON.parse(String(request.body));
    const { topic, partition } = body;
    const count = topics[topic];
    if (count === undefined) {
      return problem(404, "300", nowMs);
    }
    if (partition !== undefined && !(partition >= 0 && partition < count)) {
      return documented(400, "Bad Request, Invalid topic partition");
    }
    return sizeOf(request, body) > traits.bytesMax ? problem(413, "430", nowMs) : undefined;
  };
  return {
    serve: (request: HttpRequest, exchange: Exchange, nowMs: number): HttpResponse => {
      const refusal = refusalOfSignature(request, nowMs) ?? refusalOfRecord(request, nowMs);
      if (refusal !== undefined) {
        return refusal;
      }
      if (isPoison(exchange.recordId)) {
        return documented(400, "Bad Request");
      }
      const body: ProduceBody = JSON.parse(String(request.body));
      const partition = body.partition ?? dice.between(0, (topics[body.topic] ?? 1) - 1);
      const { recordId } = exchange;
      ledger.messages.push({ ...body, partition, recordId, exchange, atMs: nowMs });
      return acknowledge();
    },
  };
}
