import type { ParseResult, Settings } from "../../model/settings.ts";
import type { ContentOptions } from "../mapping/content.ts";
import type { Verifier } from "../verify/verifier.ts";
import type { Challenge } from "./challenge.ts";

/** Where a provider puts things, and how it wants to be answered. All of it may be absent. */
export type Preset = {
  /** Places in order, as in WEBHOOK_SOURCES. */
  readonly id?: readonly string[];
  readonly type?: readonly string[];
  /** Stands before the provider's own word for an event: CloudEvents types are reverse-DNS names. */
  readonly typePrefix?: string;
  /** The natural message key: what the events of one thing have in common. */
  readonly key?: readonly string[];
  readonly subject?: readonly string[];
  /** `json`: the provider sends nothing else, and does not sign the content type that says so. */
  readonly bodyType?: ContentOptions["bodyType"];
  /** Pointer to the array of events in a delivery. */
  readonly split?: string;
  /** How long the provider waits for an answer, in milliseconds. */
  readonly senderTimeoutMs?: number;
  /** Whether the provider takes a good answer only without a body. */
  readonly expectsNoContent?: boolean;
  /** Default of toleranceSeconds, where a retry may bring the time of the first try. */
  readonly toleranceSeconds?: number;
  readonly challenge?: Challenge;
  /** Headers in which the provider tells about its retries. */
  readonly notedHeaders?: readonly string[];
};

/** What the word `verifier` of a source stands for. */
export type Scheme = {
  readonly preset: Preset;
  /** Names of the options that only this scheme has. */
  readonly options: readonly string[];
  readonly create: (options: Settings, within: string) => ParseResult<Verifier>;
};

/** A scheme that leaves nothing to be set. */
export function fixed(verifier: Verifier, preset: Preset = {}): Scheme {
  return { preset, options: [], create: () => ({ ok: true, value: verifier }) };
}
