import { createHmac, randomUUID } from "node:crypto";
import { ed25519KeyPairOf } from "./ed25519.ts";
import { signHmac, signPublicKey } from "./sign-generic.ts";
import { twilioSignature } from "./sign-twilio.ts";
import type { WebhookSource } from "./sources.ts";

export type UnsignedWebhook = Pick<WebhookSource, "secret" | "options" | "signingKey"> & {
  readonly body: string | Uint8Array;
  readonly contentType: string;
  /** Headers of a delivery that is signed again: an id that is signed too stays the same. */
  readonly headers?: Fields;
  readonly nowMs: number;
};

type Fields = Readonly<Record<string, string>>;
type WebhookSigner = (unsigned: UnsignedWebhook) => Fields;

type HmacForm = {
  readonly header: string;
  readonly encoding?: "hex" | "base64";
  readonly prefix?: string;
  readonly template?: string;
  readonly timestampHeader?: string | undefined;
};

/** Signers by verifier, written from the providers' documents: the headers that a real sender adds to a body. */
const signers: Readonly<Record<string, WebhookSigner>> = {
  none: () => ({}),
  bearer: ({ secret }) => ({ authorization: `Bearer ${secret}` }),
  basic: ({ secret }) => ({ authorization: `Basic ${Buffer.from(secret).toString("base64")}` }),
  token: ({ secret, options }) => ({ [text(options["header"], "x-api-key")]: secret }),
  kakao: ({ secret }) => ({ authorization: `KakaoAK ${secret}` }),
  telegram: ({ secret }) => ({ "x-telegram-bot-api-secret-token": secret }),
  gitlab: (unsigned) =>
    /^wh(sec|pk)_/.test(unsigned.secret)
      ? standardWebhooks("webhook")(unsigned)
      : { "x-gitlab-token": unsigned.secret },
  hmac: signHmac,
  "public-key": signPublicKey,
  github: hmac({ header: "x-hub-signature-256", prefix: "sha256=" }),
  bitbucket: hmac({ header: "x-hub-signature", prefix: "sha256=" }),
  jira: hmac({ header: "x-hub-signature", prefix: "sha256=" }),
  linear: hmac({ header: "linear-signature" }),
  pagerduty: hmac({ header: "x-pagerduty-signature", prefix: "v1=" }),
  shopify: hmac({ header: "x-shopify-hmac-sha256", encoding: "base64" }),
  line: hmac({ header: "x-line-signature", encoding: "base64" }),
  meta: hmac({ header: "x-hub-signature-256", prefix: "sha256=" }),
  toss: signToss,
  chzzk: signChzzk,
  "naver-works": hmac({ header: "x-works-signature", encoding: "base64" }),
  stripe: hmac({
    header: "stripe-signature",
    prefix: "t={timestamp},v1=",
    template: "{timestamp}.{body}",
  }),
  paddle: hmac({
    header: "paddle-signature",
    prefix: "ts={timestamp};h1=",
    template: "{timestamp}:{body}",
  }),
  slack: hmac({
    header: "x-slack-signature",
    prefix: "v0=",
    template: "v0:{timestamp}:{body}",
    timestampHeader: "x-slack-request-timestamp",
  }),
  zoom: hmac({
    header: "x-zm-signature",
    prefix: "v0=",
    template: "v0:{timestamp}:{body}",
    timestampHeader: "x-zm-request-timestamp",
  }),
  twilio: ({ body, contentType, secret, options }) => ({
    "x-twilio-signature": twilioSignature({
      ...{ url: text(options["url"], ""), contentType, body, secret },
    }),
  }),
  discord: signDiscord,
  "standard-webhooks": standardWebhooks("webhook"),
  portone: standardWebhooks("webhook"),
  svix: standardWebhooks("svix"),
};

/**
 * Returns the signer of a source. A source whose secret is a public key has one only if it belongs to the local key
 * pair.
 */
export function findSigner({
  verifier,
  options,
  secret,
  signingKey,
}: WebhookSource): WebhookSigner | undefined {
  if (verifier === "token" && typeof options["query"] === "string") {
    // The secret is in the URL, which is not made here.
    return undefined;
  }
  if (verifier === "discord" || verifier === "public-key" || isPublic(secret)) {
    const pair = ed25519KeyPairOf(signingKey);
    const own = isPublic(secret) ? pair?.publicKeyStandard : pair?.publicKeyHex;
    return own === secret ? ownSigner(verifier) : undefined;
  }
  return ownSigner(verifier);
}

