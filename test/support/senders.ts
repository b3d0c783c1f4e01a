import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signEd25519,
} from "node:crypto";
import { secretsInUse } from "./spoken.ts";

// These senders are written from the providers' documents with node:crypto only. Nothing comes from the
// product, so that a mistake in the product does not agree with itself.

export type Fields = Readonly<Record<string, string>>;

export type Given = {
  readonly secret: string;
  readonly nowMs: number;
  readonly contentType: string;
  /** A digest in the place of the documented one. */
  readonly algorithm?: string | undefined;
};

/** A sender of webhooks, for one verifier of the product. */
export type Sender = {
  readonly name: string;
  readonly verifier: string;
  /** Options of its source beside the verifier. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly oldSecret: string;
  readonly proof: "body" | "body and time" | "credentials";
  /** The header that ends with the signature or the credentials, and their encoding. */
  readonly header: string;
  readonly encoding: "hex" | "base64" | "text";
  readonly algorithm: string;
  /** The way in which more signatures are added, if the header may contain several. */
  readonly list?: { readonly separator: string; readonly prefix: string };
  /** The default tolerance for the age of a signed time. */
  readonly toleranceSeconds: number;
  readonly status: 200 | 204;
  readonly contentType: string;
  readonly bodyAt: (nowMs: number) => string;
  /** Returns the text of `data` for each message that the sample body becomes. */
  readonly dataOf: (body: string) => readonly string[];
  /** Returns the headers in the case that the documents use. */
  readonly sign: (body: Uint8Array, given: Given) => Fields;
};

type Told = Pick<Sender, "header" | "sign"> & Partial<Sender> & { readonly body?: string };

/** Makes a sender with the defaults of most: an HMAC-SHA256 in hex over JSON, with a secret of any text. */
export function sender(name: string, { body = "{}", ...told }: Told): Sender {
  return {
    ...{ name, verifier: name, options: {}, proof: "body", encoding: "hex", algorithm: "sha256" },
    ...{ secret: secretsInUse.provider, oldSecret: secretsInUse.providerOld },
    ...{ toleranceSeconds: 300, status: 200, contentType: "application/json" },
    bodyAt: () => body,
    dataOf: (sent) => [sent],
    ...told,
  };
}

export type Parts = readonly (string | Uint8Array)[];

export function mac(
  { secret, algorithm = "sha256" }: Given,
  parts: Parts,
  key: string | Buffer = secret,
) {
  const hmac = createHmac(algorithm, key);
  for (const part of parts) {
    hmac.update(part);
  }
  return hmac.digest();
}

const hex = (given: Given, ...parts: Parts) => mac(given, parts).toString("hex");
const base64 = (given: Given, ...parts: Parts) => mac(given, parts).toString("base64");
const orSha1 = (given: Given) => ({ ...given, algorithm: given.algorithm ?? "sha1" });
export const secondsOf = ({ nowMs }: Given) => String(Math.floor(nowMs / 1_000));

const privateKeys = new Map<string, KeyObject>();

/**
 * Makes a key pair from a repeated byte, and returns its public half in hex and in the form of Standard
 * Webhooks.
 */
function publicKey(seed: number) {
  const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");
  const key = Buffer.concat([pkcs8, Buffer.alloc(32, seed)]);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const bytes = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
  const forms = { hex: bytes.toString("hex"), standard: `whpk_${bytes.toString("base64")}` };
  privateKeys.set(forms.hex, privateKey).set(forms.standard, privateKey);
  return forms;
}

const keys = { current: publicKey(0x11), old: publicKey(0x22) };

/** Signs with Ed25519. With another digest it makes an HMAC with the public key, which everybody may know. */
function ed25519(given: Given, parts: Parts): Buffer {
  const privateKey = privateKeys.get(given.secret);
  if (given.algorithm !== undefined || privateKey === undefined) {
    return mac(given, parts);
  }
  return signEd25519(null, Buffer.concat(parts.map((part) => Buffer.from(part))), privateKey);
}

