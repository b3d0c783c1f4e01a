import { toSignedHeaders } from "../../lib/data-stream/signature.ts";
import type { Effects } from "../../lib/effects/effects.ts";
import type { HttpResponse } from "../../lib/effects/transport.ts";
import type { KeyPair } from "../../lib/model/key-pair.ts";

/** A request to one of NAVER Cloud's management APIs. All of them take signature v2. */
export type ApiRequest = {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Path and query exactly as they are sent and signed. */
  readonly pathAndQuery: string;
  /** The body, which is sent as JSON. */
  readonly body?: unknown;
  readonly timeoutMs?: number;
};

export type ApiCall = (request: ApiRequest) => Promise<HttpResponse>;

const timeoutMsDefault = 30_000;
/** Lists of actions and activations are larger than any response of the produce API. */
const responseBytesMax = 16 * 1024 * 1024;

/** Signs each request anew, and sends it once. */
export function createSignedCall(
  origin: string,
  keys: KeyPair,
  { now, transport }: Pick<Effects, "now" | "transport">,
): ApiCall {
  return ({ method, pathAndQuery, body, timeoutMs = timeoutMsDefault }) => {
    const url = new URL(pathAndQuery, origin);
    const json = body === undefined ? "" : JSON.stringify(body);
    const headers = [
      "host",
      url.host,
      ...(json === "" ? [] : ["content-type", "application/json"]),
      ...toSignedHeaders({ method, pathAndQuery, timestampMs: now() }, keys),
    ];
    return transport({ method, url, headers, body: json, timeoutMs, responseBytesMax });
  };
}
