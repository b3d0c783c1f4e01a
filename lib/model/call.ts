import type { UnknownObject } from "../encoding/unknown-object.ts";

/** Header names in lower case; a repeated header is one value, joined with `, `. */
export type Headers = ReadonlyMap<string, string>;

export type HttpBody =
  /** The platform said how the body is encoded, so these are the bytes the sender sent. */
  | { readonly kind: "exact"; readonly bytes: Uint8Array }
  /** The platform gives text and does not say whether it is base64 (OpenWhisk raw HTTP). */
  | { readonly kind: "unflagged"; readonly text: string }
  /** Neither text nor the base64 that the platform says it is. */
  | { readonly kind: "malformed" }
  /** The platform parsed the body and merged it into its parameters: the bytes are gone. */
  | { readonly kind: "parsed" };

export type HttpEvent = {
  readonly kind: "http";
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  /** Undecoded, without its question mark. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: HttpBody;
};

/** A call that is not HTTP: a bucket notification, a cron tick, a manual run. */
export type InvocationEvent = {
  readonly kind: "invocation";
  /** Untrusted, and on OpenWhisk the same object as the settings. */
  readonly parameters: UnknownObject;
};

export type TriggerEvent = HttpEvent | InvocationEvent;

/** One call of a function, free of any platform's shape. */
export type Call = {
  readonly event: TriggerEvent;
  /** Untrusted bag of values by setting name; never holds anything a caller over HTTP sent. */
  readonly settings: UnknownObject;
  /** Activation id (OpenWhisk) or request id (Lambda). */
  readonly invocationId: string | undefined;
  /** When the platform ends the call, in epoch milliseconds. */
  readonly deadlineMs: number | undefined;
  /** Whether the platform runs the call again, or keeps its event, after an error. */
  readonly isRetried: boolean;
};
