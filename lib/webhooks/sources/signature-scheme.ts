import { isText } from "../../encoding/unknown-object.ts";
import type { ParseResult } from "../../model/settings.ts";
import {
  type Fields,
  optional,
  parseFields,
  required,
  type Values,
  withDefault,
} from "../../settings/fields.ts";
import { oneOf, text, textWhere } from "../../settings/rules.ts";
import { publicKey, publicKeyAlgorithms } from "../verify/public-key.ts";
import {
  decodeHex,
  hmac,
  hmacAlgorithms,
  type Signing,
  signatureEncodings,
} from "../verify/signature.ts";
import { createSignatureVerifier, type SignatureForm } from "../verify/signature-header.ts";
import { base64Key } from "../verify/standard-webhooks.ts";
import type { Verifier } from "../verify/verifier.ts";
import { headerName } from "./header-name.ts";
import type { Scheme } from "./scheme.ts";

/** Neither is sent as a header. A template may contain line breaks, which some senders sign. */
const anyText = textWhere((value) => value !== "", "must be text");

/** Makes the options of schemes with a signature in a header. */
const signatureOptions = () => ({
  header: required(headerName),
  encoding: withDefault(oneOf(signatureEncodings), "hex"),
  prefix: withDefault(text, ""),
  separator: optional(anyText),
  timestampHeader: optional(headerName),
  timestampPrefix: optional(anyText),
  idHeader: optional(headerName),
  template: optional(anyText),
});

/** The way in which a scheme makes its signatures, and the secrets for it. */
type Proof = {
  readonly signing: Signing;
  /** Decodes the key of a secret; undefined if it is none. */
  readonly keyOf: (secret: string) => unknown;
  /** Names the form of secrets, with the option that asks for it. */
  readonly keyForm: string;
};

/** Makes a scheme with a signature in a header. `prove` reads the options that only this scheme has. */
function signatureScheme<F extends Fields>(own: F, prove: (values: Values<F>) => Proof): Scheme {
  const fields = { ...signatureOptions(), ...own };
  return {
    preset: {},
    options: Object.keys(fields),
    create: (options, within) => {
      const parsed = parseFields(options, fields, within);
      return parsed.ok
        ? createVerifier(parsed.value as SignatureForm, within, prove(parsed.value as Values<F>))
        : parsed;
    },
  };
}

function createVerifier(
  form: SignatureForm,
  within: string,
  { signing, keyOf, keyForm }: Proof,
): ParseResult<Verifier> {
  const { prefix, timestampHeader, timestampPrefix, separator, idHeader } = form;
  const isTimed = timestampHeader ?? timestampPrefix;
  const { template = isTimed ? "{timestamp}.{body}" : "{body}" } = form;
  const parts = `{body}${idHeader ? "{id}" : ""}${isTimed ? "{timestamp}" : ""}`;
  // No item of the header could begin with it.
  const isDivided = (text: string) => isText(separator) && text.includes(separator);
  const fields = {
    prefix: optional(textWhere((text) => !isDivided(text), "must not contain the separator")),
    timestampPrefix: optional(
      textWhere(
        (text) => separator !== undefined && timestampHeader === undefined && !isDivided(text),
        "needs a separator that it does not contain, and no timestampHeader",
      ),
    ),
    template: required(
      textWhere(
        (text) =>
          text
            .match(/\{\w+\}/g)
            ?.sort()
            .join("") === parts &&
          // An id right after the time, or after the body, could be cut off in two ways.
          !/(\{timestamp\}\d*|\{body\}.*)\{id\}/s.test(text),
        "must hold {body}, {timestamp} for a time, {id} for an idHeader, once each, {id} before {body} and not right after {timestamp}",
      ),
    ),
  };
  const checked = parseFields({ prefix, timestampPrefix, template }, fields, within);
  const fits = (secret: string) => keyOf(secret) !== undefined;
  return checked.ok
    ? {
        ok: true,
        value: {
          ...createSignatureVerifier({ ...form, template }, signing),
          secretForm: { fits, text: keyForm },
        },
      }
    : checked;
}

/** An HMAC in a header, which is the scheme of most senders. */
export const genericHmac = () =>
  signatureScheme(
    {
      algorithm: withDefault(oneOf(hmacAlgorithms), "sha256"),
      secretEncoding: withDefault(oneOf(["utf8", "base64", "hex"]), "utf8"),
    },
    ({ algorithm, secretEncoding }) => {
      const keyOf = { utf8: String, base64: base64Key, hex: decodeHex }[secretEncoding];
      return {
        signing: hmac(algorithm, keyOf),
        keyOf,
        keyForm: `${secretEncoding} (secretEncoding)`,
      };
    },
  );

const bitsOf: Readonly<Record<string, string>> = { "rsa-sha256": " of 1024 to 8192 bits" };

/** A signature in a header, for which the secrets of the source are public keys. */
export const genericPublicKey = () =>
  signatureScheme({ algorithm: required(oneOf(publicKeyAlgorithms)) }, ({ algorithm }) => ({
    ...publicKey(algorithm),
    keyForm: `a public key of its algorithm ${algorithm}${bitsOf[algorithm] ?? ""}, in PEM or base64`,
  }));
