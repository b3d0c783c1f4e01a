import type { IncomingHttpHeaders } from "node:http";
import type { RequestBody } from "../../http/read-body.ts";
import type { OutgoingResponse } from "../../http/response.ts";
import type { Diagnosis } from "../diagnosis/diagnose-signature.ts";

/** One HTTP request to the API, its body read. */
export type GatewayRequest = {
  readonly method: string;
  /** Path and query exactly as they came: this is what the sender has signed. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: RequestBody;
};

/** The answer is for the caller, as documented; the rest is for the person at the console. */
export type ApiRefusal = {
  readonly kind: "refused";
  readonly response: OutgoingResponse;
  readonly reason: string;
  /** What to do about it, in one line. */
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
