import type { Headers } from "../../model/call.ts";
import {
  decodeSignature,
  type SignatureEncoding,
  type Signing,
  signatureEncodings,
} from "./signature.ts";
import {
  headerMissing,
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
  readonly separator?: string | RegExp | undefined;
  /** Signed text: `{body}` once, and `{timestamp}` and, before the body, `{id}` if the scheme has them. */
  readonly template?: string | undefined;
  /** Header that holds the time. */
  readonly timestampHeader?: string | undefined;
  /** Prefix of the time, if it is an item of the signature's header. */
  readonly timestampPrefix?: string | undefined;
  /** Header that holds the id. */
  readonly idHeader?: string | undefined;
};

/** Limit of signatures in a header. No rotation needs more, and a longer list would only cost time. */
const signaturesMax = 20;

/** Creates a verifier of signatures in a header, over the raw body and the other parts of the template. */
export function createSignatureVerifier(form: SignatureForm, signing: Signing): Verifier {
  const { header, template = "{body}", timestampHeader = header, idHeader = header } = form;
  const signsTime = template.includes("{timestamp}");
  const edge = signsTime ? edgeOf(template) : undefined;
  const timeFault = `the header ${timestampHeader} holds no ${form.timestampPrefix ?? ""}<time: 10 or 13 digits, RFC 3339, or an HTTP date>`;
  const halves = template.split("{body}");
  const findOtherCut = cutCheckOf(halves[0] ?? "", edge);
  const required = [...new Set([header, timestampHeader, idHeader])];
  return {
    covers: "body",
    proofHeaders: [header],
    signedHeader: form.idHeader,
    signsTime,
    verify: ({ headers, body }, secrets) => {
      const missing = required.find((name) => !headers.get(name));
      if (missing !== undefined) {
        return headerMissing(missing);
      }
      const items = itemsOf(headers, form);
      const signatures = signaturesAmong(items, form, signing);
      const timestamp = timestampOf(items, headers, form);
      const timestampMs = signsTime ? toMs(timestamp, edge !== undefined) : undefined;
      const values = { timestamp, id: headers.get(idHeader) ?? "" };
      const problem =
        findFault(items, signatures, { form, signing }) ??
        (Number.isNaN(timestampMs) ? timeFault : undefined) ??
        findOtherCut(values, body);
      if (problem !== undefined) {
        return notVerified(problem);
      }
      const parts = toParts(halves, values, body);
      const index = secrets.findIndex((secret) => signatures.some(signing.signedBy(secret, parts)));
      return toVerification(index, secrets, { timestampMs });
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
          mismatch = toVerification(-1, secrets);
        }
        malformed ??= verification;
      }
      return mismatch ?? malformed ?? toVerification(-1, secrets);
    },
  };
}

type SignatureContext = { readonly form: SignatureForm; readonly signing: Signing };

/** Names the form that the options ask for, and the encoding that would fit. It never repeats the header. */
function findFault(
  items: readonly string[],
  { length }: readonly Uint8Array[],
  context: SignatureContext,
): string | undefined {
  if (length > 0 && length <= signaturesMax) {
    return undefined;
  }
  const problem = length === 0 ? noneAmong(items, context) : `over ${signaturesMax} signatures`;
  return `the header ${context.form.header} holds ${problem}`;
}

function noneAmong(items: readonly string[], { form, signing }: SignatureContext): string {
  const { prefix = "", encoding = "hex" } = form;
  const other = signatureEncodings.find(
    (one) => signaturesAmong(items, { ...form, encoding: one }, signing).length > 0,
  );
  const hint = other === undefined ? "" : `, but ${other}`;
  return `no ${prefix}<${encoding} of ${signing.bytes.join(" to ")} bytes>${hint}`;
}

function itemsOf(headers: Headers, { header, separator }: SignatureForm): readonly string[] {
  const value = headers.get(header) ?? "";
  return separator === undefined ? [value] : value.split(separator).map((item) => item.trim());
}

function signaturesAmong(
  items: readonly string[],
  { prefix = "", encoding = "hex" }: SignatureForm,
  { bytes }: Signing,
): readonly Uint8Array[] {
  return items
    .filter((item) => item.startsWith(prefix))
    .map((item) => decodeSignature(item.slice(prefix.length), encoding, bytes))
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
  const { 0: found = "", length } = items.filter((item) => item.startsWith(timestampPrefix));
  return length === 1 ? found.slice(timestampPrefix.length) : "";
}

