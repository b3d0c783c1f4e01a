import { createHmac, randomUUID } from "node:crypto";
import { ed25519KeyPairOf } from "./ed25519.ts";

type Options = Readonly<Record<string, unknown>>;

export type GenericWebhook = {
  readonly secret: string;
  readonly signingKey: string;
  readonly options: Options;
  readonly body: string | Uint8Array;
  /** Headers of a delivery that is signed again: its signed id stays the same. */
  readonly headers?: Fields;
  readonly nowMs: number;
};

type Fields = Readonly<Record<string, string>>;

/** Signs with the options of the verifier `hmac`, as docs/webhooks.md describes them. */
export function signHmac(webhook: GenericWebhook): Fields {
  const { secret, options } = webhook;
  const encoding = encodingOf(options["secretEncoding"]);
  const key = encoding === "utf8" ? secret : Buffer.from(withoutPrefix(secret), encoding);
  const algorithm = textOf(options["algorithm"], "sha256");
  return signWith(webhook, (text) => createHmac(algorithm, key).update(text).digest());
}

/** Signs with the options of the verifier `public-key`. Only a source with the local Ed25519 key pair has this signer. */
export function signPublicKey(webhook: GenericWebhook): Fields {
  const pair = ed25519KeyPairOf(webhook.signingKey);
  return signWith(webhook, (text) => pair?.sign(text) ?? Buffer.alloc(0));
}

function signWith(
  { options, body, headers = {}, nowMs }: GenericWebhook,
  sign: (content: Uint8Array) => Buffer,
) {
  const option = (name: string, usual = "") => textOf(options[name], usual);
  const id = headers[option("idHeader").toLowerCase()] ?? `msg_${randomUUID()}`;
  const values = { id, timestamp: String(Math.floor(nowMs / 1000)) };
  const isTimed = option("timestampHeader") + option("timestampPrefix") !== "";
  const template = option("template", isTimed ? "{timestamp}.{body}" : "{body}");
  const [before = "", after = ""] = template
    .split("{body}")
    .map((half) =>
      half.replace(/\{(id|timestamp)\}/g, (_, name: keyof typeof values) => values[name]),
    );
  const content = Buffer.concat([before, body, after].map((part) => Buffer.from(part as string)));
  const encoding = encodingOf(options["encoding"] ?? "hex");
  const signature = option("prefix") + sign(content).toString(encoding);
  const time = option("timestampPrefix") && option("timestampPrefix") + values.timestamp;
  return Object.fromEntries(
    [
      [option("idHeader"), values.id],
      [option("timestampHeader"), values.timestamp],
      [
        option("header", "x-signature"),
        [time, signature].filter(Boolean).join(option("separator")),
      ],
    ].flatMap(([name = "", value = ""]) => (name === "" ? [] : [[name.toLowerCase(), value]])),
  ) as Fields;
}

/** Removes what providers show before a secret in Base64. */
function withoutPrefix(secret: string): string {
  return secret.replace(/^(v1,)?whsec_/, "");
}

const encodings = ["hex", "base64", "base64url"] as const;

function encodingOf(given: unknown): (typeof encodings)[number] | "utf8" {
  return encodings.find((one) => one === given) ?? "utf8";
}

function textOf(value: unknown, usual: string): string {
  return typeof value === "string" ? value : usual;
}
