import type { ParseResult } from "../../model/settings.ts";
import { oneOf, type Rule, text, textWhere } from "../../settings/rules.ts";
import { optional, parseFields, required, withDefault } from "../../settings/settings.ts";
import { providers } from "../providers/providers.ts";
import { basic, bearer, createToken } from "../verify/credentials.ts";
import { noVerifier } from "../verify/none.ts";
import { hmac, hmacAlgorithms, type Signing, signatureEncodings } from "../verify/signature.ts";
import { createSignatureVerifier, type SignatureForm } from "../verify/signature-header.ts";
import { symmetricKey } from "../verify/standard-webhooks.ts";
import type { Verifier } from "../verify/verifier.ts";
import { fixed, type Scheme } from "./scheme.ts";

const headerName: Rule<string> = {
  ...textWhere((name) => /^[a-z0-9-]{1,100}$/.test(name), "must be a header name"),
  coerce: (value) => (typeof value === "string" ? value.toLowerCase() : value),
};
/** Neither is sent as a header. A template may contain line breaks, which some senders sign. */
const anyText = textWhere((value) => value !== "", "must be text");

/** The options of schemes with a signature in a header. */
const signatureOptions = {
  header: required(headerName),
  encoding: withDefault(oneOf(signatureEncodings), "hex"),
  prefix: withDefault(text, ""),
  separator: optional(anyText),
  timestampHeader: optional(headerName),
  timestampPrefix: optional(anyText),
  idHeader: optional(headerName),
  template: optional(anyText),
};

const hmacOptions = {
  ...signatureOptions,
  algorithm: withDefault(oneOf(hmacAlgorithms), "sha256"),
  secretEncoding: withDefault(oneOf(["utf8", "base64", "hex"]), "utf8"),
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
    const { algorithm, secretEncoding, ...form } = parsed.value;
    const keyOf = { utf8: undefined, base64: symmetricKey, hex: hexKey }[secretEncoding];
    return createVerifier(form, within, {
      signing: hmac(algorithm, keyOf),
      secretForm: keyOf && {
        fits: (secret) => keyOf(secret) !== undefined,
        text: `${secretEncoding} (secretEncoding)`,
      },
    });
  },
};

function hexKey(secret: string): Uint8Array | undefined {
  return /^([0-9a-f]{2})+$/i.test(secret) ? Buffer.from(secret, "hex") : undefined;
}

type Proof = { readonly signing: Signing; readonly secretForm: Verifier["secretForm"] };

function createVerifier(
  form: SignatureForm,
  within: string,
  { signing, secretForm }: Proof,
): ParseResult<Verifier> {
  const { timestampHeader, timestampPrefix, separator, idHeader } = form;
  const isTimed = (timestampHeader ?? timestampPrefix) !== undefined;
  const { template = isTimed ? "{timestamp}.{body}" : "{body}" } = form;
  const counts = { body: 1, timestamp: Number(isTimed), id: Number(idHeader !== undefined) };
  const isTemplate =
    Object.entries(counts).every(([name, count]) => countOf(`{${name}}`, template) === count) &&
    // An id that touches the time before it or follows the body could be cut in two ways.
    !/(\{timestamp\}\d*|\{body\}.*)\{id\}/s.test(template);
  const problems = [
    ...(timestampPrefix !== undefined && (separator === undefined || timestampHeader !== undefined)
      ? [["timestampPrefix", "needs a separator, and no timestampHeader"]]
      : []),
    ...(isTemplate ? [] : [["template", templateText]]),
  ];
  return problems.length === 0
    ? {
        ok: true,
        value: { ...createSignatureVerifier({ ...form, template }, signing), secretForm },
      }
    : {
        ok: false,
        problems: problems.map(([option, text = ""]) => ({ setting: `${within}${option}`, text })),
      };
}

const templateText =
  "must hold {body} once, with a time {timestamp} once, and with an idHeader {id} once, before {body} and not right after {timestamp}";

function countOf(part: string, text: string): number {
  return text.split(part).length - 1;
}

const tokenOptions = { header: required(headerName) };

/** A secret in a header that the source chooses, such as `x-api-key`. */
const token: Scheme = {
  preset: {},
  options: Object.keys(tokenOptions),
  create: (options, within) => {
    const parsed = parseFields(options, tokenOptions, within);
    return parsed.ok ? { ok: true, value: createToken(parsed.value.header) } : parsed;
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