type Edge = { readonly position: number; readonly brackets: string; readonly text: string };

/**
 * Returns the required edge of a body if only digits separate it from the signed time, and its position. Without it, the
 * body's first digits could pass for the last digits of the time, and one signature would fit two times.
 */
function edgeOf(template: string): Edge | undefined {
  if (/\{timestamp\}\d*\{body\}/.test(template)) {
    return { position: 0, brackets: "{[", text: "begin with { or [" };
  }
  return /\{body\}\d*\{timestamp\}/.test(template)
    ? { position: -1, brackets: "}]", text: "end with } or ]" }
    : undefined;
}

/** Bytes of a body that can pass for a part of what stands before it: a time with its separators is shorter. */
const bodyEdgeBytes = 64;

/**
 * Creates a check that no other time, id and body give the same signed text. An id ends where its end first fits: otherwise
 * it could hold a part of the body. See docs/decisions/0040-one-cut-of-a-signed-text.md.
 */
function cutCheckOf(
  beforeBody: string,
  edge: Edge | undefined,
): (values: TemplateValues, body: Uint8Array) => string | undefined {
  const between = beforeBody.split("{id}")[1];
  if (between === undefined) {
    return (_, body) => findWrongEdge(edge, body);
  }
  // Three digits at the end of an id would make milliseconds of the seconds that touch it.
  const time = `(\\d{10}${/^\d*\{/.test(between) ? "" : "|\\d{13}"}|\\d{4}-..-..[Tt][\\d:.Zz+-]+|\\w{3}, [\\w :]{21}GMT)`;
  // An id may hold letters, digits, - and _. If nothing else stands between it and the body, the body's bracket does.
  const bracket = /^([\w-]|\{timestamp\})*$/.test(between) ? "(?=[{[])" : "";
  const escaped = between.replace(/\W/g, "\\$&").replace("\\{timestamp\\}", time);
  const idEnd = new RegExp(escaped + bracket);
  return ({ timestamp, id }: TemplateValues, body: Uint8Array) => {
    const wrongEdge = findWrongEdge(edge, body);
    if (wrongEdge !== undefined) {
      return wrongEdge;
    }
    const rest = between.replace("{timestamp}", timestamp);
    const signed = `${id}${rest}${Buffer.from(body.subarray(0, bodyEdgeBytes))}`;
    return signed.search(idEnd) === id.length
      ? undefined
      : "the id holds what ends it in the template";
  };
}

function findWrongEdge(edge: Edge | undefined, body: Uint8Array): string | undefined {
  if (edge === undefined) {
    return undefined;
  }
  const { position, brackets, text } = edge;
  return brackets.includes(String.fromCharCode(body.at(position) ?? 0))
    ? undefined
    : `the body, which the signed time touches, does not ${text}`;
}

/** A larger number counts milliseconds. In seconds it would be after the year 5138. */
const millisecondsFrom = 1e11;

/** RFC 3339, or an HTTP date (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7), which Klaviyo signs. */
const dateForm =
  /^(\d{4}-\d\d-\d\d[Tt][\d:]{8}(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT)$/;

/**
 * Converts a time in seconds, milliseconds (not every sender documents which) or a date to epoch milliseconds; NaN for
 * any other text. A number next to the body must have the length of a current time.
 */
function toMs(timestamp: string, touches: boolean): number {
  if ((touches ? /^(\d{10}|\d{13})$/ : /^\d{1,13}$/).test(timestamp)) {
    const time = Number(timestamp);
    return time < millisecondsFrom ? time * 1_000 : time;
  }
  return dateForm.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
}

type TemplateValues = { readonly timestamp: string; readonly id: string };

/** Returns the signed bytes in order, without copying the body. Foreign text is never read as a template. */
function toParts(
  { 0: before = "", 1: after = "" }: readonly string[],
  values: TemplateValues,
  body: Uint8Array,
): readonly Uint8Array[] {
  const fill = (half: string) =>
    Buffer.from(
      half.replace(/\{(timestamp|id)\}/g, (_, name: keyof TemplateValues) => values[name]),
    );
  return before + after === "" ? [body] : [fill(before), body, fill(after)];
}
