import { oneOf, text, textWhere } from "../../settings/rules.ts";
import { optional, parseFields, required, withDefault } from "../../settings/settings.ts";
import { providers } from "../providers/providers.ts";
import { basic, bearer, createQueryToken, createToken } from "../verify/credentials.ts";
import { noVerifier } from "../verify/none.ts";
import { hmac, hmacAlgorithms, signatureEncodings } from "../verify/signature.ts";
import { createSignatureVerifier } from "../verify/signature-header.ts";
import { fixed, type Scheme } from "./scheme.ts";

const headerName = textWhere((name) => /^[a-z0-9-]{1,100}$/i.test(name), "must be a header name");

const hmacOptions = {
  header: required(headerName),
  algorithm: withDefault(oneOf(hmacAlgorithms), "sha256"),
  encoding: withDefault(oneOf(signatureEncodings), "hex"),
  prefix: withDefault(text, ""),
  timestampHeader: optional(headerName),
  // A template is never sent as a header, so it may contain line breaks, which some senders sign.
  template: optional(textWhere((value) => value !== "", "must be text")),
};

/** An HMAC in one header, which is the scheme of most senders. */
const genericHmac: Scheme = {
  preset: {},
  options: Object.keys(hmacOptions),
  create: (options, within) => {
    const parsed = parseFields(options, hmacOptions, within);
    if (!parsed.ok) {
      return parsed;
    }
    const { header, algorithm, timestampHeader, ...form } = parsed.value;
    const isTimed = timestampHeader !== undefined;
    const { template = isTimed ? "{timestamp}.{body}" : "{body}" } = form;
    if (!isTemplate(template, isTimed)) {
      const text = "must hold {body} once, and {timestamp} once if there is a timestampHeader";
      return { ok: false, problems: [{ setting: `${within}template`, text }] };
    }
    const names = { header: header.toLowerCase(), timestampHeader: timestampHeader?.toLowerCase() };
    return {
      ok: true,
      value: createSignatureVerifier({ ...form, ...names, template }, hmac(algorithm)),
    };
  },
};

function isTemplate(template: string, isTimed: boolean): boolean {
  const hasTimestamp = countOf("{timestamp}", template) === Number(isTimed);
  return countOf("{body}", template) === 1 && hasTimestamp && !template.includes("{id}");
}

function countOf(part: string, text: string): number {
  return text.split(part).length - 1;
}

const tokenOptions = {
  header: optional(headerName),
  query: optional(
    textWhere((name) => /^[\w.-]{1,100}$/.test(name), "must be the name of a query's parameter"),
  ),
};

/** A secret in a header that the source chooses, such as `x-api-key`, or in the URL's query. */
const token: Scheme = {
  preset: {},
  options: Object.keys(tokenOptions),
  create: (options, within) => {
    const parsed = parseFields(options, tokenOptions, within);
    if (!parsed.ok) {
      return parsed;
    }
    const { header, query } = parsed.value;
    if (header === undefined) {
      return query === undefined
        ? { ok: false, problems: [{ setting: `${within}header`, text: "is required, or query" }] }
        : { ok: true, value: createQueryToken(query) };
    }
    return query === undefined
      ? { ok: true, value: createToken(header.toLowerCase()) }
      : { ok: false, problems: [{ setting: `${within}query`, text: "excludes header: set one" }] };
  },
};

/** All values of a source's option `verifier`, with their schemes. */
export const schemes: ReadonlyMap<string, () => Scheme> = new Map([
  ...Object.entries(providers),
  ["hmac", () => genericHmac],
  ["bearer", () => fixed(bearer)],
  ["basic", () => fixed(basic)],
  ["token", () => token],
  ["none", () => fixed(noVerifier)],
]);
