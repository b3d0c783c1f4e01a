import type { IncomingHttpHeaders } from "node:http";
import type { Body } from "../../http/read-body.ts";
import type { Answer } from "../../http/response.ts";
import type { Diagnosis } from "../diagnosis/diagnose-signature.ts";

/** One HTTP request to the API, its body read. */
export type Call = {
  readonly method: string;
  /** Path and query exactly as they came: this is what the sender has signed. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
};

/** The answer is for the caller, as documented; the rest is for the person at the console. */
export type Refusal = {
  readonly kind: "refused";
  readonly answer: Answer;
  readonly reason: string;
  /** What to do about it, in one line. */
  readonly fix: string;
  readonly diagnosis?: Diagnosis;
};

export function refusal(answer: Answer, reason: string, fix: string): Refusal {
  return { kind: "refused", answer, reason, fix };
}

export function headerText(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}
