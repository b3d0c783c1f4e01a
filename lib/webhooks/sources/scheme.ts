import type { ParseResult, Settings } from "../../model/settings.ts";
import type { ChallengeName } from "../challenges/challenges.ts";
import type { ContentOptions } from "../mapping/content.ts";
import type { Verifier } from "../verify/verifier.ts";

/** The selectors of a provider and its requirements for responses. */
export type Preset = {
  /** Selectors in order, as in WEBHOOK_SOURCES. */
  readonly id?: readonly string[];
  readonly type?: readonly string[];
  /** Prefix of the provider's own word for an event, because CloudEvents types are reverse-DNS names. */
  readonly typePrefix?: string;
  /** The natural message key, which the events of one entity share. */
  readonly key?: readonly string[];
  readonly subject?: readonly string[];
  /** `json`: the provider sends only JSON and does not sign the content type. */
  readonly bodyType?: ContentOptions["bodyType"];
  /** JSON pointer to the array of events in a delivery. */
  readonly split?: string;
  /** Time that the provider waits for a response, in milliseconds. */
  readonly senderTimeoutMs?: number;
  /** Default of replyStatus: 204 if the provider accepts a successful response only without a body. */
  readonly replyStatus?: number;
  /** Default of toleranceSeconds, if a retry may carry the time of the first attempt. */
  readonly toleranceSeconds?: number;
  readonly challenge?: ChallengeName;
  /** Headers in which the provider reports its retries. */
  readonly notedHeaders?: readonly string[];
};

/** The meaning of a value of the option `verifier`. */
export type Scheme = {
  readonly preset: Preset;
  /** Names of the options of this scheme only. */
  readonly options: readonly string[];
  readonly create: (options: Settings, within: string) => ParseResult<Verifier>;
};

/** Makes a scheme without options. */
export function fixed(verifier: Verifier, preset: Preset = {}): Scheme {
  return { preset, options: [], create: () => ({ ok: true, value: verifier }) };
}

/** Selects the values of headers. */
export function header(...names: readonly string[]): readonly string[] {
  return names.map((name) => `header:${name}`);
}

/** Selects the values of the body that the JSON pointers name. */
export function body(...pointers: readonly string[]): readonly string[] {
  return pointers.map((pointer) => `body:${pointer}`);
}
