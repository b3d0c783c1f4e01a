import type { Headers } from "../../model/call.ts";
import { decodeSignature, type SignatureEncoding, type Signing } from "./signature.ts";
import {
  isMismatch,
  notVerified,
  toVerification,
  type Verification,
  type Verifier,
} from "./verifier.ts";

/** Describes how a sender writes signatures, time and id into headers. Header names are in lower case. */
export type SignatureForm = {
  readonly header: string;
  readonly encoding?: SignatureEncoding;
  /** Prefix of each signature, such as `sha256=`. */
  readonly prefix?: string;
  /** Separator of the header's items. Without it the header holds one signature. */
  readonly separator?: string | RegExp;
  /** Signed text: `{body}` once, and `{timestamp}` and `{id}` if the scheme has them. */
  readonly template?: string;
  /** Header that holds the time. */
  readonly timestampHeader?: string | undefined;
  /** Prefix of the time, if it is an item of the signature's header. */
  readonly timestampPrefix?: string;
  readonly idHeader?: string;
};

/** Limit of signatures in a header. No rotation needs more, and a longer list would only cost time. */
const signaturesMax = 20;

/** Creates a verifier of signatures in a header, over the raw body and the other parts of the template. */
export function createSignatureVerifier(form: SignatureForm, signing: Signing): Verifier {
  const { template = "{body}" } = form;
  const signsTime = template.includes("{timestamp}");
  const edge = touchingEdgeOf(template);
  return {
    covers: "body",
    proofHeaders: [form.header],
    signedHeader: form.idHeader,
    signsTime,
    verify: ({ headers, body }, secrets) => {
      const items = itemsOf(headers, form);
      const signatures = signaturesAmong(items, form, signing);
      const problem = problemOf(items, signatures);
      if (problem !== undefined) {
        return notVerified(`the header ${form.header} ${problem}`);
      }
      const values = {
        timestamp: timestampOf(items, headers, form),
        id: headers.get(form.idHeader ?? "") ?? "",
      };
      const timestampMs = signsTime ? toMs(values.timestamp, edge !== undefined) : undefined;
      if (Number.isNaN(timestampMs)) {
        return notVerified("the signed time is missing or malformed");
      }
      if (edge?.fits(body) === false) {
        return notVerified(`the body, which the signed time touches, does not ${edge.text}`);
      }
      const parts = toParts(template, values, body);
      const index = secrets.findIndex((secret) => signatures.some(signing.signedBy(secret, parts)));
      return toVerification(index, secrets.length, { timestampMs });
    },
  };
}

/** Verifies each secret with the verifier of its form. */
export function bySecret(first: Verifier, verifierFor: (secret: string) => Verifier): Verifier {
  return {
    ...first,
    verify: (delivery, secrets) => {
      let malformed: Verification | undefined;
      let mismatch: Verification | undefined;
      for (const [secretIndex, secret] of secrets.entries()) {
        const verification = verifierFor(secret).verify(delivery, [secret]);
        if (verification.ok) {
          return { ...verification, secretIndex };
        }
        if (isMismatch(verification.reason)) {
          mismatch = toVerification(-1, secrets.length);
        }
        malformed ??= verification;
      }
      return mismatch ?? malformed ?? toVerification(-1, secrets.length);
    },
  };
}

function problemOf(
  items: readonly string[],
  { length }: readonly Uint8Array[],
): string | undefined {
  if (items.length === 0) {
    return "is missing";
  }
  if (length === 0) {
    return "holds no signature of the form that it has to have";
  }
  return length > signaturesMax ? `holds over ${signaturesMax} signatures` : undefined;
}

/** Returns the items of the signature's header; none if it is missing. */
function itemsOf(headers: Headers, { header, separator }: SignatureForm): readonly string[] {
  const value = headers.get(header);
  if (value === undefined || separator === undefined) {
    return value === undefined ? [] : [value];
  }
  return value.split(separator).map((item) => item.trim());
}

function signaturesAmong(
  items: readonly string[],
  { prefix = "", encoding = "hex" }: SignatureForm,
  { signatureBytes }: Signing,
): readonly Uint8Array[] {
  return items
    .filter((item) => item.startsWith(prefix))
    .map((item) => decodeSignature(item.slice(prefix.length), encoding, signatureBytes))
    .filter((signature) => signature !== undefined);
}

/** Returns the signed time; empty if there is none, or more than one. */
function timestampOf(
  items: readonly string[],
  headers: Headers,
  { timestampHeader, timestampPrefix }: SignatureForm,
): string {
  if (timestampPrefix === undefined) {
    return headers.get(timestampHeader ?? "") ?? "";
  }
  const [found = "", ...others] = items.filter((item) => item.startsWith(timestampPrefix));
  return others.length === 0 ? found.slice(timestampPrefix.length) : "";
}

/**
 * Returns the required edge of a body if only digits separate it from the signed time. Without it, the body's first
 * digits could pass for the last digits of the time, and one signature would fit two times.
 */
function touchingEdgeOf(template: string) {
  if (/\{timestamp\}\d*\{body\}/.test(template)) {
    const fits = (body: Uint8Array) => "{[".includes(characterOf(body[0]));
    return { fits, text: "begin with { or [" };
  }
  const fits = (body: Uint8Array) => "}]".includes(characterOf(body.at(-1)));
  return /\{body\}\d*\{timestamp\}/.test(template) ? { fits, text: "end with } or ]" } : undefined;
}

/** Returns the character of a byte. Without a byte it is NUL, which no list of edges contains. */
function characterOf(byte = 0): string {
  return String.fromCharCode(byte);
}

/** A larger number counts milliseconds. In seconds it would be after the year 5138. */
const millisecondsFrom = 1e11;

/**
 * Converts a time in seconds, milliseconds (not every sender documents which) or RFC 3339 to epoch milliseconds; NaN for
 * any other text. A number next to the body must have the length of a current time.
 */
function toMs(timestamp: string, touches: boolean): number {
  if ((touches ? /^(\d{10}|\d{13})$/ : /^\d{1,13}$/).test(timestamp)) {
    const time = Number(timestamp);
    return time < millisecondsFrom ? time * 1_000 : time;
  }
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(timestamp)
    ? Date.parse(timestamp)
    : Number.NaN;
}

type TemplateValues = { readonly timestamp: string; readonly id: string };

/** Returns the signed bytes in order, without copying the body. Foreign text is never read as a template. */
function toParts(
  template: string,
  values: TemplateValues,
  body: Uint8Array,
): readonly Uint8Array[] {
  const [before = "", after = ""] = template
    .split("{body}")
    .map((half) =>
      half.replace(/\{(timestamp|id)\}/g, (_, name: keyof TemplateValues) => values[name]),
    );
  return [Buffer.from(before), body, Buffer.from(after)];
}