function ownSigner(verifier: string): WebhookSigner | undefined {
  return Object.hasOwn(signers, verifier) ? signers[verifier] : undefined;
}

function isPublic(secret: string): boolean {
  return secret.startsWith("whpk_");
}

function hmac(form: HmacForm): WebhookSigner {
  return ({ body, secret, nowMs }) => {
    const { encoding = "hex", prefix = "", template = "{body}" } = form;
    const timestamp = secondsOf(nowMs);
    const [before = "", after = ""] = template.replace("{timestamp}", timestamp).split("{body}");
    const digest = createHmac("sha256", secret).update(before).update(body).update(after);
    return {
      ...(form.timestampHeader && { [form.timestampHeader]: timestamp }),
      [form.header]: `${prefix.replace("{timestamp}", timestamp)}${digest.digest(encoding)}`,
    };
  };
}

/**
 * Signs as Discord does, Ed25519 over time and body, in hex:
 * https://docs.discord.com/developers/events/webhook-events (read 2026-11-30).
 */
function signDiscord({ body, signingKey, nowMs }: UnsignedWebhook): Fields {
  const timestamp = secondsOf(nowMs);
  return {
    "x-signature-timestamp": timestamp,
    "x-signature-ed25519": signed(signingKey, timestamp, body).toString("hex"),
  };
}

/** Toss Payments writes times with the offset of Korea. */
const koreaOffsetMs = 32_400_000;

/**
 * Signs as Toss Payments does, HMAC over body and time, in Base64:
 * https://docs.tosspayments.com/reference/using-api/webhook-events (read 2026-11-30).
 */
function signToss({ body, secret, nowMs }: UnsignedWebhook): Fields {
  const time = `${new Date(nowMs + koreaOffsetMs).toISOString().slice(0, 19)}+09:00`;
  const digest = createHmac("sha256", secret).update(body).update(`:${time}`);
  return {
    "tosspayments-webhook-transmission-time": time,
    "tosspayments-webhook-signature": `v1:${digest.digest("base64")}`,
  };
}

/**
 * Signs as CHZZK does, HMAC over id, time and body, in hex:
 * https://chzzk.gitbook.io/chzzk/drops/webhook (read 2026-11-30).
 */
function signChzzk({ body, secret, nowMs, headers = {} }: UnsignedWebhook): Fields {
  const id = headers["chzzk-event-message-id"] ?? randomUUID();
  const time = new Date(nowMs).toISOString();
  const signature = createHmac("sha256", secret)
    .update(id + time)
    .update(body)
    .digest("hex");
  return {
    "chzzk-event-message-id": id,
    "chzzk-event-message-timestamp": time,
    "chzzk-event-message-signature": `sha256=${signature}`,
  };
}

/**
 * Signs as Standard Webhooks does: HMAC with the Base64 after `whsec_` as its key, or Ed25519. Id and time are
 * signed too: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (read
 * 2026-11-30).
 */
function standardWebhooks(prefix: string): WebhookSigner {
  return ({ body, secret, signingKey, nowMs, headers = {} }) => {
    const id = headers[`${prefix}-id`] ?? `msg_${randomUUID()}`;
    const timestamp = secondsOf(nowMs);
    const start = `${id}.${timestamp}.`;
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const signature = isPublic(secret)
      ? `v1a,${signed(signingKey, start, body).toString("base64")}`
      : `v1,${createHmac("sha256", key).update(start).update(body).digest("base64")}`;
    return {
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: timestamp,
      [`${prefix}-signature`]: signature,
    };
  };
}

/** Signs with the local key pair. Only sources that the pair fits have this signer, see `findSigner`. */
function signed(signingKey: string, start: string, body: UnsignedWebhook["body"]): Buffer {
  const content = Buffer.concat([start, body].map((part) => Buffer.from(part as string)));
  return ed25519KeyPairOf(signingKey)?.sign(content) ?? Buffer.alloc(0);
}

function secondsOf(ms: number): string {
  return String(Math.floor(ms / 1000));
}

function text(value: unknown, usual: string): string {
  return typeof value === "string" ? value : usual;
}
