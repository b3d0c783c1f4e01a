import type { Headers } from "../../model/call.ts";
import { decodeSignature, type SignatureEncoding, type Signing } from "./signature.ts";
import {
  isMismatch,
  notVerified,
  toVerification,
  type Verification,
  type Verifier,
} from "./verifier.ts";

/** How a sender writes its signatures, the time and the id into headers, named in lower case. */
export type SignatureForm = {
  readonly header: string;
  readonly encoding?: SignatureEncoding;
  /** Stands before each signature, such as `sha256=`. */
  readonly prefix?: string;
  /** Stands between the items of the header; without one it holds a single signature. */
  readonly separator?: string;
  /** What is signed: `{body}` once, and `{timestamp}` and `{id}` where the scheme has them. */
  readonly template?: string;
  /** The header that holds the time… */
  readonly timestampHeader?: string | undefined;
  /** …or what stands before it among the items of the signature's header. */
  readonly timestampPrefix?: string;
  readonly idHeader?: string;
};

/** More signatures than any rotation needs; a longer list would only cost time. */
const signaturesMax = 20;

/** Verifies signatures in a header over the raw body, and over what else the form's template names. */
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

/** Tries each secret with the verifier that its form calls for. */
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

/** What the signature's header holds; nothing when it is missing. */
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

/** Empty when there is none, or when two could be meant. */
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
 * What a body has to be like where nothing but digits stands between it and the signed time: otherwise
 * its first digits could be taken for the time's last, and the same signature would fit another time.
 */
function touchingEdgeOf(template: string) {
  if (/\{timestamp\}\d*\{body\}/.test(template)) {
    const fits = (body: Uint8Array) => "{[".includes(characterOf(body[0]));
    return { fits, text: "begin with { or [" };
  }
  const fits = (body: Uint8Array) => "}]".includes(characterOf(body.at(-1)));
  return /\{body\}\d*\{timestamp\}/.test(template) ? { fits, text: "end with } or ]" } : undefined;
}

/** Of no byte at all it is one that nothing begins or ends with. */
function characterOf(byte = 0): string {
  return String.fromCharCode(byte);
}

/** From here on a number counts milliseconds: in seconds it would be the year 5138. */
const millisecondsFrom = 1e11;

/**
 * Epoch milliseconds of a time in seconds or milliseconds (not every sender documents which), or of one
 * as in RFC 3339; NaN for any other. A number that touches the body has to have the length of today's.
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

/** The signed bytes in their order; the body is not copied. Foreign text is never read as template. */
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
