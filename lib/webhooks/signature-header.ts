import type { Headers } from "../event.ts";
import { decodeSignature, type SignatureEncoding, type Signing } from "./signature.ts";
import { isMismatch, refused, type Verification, type Verifier, verdict } from "./verifier.ts";

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
  return {
    covers: "body",
    proofHeaders: [form.header],
    signedHeader: form.idHeader,
    signsTime,
    verify: ({ headers, body }, secrets) => {
      const items = itemsOf(headers, form);
      const signatures = signaturesAmong(items, form, signing);
      if (signatures.length === 0 || signatures.length > signaturesMax) {
        return refused(`the header ${form.header} ${faultOf(items, signatures)}`);
      }
      const named = {
        timestamp: timestampOf(items, headers, form),
        id: headers.get(form.idHeader ?? "") ?? "",
      };
      if (signsTime && !/^\d{1,13}$/.test(named.timestamp)) {
        return refused("the signed time is missing or malformed");
      }
      const parts = toParts(template, named, body);
      const index = secrets.findIndex((secret) => signatures.some(signing.signedBy(secret, parts)));
      return verdict(index, secrets.length, {
        timestampMs: signsTime ? toMs(named.timestamp) : undefined,
      });
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
          mismatch = verdict(-1, secrets.length);
        }
        malformed ??= verification;
      }
      return mismatch ?? malformed ?? verdict(-1, secrets.length);
    },
  };
}

function faultOf(items: readonly string[], signatures: readonly Uint8Array[]): string {
  if (signatures.length > 0) {
    return `holds over ${signaturesMax} signatures`;
  }
  return items.length === 0 ? "is missing" : "holds no signature of the form that it has to have";
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

/** From here on a number counts milliseconds: in seconds it would be the year 5138. */
const millisecondsFrom = 1e11;

/** Epoch milliseconds of a time in seconds or milliseconds; not every sender documents which. */
function toMs(timestamp: string): number {
  const time = Number(timestamp);
  return time < millisecondsFrom ? time * 1_000 : time;
}

type Named = { readonly timestamp: string; readonly id: string };

/** The signed bytes in their order; the body is not copied. Foreign text is never read as template. */
function toParts(template: string, named: Named, body: Uint8Array): readonly Uint8Array[] {
  const [before = "", after = ""] = template
    .split("{body}")
    .map((half) => half.replace(/\{(timestamp|id)\}/g, (_, name: keyof Named) => named[name]));
  return [Buffer.from(before), body, Buffer.from(after)];
}
