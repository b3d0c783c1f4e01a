import { oneOf, text, textWhere } from "../setting-rules.ts";
import { type Parsed, parseFields, required, type Settings, withDefault } from "../settings.ts";
import { bearer } from "./bearer.ts";
import { createGenericHmac } from "./generic-hmac.ts";
import { github } from "./github.ts";
import { hmacAlgorithms, hmacEncodings } from "./hmac.ts";
import { none } from "./none.ts";
import { type Preset, presets } from "./presets.ts";
import type { Verifier } from "./verifier.ts";

/** What the word `verifier` of a source stands for. */
export type Scheme = {
  /** Where its provider puts id, type and key. */
  readonly preset: Preset;
  /** Names of the options that only this scheme has. */
  readonly options: readonly string[];
  readonly create: (options: Settings, within: string) => Parsed<Verifier>;
};

const hmacOptions = {
  header: required(textWhere((name) => /^[a-z0-9-]{1,100}$/i.test(name), "must be a header name")),
  algorithm: withDefault(oneOf(hmacAlgorithms), "sha256"),
  encoding: withDefault(oneOf(hmacEncodings), "hex"),
  prefix: withDefault(text, ""),
};

const hmac: Scheme = {
  preset: presets.plain,
  options: Object.keys(hmacOptions),
  create: (options, within) => {
    const parsed = parseFields(options, hmacOptions, within);
    return parsed.ok ? { ok: true, value: createGenericHmac(parsed.value) } : parsed;
  },
};

export const schemes: ReadonlyMap<string, Scheme> = new Map([
  ["github", withoutOptions(github, presets.github)],
  ["hmac", hmac],
  ["bearer", withoutOptions(bearer, presets.plain)],
  ["none", withoutOptions(none, presets.plain)],
]);

function withoutOptions(verifier: Verifier, preset: Preset): Scheme {
  return { preset, options: [], create: () => ({ ok: true, value: verifier }) };
}
