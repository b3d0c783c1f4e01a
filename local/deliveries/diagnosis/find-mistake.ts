import { constants, createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import type { FunctionRequest } from "../../functions/host/function-call.ts";
import type { WebhookDiagnosis } from "../delivery.ts";
import { type BodyForm, bodyForms } from "./body-forms.ts";
import { type KeyForm, keyForms } from "./key-forms.ts";
import type { ProofSource } from "./proof-sources.ts";
import { readSignatures, type SignatureReading } from "./signature-readings.ts";
import { publicKeyAlgorithms, type SignatureScheme } from "./signature-schemes.ts";
import { otherTimes } from "./signed-time.ts";

export type SignatureEvidence = {
  readonly request: FunctionRequest;
  readonly source: ProofSource;
  readonly sources: readonly ProofSource[];
  readonly scheme: SignatureScheme;
  readonly timestamp: string;
};

type SignedText = {
  readonly template: string;
  readonly timestamp: string;
  readonly body: Uint8Array;
};

/** One way to sign, and what is wrong with it. */
type Attempt = {
  readonly key: Buffer;
  readonly text: SignedText;
  readonly algorithm: string;
  readonly mistakes: readonly WebhookDiagnosis[];
};

/** Two mistakes at once are looked for in a body up to this size, because each try costs a digest of it. */
const pairedBodyBytesMax = 64 * 1024;
const algorithms = ["sha1", "sha256", "sha512"];
const ed25519KeyBytes = 32;
const rawBody =
  "Sign the body's bytes as they are sent, and let nothing parse and write them in between.";

/** Finds the mistakes with which a secret makes one of the signatures. No mistake: the signature is right. */
export function findMistake(evidence: SignatureEvidence): readonly WebhookDiagnosis[] | undefined {
  const { request, scheme } = evidence;
  const header = request.headers[scheme.header] ?? "";
  const readings = readSignatures(header, scheme.separator);
  for (const attempt of attempts(evidence)) {
    const isMade = signerOf(attempt, evidence);
    const found = readings.find(({ bytes }) => isMade(bytes));
    if (found !== undefined) {
      return [...attempt.mistakes, ...writtenMistakes(found, header, scheme)];
    }
  }
  return undefined;
}

/** Yields the ways to sign, those with fewer mistakes first. */
function* attempts(evidence: SignatureEvidence): Generator<Attempt> {
  const { request, source, sources, scheme, timestamp } = evidence;
  const { template, algorithm, keyOf } = scheme;
  const text = { template, timestamp, body: request.body };
  const keys = source.secrets.map((secret) => keyOf(secret));
  const right = keys.map((key) => ({ key, text, algorithm, mistakes: [] }));
  const otherKeys = keyForms(source, sources, scheme);
  const otherTexts = [...signedTexts(evidence)];
  yield* right;
  yield* right.flatMap((one) => otherTexts.map((other) => ({ ...one, ...other })));
  yield* otherKeys.map((other) => ({ text, algorithm, ...withKey(other) }));
  if (!publicKeyAlgorithms.includes(algorithm)) {
    yield* right.flatMap((one) => otherAlgorithms(one));
  }
  if (request.body.length <= pairedBodyBytesMax) {
    yield* otherKeys.flatMap((key) =>
      otherTexts.map((other) => {
        const { mistakes, ...used } = withKey(key);
        return { algorithm, ...used, ...other, mistakes: [...mistakes, ...other.mistakes] };
      }),
    );
  }
}

function withKey({ key, mistake, fix }: KeyForm): Pick<Attempt, "key" | "mistakes"> {
  return { key, mistakes: [{ likelyMistake: mistake, fix }] };
}

function otherAlgorithms(attempt: Attempt): readonly Attempt[] {
  return algorithms
    .filter((other) => other !== attempt.algorithm)
    .map((algorithm) => ({
      ...attempt,
      algorithm,
      mistakes: [
        {
          likelyMistake: `It was signed with HMAC-${algorithm.toUpperCase()}.`,
          fix: `Sign with HMAC-${attempt.algorithm.toUpperCase()}.`,
        },
      ],
    }));
}

function* signedTexts({
  request,
  scheme: { template },
  timestamp,
}: SignatureEvidence): Generator<Pick<Attempt, "text" | "mistakes">> {
  const { body, headers } = request;
  const text = { template, timestamp, body };
  for (const form of bodyForms(body, headers["content-type"] ?? "")) {
    yield { text: { ...text, body: form.bytes }, mistakes: [changedBody(form)] };
  }
  for (const [other, mistake] of otherTimes(timestamp)) {
    const fix = "Take the time once, and sign the text that is sent.";
    yield { text: { ...text, timestamp: other }, mistakes: [{ likelyMistake: mistake, fix }] };
  }
  for (const other of otherTemplates(template)) {
    const likelyMistake = `It signed ${inWords(other)}.`;
    const fix = `Sign ${inWords(template)}.`;
    yield { text: { ...text, template: other }, mistakes: [{ likelyMistake, fix }] };
  }
}

function changedBody({ change }: BodyForm): WebhookDiagnosis {
  return { likelyMistake: `The body came ${change}.`, fix: rawBody };
}

function otherTemplates(template: string): readonly string[] {
  const usual = ["{body}", "{timestamp}.{body}", "{timestamp}{body}", "{timestamp}:{body}"];
  const more = ["{body}{timestamp}", "v0:{timestamp}:{body}", "{id}.{timestamp}.{body}"];
  return [...usual, ...more].filter((other) => other !== template);
}

function inWords(template: string): string {
  return template === "{body}" ? "the body alone" : `the text ${template}`;
}

/** Names the mistakes of a right signature that is written in another way. */
function writtenMistakes(
  { encoding, text, isWhole }: SignatureReading,
  header: string,
  scheme: SignatureScheme,
): readonly WebhookDiagnosis[] {
  const { prefix } = scheme;
  const hasPrefix = prefix === "" ? isWhole : header.includes(`${prefix}${text}`);
  return [
    ...(!isWrittenIn(scheme.encoding, encoding, text)
      ? [
          {
            likelyMistake: `The signature is ${nameOf(encoding)} instead of ${nameOf(scheme.encoding)}.`,
            fix: `Write it in ${nameOf(scheme.encoding)}.`,
          },
        ]
      : []),
    ...(hasPrefix
      ? []
      : [
          {
            likelyMistake:
              prefix === ""
                ? "Something stands before the signature in its header."
                : `The prefix ${prefix} is missing before the signature.`,
            fix: `Send ${scheme.header}: ${prefix}{signature}`,
          },
        ]),
  ];
}

function isWrittenIn(wanted: SignatureScheme["encoding"], found: string, text: string): boolean {
  if (wanted === "base64url") {
    return found === "base64" && !/[+/]/.test(text);
  }
  const isCanonical = wanted === "hex" || Buffer.from(text, "base64").toString("base64") === text;
  return found === wanted && isCanonical;
}

function nameOf(encoding: string): string {
  const names = new Map([
    ["hex", "hex"],
    ["base64", "Base64 (standard alphabet, padded)"],
    ["base64url", "Base64url"],
  ]);
  return names.get(encoding) ?? encoding;
}

/** Returns a check of whether a signature was made in this way. */
function signerOf(
  { key, text, algorithm }: Attempt,
  { request: { headers }, scheme: { idHeader = "" } }: SignatureEvidence,
): (signature: Buffer) => boolean {
  const [before = "", after = ""] = text.template
    .split("{body}")
    .map((half) =>
      half
        .replace("{timestamp}", () => text.timestamp)
        .replace("{id}", () => headers[idHeader] ?? ""),
    );
  if (publicKeyAlgorithms.includes(algorithm)) {
    const signed = Buffer.concat([Buffer.from(before), text.body, Buffer.from(after)]);
    return (signature) => isSignedByPublicKey(signed, signature, key);
  }
  const digest = createHmac(algorithm, key).update(before).update(text.body).update(after).digest();
  return (signature) => digest.length === signature.length && timingSafeEqual(digest, signature);
}

/** Both forms of ECDSA and both of RSA are tried, as the functions do. Ed25519 ignores them. */
const forms = [
  { dsaEncoding: "der", padding: constants.RSA_PKCS1_PADDING },
  { dsaEncoding: "ieee-p1363", padding: constants.RSA_PKCS1_PSS_PADDING },
] as const;

function isSignedByPublicKey(signed: Buffer, signature: Buffer, bytes: Buffer): boolean {
  try {
    const x = bytes.toString("base64url");
    const key =
      bytes.length === ed25519KeyBytes
        ? createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" })
        : createPublicKey({ key: bytes, format: "der", type: "spki" });
    const digest = key.asymmetricKeyType === "ed25519" ? null : "sha256";
    return forms.some((form) => verify(digest, signed, { key, ...form }, signature));
  } catch {
    // The bytes are no key, or the signature is none of this kind of key.
    return false;
  }
}
