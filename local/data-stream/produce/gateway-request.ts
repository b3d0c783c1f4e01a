import type { IncomingHttpHeaders } from "node:http";
import type { RequestBody } from "../../http/read-body.ts";
import type { OutgoingResponse } from "../../http/response.ts";
import type { Diagnosis } from "../diagnosis/diagnose-signature.ts";

/** An HTTP request to the API, with its body. */
export type GatewayRequest = {
  readonly method: string;
  /** Path and query exactly as they arrived: this is the text that the sender signed. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: RequestBody;
};

/**
 * The refusal of a request. The response is for the caller, as documented. The rest is for the person at the
 * console.
 */
export type ApiRefusal = {
  readonly kind: "refused";
  readonly response: OutgoingResponse;
  readonly reason: string;
  /** The advice for the caller, in one line. */
  readonly fix: string;
  readonly diagnosis?: Diagnosis;
};

export function apiRefusal(response: OutgoingResponse, reason: string, fix: string): ApiRefusal {
  return { kind: "refused", response, reason, fix };
}

export function headerText(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}