/** Signs as Standard Webhooks 1.0 does: `v1,` with the decoded secret, `v1a,` with a private key. */
function standardFields(prefix: string, others: Fields = {}): Sender["sign"] {
  return (body, given) => {
    const id = "msg_2mKb9PpTeWq0Rc41";
    const parts = [`${id}.${secondsOf(given)}.`, body];
    const signature = given.secret.startsWith("whpk_")
      ? `v1a,${ed25519(given, parts).toString("base64")}`
      : `v1,${mac(given, parts, Buffer.from(given.secret.slice(6), "base64")).toString("base64")}`;
    return {
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: secondsOf(given),
      [`${prefix}-signature`]: signature,
      ...others,
    };
  };
}

function standard(name: string, prefix: string, told: Partial<Told> = {}): Sender {
  return sender(name, {
    header: `${prefix}-signature`,
    sign: standardFields(prefix),
    ...{ secret: secretsInUse.standard, oldSecret: secretsInUse.standardOld },
    ...{ proof: "body and time", encoding: "base64" },
    list: { separator: " ", prefix: "v1," },
    body: '{"type":"order.paid","timestamp":"2023-11-14T22:13:20Z","data":{"total":12.50}}',
    ...told,
  });
}

/** Makes a sender whose credentials are in a header as they are. */
function credentials(name: string, header: string, told: Partial<Told> = {}): Sender {
  const sign: Sender["sign"] = (_, { secret }) => ({ [header]: secret });
  return sender(name, { header, sign, proof: "credentials", encoding: "text", ...told });
}

function isoTimeOf({ nowMs }: Given): string {
  return Number.isFinite(nowMs) && nowMs > 0 && nowMs < 1e14
    ? new Date(nowMs).toISOString()
    : String(nowMs);
}

/** The time with the offset of Korea, in whole seconds. */
function koreanTimeOf(given: Given): string {
  const time = isoTimeOf({ ...given, nowMs: given.nowMs + 32_400_000 });
  return time.replace(/\.\d+Z$/, "+09:00");
}

const metaEntries = [
  '{"id":"102290129340398","changes":[{"field":"messages","value":{"total":12.50}}]}',
  '{"id":"102290129340399","changes":[{"field":"flows","value":{}}]}',
];
const gitlabFields = { "X-Gitlab-Event": "Push Hook", "Idempotency-Key": "msg_2mKb9PpTeWq0Rc41" };
const gitlabBody = '{"object_kind":"push","project":{"path_with_namespace":"octo/relay"},"n":1.0}';
const twilioUrl = "https://hooks.example.com/twilio?from=sms";
const lineEvents = [
  '{"type":"message","webhookEventId":"01H1","source":{"userId":"U1"},"message":{"text":"hi"}}',
  '{"type":"follow","webhookEventId":"01H2","source":{"userId":"U2"},"timestamp":1700000000000}',
];

