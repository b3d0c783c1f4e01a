import type { ProofSource } from "./proof-sources.ts";

/** The way in which a provider signs, written from the documents that sign-webhook.ts and docs/webhooks.md name. */
export type SignatureScheme = {
  readonly header: string;
  readonly encoding: "hex" | "base64" | "base64url";
  /** The text before each signature. */
  readonly prefix: string;
  /** The text between the items of the header, if the source says it. */
  readonly separator?: string;
  /** The signed text: `{body}` once, and `{timestamp}` and `{id}` if they are signed. */
  readonly template: string;
  readonly timestampHeader?: string;
  /** The text before the time, if the time is in the header of the signature. */
  readonly timestampPrefix?: string;
  readonly idHeader?: string;
  /** A digest of HMAC, or one of `publicKeyAlgorithms`. */
  readonly algorithm: string;
  /** Makes the key of a secret: bytes, and of a public key its 32 bytes or its DER. */
  readonly keyOf: (secret: string) => Buffer;
  /** The accepted age of a signed time, in seconds. */
  readonly toleranceSeconds: number;
};

const usual: SignatureScheme = {
  header: "x-signature",
  encoding: "hex",
  prefix: "",
  template: "{body}",
  algorithm: "sha256",
  keyOf: (secret) => Buffer.from(secret),
  toleranceSeconds: 300,
};

const hubSignature = { header: "x-hub-signature", prefix: "sha256=" };
const hubSignature256 = { header: "x-hub-signature-256", prefix: "sha256=" };

const schemes: Readonly<Record<string, Partial<SignatureScheme>>> = {
  github: hubSignature256,
  meta: hubSignature256,
  bitbucket: hubSignature,
  jira: hubSignature,
  linear: { header: "linear-signature", toleranceSeconds: 28_800 },
  pagerduty: { header: "x-pagerduty-signature", prefix: "v1=" },
  shopify: { header: "x-shopify-hmac-sha256", encoding: "base64" },
  line: { header: "x-line-signature", encoding: "base64" },
  "naver-works": { header: "x-works-signature", encoding: "base64" },
  stripe: {
    ...{ header: "stripe-signature", prefix: "v1=", timestampPrefix: "t=" },
    template: "{timestamp}.{body}",
  },
  paddle: {
    ...{ header: "paddle-signature", prefix: "h1=", timestampPrefix: "ts=" },
    template: "{timestamp}:{body}",
  },
  slack: {
    ...{ header: "x-slack-signature", prefix: "v0=", template: "v0:{timestamp}:{body}" },
    timestampHeader: "x-slack-request-timestamp",
  },
  zoom: {
    ...{ header: "x-zm-signature", prefix: "v0=", template: "v0:{timestamp}:{body}" },
    ...{ timestampHeader: "x-zm-request-timestamp", toleranceSeconds: 7_200 },
  },
  toss: {
    ...{ header: "tosspayments-webhook-signature", encoding: "base64", prefix: "v1:" },
    ...{ template: "{body}:{timestamp}" },
    timestampHeader: "tosspayments-webhook-transmission-time",
  },
  chzzk: {
    ...{ header: "chzzk-event-message-signature", prefix: "sha256=", toleranceSeconds: 3_600 },
    ...{ template: "{id}{timestamp}{body}", idHeader: "chzzk-event-message-id" },
    timestampHeader: "chzzk-event-message-timestamp",
  },
  discord: {
    ...{ header: "x-signature-ed25519", algorithm: "ed25519", template: "{timestamp}{body}" },
    ...{ timestampHeader: "x-signature-timestamp", toleranceSeconds: 900 },
    keyOf: (publicKey) => Buffer.from(publicKey, "hex"),
  },
  "standard-webhooks": standardWebhooks("webhook"),
  portone: standardWebhooks("webhook"),
  svix: standardWebhooks("svix"),
};

