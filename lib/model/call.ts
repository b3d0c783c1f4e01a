import type { UnknownObject } from "../encoding/unknown-object.ts";

/** Headers by name in lower case. A repeated header is one value, joined with `, `. */
export type Headers = ReadonlyMap<string, string>;

export type HttpBody =
  /** The platform said how the body is encoded, so these are the bytes that the sender sent. */
  | { readonly kind: "exact"; readonly bytes: Uint8Array }
  /** The platform gives text and does not say whether it is base64 (OpenWhisk raw HTTP). */
  | { readonly kind: "unflagged"; readonly text: string }
  /** The body is not the base64 that the platform announced, or no text at all. */
  | { readonly kind: "malformed"; readonly text?: string }
  /** The platform parsed the body and merged it into the parameters, so the bytes are gone. */
  | { readonly kind: "parsed" };

export type HttpEvent = {
  readonly kind: "http";
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  /** Undecoded, without the question mark. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: HttpBody;
};

/** A call that is not HTTP: a bucket notification, a cron tick, a manual run. */
export type InvocationEvent = {
  readonly kind: "invocation";
  /** Untrusted. Empty if the platform gave no object. */
  readonly parameters: UnknownObject;
  /** False for an event that is null, a list, or a text or number. */
  readonly isObject: boolean;
  /** True on OpenWhisk, where the settings and all other bound parameters are among the event's fields. */
  readonly holdsSettings: boolean;
};

export type TriggerEvent = HttpEvent | InvocationEvent;

/** One call of a function, independent of the platform. */
export type Call = {
  readonly event: TriggerEvent;
  /** Untrusted values by setting name. It never holds anything that an HTTP caller sent. */
  readonly settings: UnknownObject;
  /** Activation id (OpenWhisk) or request id (Lambda). */
  readonly invocationId: string | undefined;
  /** Time at which the platform ends the call, in epoch milliseconds. */
  readonly deadlineMs: number | undefined;
  /** True if the platform runs the call again, or keeps its event, after an error. */
  readonly isRetried: boolean;
  /** Time of the first call with the event, in epoch milliseconds, if this call repeats it later. Absent: now. */
  readonly arrivedMs?: number | undefined;
};