export const senders: readonly Sender[] = [
  sender("github", {
    header: "X-Hub-Signature-256",
    body: '{"ref":"refs/heads/main","repository":{"full_name":"octo/relay"},"size":1.0}',
    sign: (body, given) => ({
      "X-GitHub-Event": "push",
      "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      "X-Hub-Signature-256": `sha256=${hex(given, body)}`,
    }),
    ...{ secret: secretsInUse.github, oldSecret: secretsInUse.githubOld },
  }),
  credentials("gitlab", "X-Gitlab-Token", {
    body: gitlabBody,
    // GitLab sends the id and time of Standard Webhooks with every delivery, signed or not.
    sign: (_, given) => ({
      "X-Gitlab-Token": given.secret,
      "webhook-id": "msg_2mKb9PpTeWq0Rc41",
      "webhook-timestamp": secondsOf(given),
      ...gitlabFields,
    }),
  }),
  standard("gitlab-with-signing-token", "webhook", {
    ...{ verifier: "gitlab", body: gitlabBody, sign: standardFields("webhook", gitlabFields) },
  }),
  sender("bitbucket", {
    header: "X-Hub-Signature",
    body: '{"repository":{"full_name":"octo/relay"},"push":{"changes":[]}}',
    sign: (body, given) => ({
      "X-Event-Key": "repo:push",
      "X-Request-UUID": "ffd0a2b6-7c3e-4b62-8a5e-1d6bb2c9f001",
      "X-Hub-Signature": `sha256=${hex(given, body)}`,
    }),
  }),
  sender("jira", {
    header: "X-Hub-Signature",
    body: '{"timestamp":1700000000000,"webhookEvent":"jira:issue_created","issue":{"key":"OPS-1"}}',
    sign: (body, given) => ({
      "X-Atlassian-Webhook-Identifier": "5f1c8d9e-0b1a-4f57-9f5e-3c2d1e0f9a88",
      "X-Hub-Signature": `sha256=${hex(given, body)}`,
    }),
  }),
  sender("linear", {
    ...{ header: "Linear-Signature", proof: "body and time", toleranceSeconds: 28_800 },
    bodyAt: (nowMs) =>
      `{"action":"create","type":"Issue","data":{"id":"2174add1"},"webhookTimestamp":${nowMs}}`,
    sign: (body, given) => ({
      "Linear-Delivery": "234d1a4e-b617-4388-90fe-adc3633d6b72",
      "Linear-Event": "Issue",
      "Linear-Signature": hex(given, body),
    }),
  }),
  sender("pagerduty", {
    ...{ header: "X-PagerDuty-Signature", list: { separator: ",", prefix: "v1=" } },
    body: '{"event":{"id":"01BS","event_type":"incident.triggered","data":{"id":"PGR0VU2"}}}',
    sign: (body, given) => ({
      "X-Webhook-Id": "66f4a1f1-0b1e-4a5c-8a0e-9d1c6d8b7e11",
      "X-PagerDuty-Signature": `v1=${hex(given, body)}`,
    }),
  }),
  standard("standard-webhooks", "webhook"),
  standard("standard-webhooks-with-ed25519", "webhook", {
    ...{ verifier: "standard-webhooks", secret: keys.current.standard },
    ...{ oldSecret: keys.old.standard, algorithm: "ed25519" },
    list: { separator: " ", prefix: "v1a," },
  }),
  standard("svix", "svix"),
  standard("portone", "webhook", {
    body: '{"type":"Transaction.Paid","data":{"storeId":"store-1","paymentId":"payment-1"}}',
  }),
  sender("stripe", {
    ...{ header: "Stripe-Signature", proof: "body and time" },
    list: { separator: ",", prefix: "v1=" },
    body: '{"id":"evt_1","object":"event","type":"charge.succeeded","data":{"object":{"id":"ch_1"}}}',
    sign: (body, given) => {
      const time = secondsOf(given);
      return { "Stripe-Signature": `t=${time},v1=${hex(given, time, ".", body)}` };
    },
  }),
  sender("paddle", {
    ...{ header: "Paddle-Signature", proof: "body and time" },
    list: { separator: ";", prefix: "h1=" },
    body: '{"event_id":"evt_01","event_type":"transaction.paid","data":{"id":"txn_01"}}',
    sign: (body, given) => {
      const time = secondsOf(given);
      return { "Paddle-Signature": `ts=${time};h1=${hex(given, time, ":", body)}` };
    },
  }),
  sender("shopify", {
    ...{ header: "X-Shopify-Hmac-Sha256", encoding: "base64" },
    body: '{"id":820982911946154508,"admin_graphql_api_id":"gid://shopify/Order/820982911946154508"}',
    sign: (body, given) => ({
      "X-Shopify-Topic": "orders/create",
      "X-Shopify-Shop-Domain": "relay.myshopify.com",
      "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
      "X-Shopify-Hmac-Sha256": base64(given, body),
    }),
  }),
  sender("slack", {
    ...{ header: "X-Slack-Signature", proof: "body and time" },
    body: '{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"message"}}',
    sign: (body, given) => ({
      "X-Slack-Request-Timestamp": secondsOf(given),
      "X-Slack-Signature": `v0=${hex(given, `v0:${secondsOf(given)}:`, body)}`,
    }),
  }),
  sender("zoom", {
    ...{ header: "x-zm-signature", proof: "body and time", toleranceSeconds: 7_200 },
    body: '{"event":"meeting.started","payload":{"account_id":"acc-1","object":{"id":"111"}}}',
    sign: (body, given) => ({
      "x-zm-request-timestamp": secondsOf(given),
      "x-zm-signature": `v0=${hex(given, `v0:${secondsOf(given)}:`, body)}`,
    }),
  }),
  sender("discord", {
    ...{ header: "X-Signature-Ed25519", proof: "body and time", algorithm: "ed25519" },
    ...{ secret: keys.current.hex, oldSecret: keys.old.hex, toleranceSeconds: 900, status: 204 },
    body: '{"version":1,"application_id":"1234","type":1,"event":{"type":"ENTITLEMENT_CREATE"}}',
    sign: (body, given) => ({
      "X-Signature-Timestamp": secondsOf(given),
      "X-Signature-Ed25519": ed25519(given, [secondsOf(given), body]).toString("hex"),
    }),
  }),
  sender("line", {
    ...{ header: "x-line-signature", encoding: "base64" },
    body: `{"destination":"U0","events":[${lineEvents.join(",")}]}`,
    dataOf: () => lineEvents,
    sign: (body, given) => ({ "x-line-signature": base64(given, body) }),
  }),
  sender("naver-works", {
    ...{ header: "X-WORKS-Signature", encoding: "base64" },
    body: '{"type":"message","source":{"userId":"u-1","domainId":40029600},"content":{"type":"text"}}',
    sign: (body, given) => ({
      "X-WORKS-BotId": "2000001",
      "X-WORKS-Signature": base64(given, body),
    }),
  }),
  credentials("kakao", "Authorization", {
    body: '{"event":"added","id":"1234567890","id_type":"app_user_id"}',
    sign: (_, { secret }) => ({
      Authorization: `KakaoAK ${secret}`,
      "X-Kakao-Resource-ID": "3f2a6a1e9e5d",
    }),
  }),
  credentials("telegram", "X-Telegram-Bot-Api-Secret-Token", {
    body: '{"update_id":10000,"message":{"message_id":1365,"chat":{"id":1111111},"text":"/start"}}',
  }),
  sender("twilio", {
    ...{ header: "X-Twilio-Signature", encoding: "base64", algorithm: "sha1", status: 204 },
    ...{ options: { url: twilioUrl }, contentType: "application/x-www-form-urlencoded" },
    body: "To=Relay&MessageSid=SM11&Body=Order%20A-1+paid&MessageStatus=delivered",
    dataOf: (body) => [JSON.stringify(body)],
    sign: (body, given) => ({
      "I-Twilio-Idempotency-Token": "9b1d4a70-3c1f-4f0e-8d61-0a6a1c8f2b55",
      "X-Twilio-Signature": base64(orSha1(given), ...twilioParts(body, given)),
    }),
  }),
  sender("meta", {
    ...{ header: "X-Hub-Signature-256", options: { challenge: "none" } },
    body: `{"object":"whatsapp_business_account","entry":[${metaEntries.join(",")}]}`,
    dataOf: () => metaEntries,
    sign: (body, given) => ({ "X-Hub-Signature-256": `sha256=${hex(given, body)}` }),
  }),
  sender("toss", {
    ...{ header: "tosspayments-webhook-signature", encoding: "base64", proof: "body and time" },
    list: { separator: ",", prefix: "" },
    body: '{"eventType":"payout.changed","eventId":"evt_1","entityBody":{"id":"FPA_12345"}}',
    sign: (body, given) => {
      const time = koreanTimeOf(given);
      return {
        "tosspayments-webhook-transmission-time": time,
        "tosspayments-webhook-transmission-id": "7e3f6a0c",
        "tosspayments-webhook-signature": `v1:${base64(given, body, `:${time}`)}`,
      };
    },
  }),
  sender("chzzk", {
    ...{ header: "Chzzk-Event-Message-Signature", proof: "body and time" },
    toleranceSeconds: 3_600,
    body: '{"version":"1.0","event":{"version":"1.0","data":{"channelId":"909501f0"}}}',
    sign: (body, given) => {
      const [id, time] = ["msg-1", isoTimeOf(given)];
      return {
        "Chzzk-Event-Message-Id": id,
        "Chzzk-Event-Message-Timestamp": time,
        "Chzzk-Event-Message-Data-Type": "drops_reward_claim",
        "Chzzk-Event-Message-Signature": `sha256=${hex(given, id, time, body)}`,
      };
    },
  }),
  sender("hmac", {
    ...{ header: "X-Shop-Signature", options: { header: "X-Shop-Signature" } },
    ...{ secret: secretsInUse.hmac, body: '{"order":"A-1","total":12.50}' },
    sign: (body, given) => ({ "X-Shop-Signature": hex(given, body) }),
  }),
  sender("hmac-with-timestamp", {
    ...{ verifier: "hmac", header: "X-Shop-Signature", encoding: "base64", proof: "body and time" },
    ...{ secret: secretsInUse.hmac, body: '{"order":"A-1","total":12.50}' },
    options: {
      ...{ header: "X-Shop-Signature", encoding: "base64", prefix: "s=" },
      ...{ timestampHeader: "X-Shop-Time", template: "v1|{timestamp}|{body}|end" },
    },
    sign: (body, given) => ({
      "X-Shop-Time": secondsOf(given),
      "X-Shop-Signature": `s=${base64(given, `v1|${secondsOf(given)}|`, body, "|end")}`,
    }),
  }),
  sender("hmac-with-items", {
    ...{ verifier: "hmac", header: "X-Shop-Signature", proof: "body and time" },
    ...{ secret: "63616e6172792d31", oldSecret: "63616E6172792D32" },
    list: { separator: ";", prefix: "v1=" },
    body: '{"order":"A-1","total":12.50}',
    options: {
      ...{ header: "X-Shop-Signature", separator: ";", prefix: "v1=", timestampPrefix: "t=" },
      ...{ secretEncoding: "hex", template: "{timestamp}:{body}" },
    },
    sign: (body, given) => {
      const time = secondsOf(given);
      const digest = mac(given, [time, ":", body], Buffer.from(given.secret, "hex"));
      return { "X-Shop-Signature": `t=${time};v1=${digest.toString("hex")}` };
    },
  }),
  sender("hmac-with-id", {
    ...{ verifier: "hmac", header: "X-Shop-Signature", encoding: "base64", algorithm: "sha512" },
    ...{ secret: "Y2FuYXJ5LTE=", oldSecret: "Y2FuYXJ5LTI" },
    body: '{"order":"A-1","total":12.50}',
    options: {
      ...{ header: "X-Shop-Signature", encoding: "base64", algorithm: "sha512" },
      ...{ idHeader: "X-Shop-Id", secretEncoding: "base64", template: "{id}|{body}" },
    },
    sign: (body, given) => {
      const id = "msg_2mKb9PpTeWq0Rc41";
      const key = Buffer.from(given.secret, "base64");
      const digest = mac(
        { ...given, algorithm: given.algorithm ?? "sha512" },
        [id, "|", body],
        key,
      );
      return { "x-shop-id": id, "X-Shop-Signature": digest.toString("base64") };
    },
  }),
  credentials("bearer", "Authorization", {
    secret: secretsInUse.bearer,
    sign: (_, { secret }) => ({ Authorization: `Bearer ${secret}` }),
  }),
  credentials("basic", "Authorization", {
    ...{ secret: secretsInUse.basic, oldSecret: `canary-user:${secretsInUse.providerOld}` },
    encoding: "base64",
    sign: (_, { secret }) => ({
      Authorization: `Basic ${Buffer.from(secret).toString("base64")}`,
    }),
  }),
  credentials("token", "X-Api-Key", {
    ...{ secret: secretsInUse.token, options: { header: "X-Api-Key" } },
  }),
];

/**
 * Twilio signs the URL, followed by a form's decoded names and values, or with the body's hash in its
 * query.
 */
function twilioParts(body: Uint8Array, { contentType }: Given): Parts {
  if (!contentType.includes("form-urlencoded")) {
    return [`${twilioUrl}&bodySHA256=${createHash("sha256").update(body).digest("hex")}`];
  }
  const pairs = [...new URLSearchParams(Buffer.from(body).toString())].map((pair) => pair.join(""));
  return [twilioUrl, ...pairs.sort((a, b) => (a < b ? -1 : 1))];
}

/** Splits the header into what is before the signature or credentials, and the signature or credentials. */
export function proofOf({ header, encoding }: Sender, fields: Fields): readonly [string, string] {
  const value = fields[header] ?? "";
  const forms = { hex: /[0-9a-f]+$/, base64: /[\w+/]+=*$/, text: /[^ ]+$/ };
  const at = value.search(forms[encoding]);
  return [value.slice(0, at), value.slice(at)];
}