/** Returns how a source's sender signs; undefined if it sends credentials, or nothing, or signs a URL. */
export function schemeOf({
  verifier,
  options,
  secrets: [secret = ""],
}: ProofSource): SignatureScheme | undefined {
  const tolerance = options["toleranceSeconds"] ?? options["pastSecondsMax"];
  const own = typeof tolerance === "number" ? { toleranceSeconds: tolerance } : {};
  if (verifier === "hmac" || verifier === "public-key") {
    return { ...usual, ...signatureOptions(options), ...keyOptions(verifier, options), ...own };
  }
  const isGitlabSigned = verifier === "gitlab" && /^(v1,)?whsec_/.test(secret);
  const name = isGitlabSigned ? "standard-webhooks" : verifier;
  const found = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
  const ed25519 = secret.includes("whpk_") ? { prefix: "v1a,", algorithm: "ed25519" } : {};
  return found && { ...usual, ...found, ...ed25519, ...own };
}

/** Headers of signatures, with the providers that send them. */
export const signatureHeaders: readonly (readonly [string, string])[] = Object.entries(schemes)
  .map(([verifier, { header = "" }]) => [header, verifier] as const)
  .concat([
    ["x-twilio-signature", "twilio"],
    ["x-gitlab-token", "gitlab"],
    ["x-telegram-bot-api-secret-token", "telegram"],
  ]);

function standardWebhooks(prefix: string): Partial<SignatureScheme> {
  return {
    ...{ header: `${prefix}-signature`, encoding: "base64", prefix: "v1," },
    ...{ template: "{id}.{timestamp}.{body}" },
    ...{ timestampHeader: `${prefix}-timestamp`, idHeader: `${prefix}-id` },
    keyOf: (secret) => Buffer.from(secret.replace(/^(v1a?,)?(wh(sec|pk)_)?/, ""), "base64"),
  };
}

const encodings = ["hex", "base64", "base64url"] as const;

/** Reads the options of a source that describes its sender itself, as docs/webhooks.md names them. */
function signatureOptions(options: ProofSource["options"]): Partial<SignatureScheme> {
  const text = (name: string) => textOf(options, name);
  const [timestampHeader, timestampPrefix] = [text("timestampHeader"), text("timestampPrefix")];
  const isTimed = (timestampHeader ?? timestampPrefix) !== undefined;
  const [separator, idHeader] = [text("separator"), text("idHeader")];
  return {
    header: text("header")?.toLowerCase() ?? usual.header,
    encoding: encodings.find((encoding) => encoding === text("encoding")) ?? "hex",
    prefix: text("prefix") ?? "",
    template: text("template") ?? (isTimed ? "{timestamp}.{body}" : "{body}"),
    ...(timestampHeader !== undefined && { timestampHeader: timestampHeader.toLowerCase() }),
    ...(timestampPrefix !== undefined && { timestampPrefix }),
    ...(separator !== undefined && { separator }),
    ...(idHeader !== undefined && { idHeader: idHeader.toLowerCase() }),
  };
}

function keyOptions(verifier: string, options: ProofSource["options"]): Partial<SignatureScheme> {
  if (verifier === "public-key") {
    return { algorithm: textOf(options, "algorithm") ?? "ed25519", keyOf: publicKeyOf };
  }
  const encoding = textOf(options, "secretEncoding");
  const keys = new Map([
    ["hex", (secret: string) => Buffer.from(secret, "hex")],
    ["base64", (secret: string) => Buffer.from(secret.replace(/^(v1,)?whsec_/, ""), "base64")],
  ]);
  return {
    algorithm: textOf(options, "algorithm") ?? "sha256",
    keyOf: keys.get(encoding ?? "") ?? usual.keyOf,
  };
}

export const publicKeyAlgorithms: readonly string[] = ["ed25519", "ecdsa-sha256", "rsa-sha256"];

/** Decodes PEM, Base64 or hex. */
function publicKeyOf(secret: string): Buffer {
  const text = secret.replaceAll(/-+(BEGIN|END) [A-Z ]*PUBLIC KEY-+|whpk_|\\[rn]|\s/g, "");
  return Buffer.from(text, /^([0-9a-f]{2})+$/i.test(text) ? "hex" : "base64");
}

function textOf(options: ProofSource["options"], name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}
