import { createHmac, createPrivateKey, createPublicKey, sign as signBytes } from "node:crypto";
import { LinearWebhookClient } from "@linear/sdk/webhooks";
import * as octokit from "@octokit/webhooks-methods";
import { verify as verifyPortone } from "@portone/server-sdk/webhook";
import { isValidSlackRequest } from "@slack/bolt";
import { verifyKey } from "discord-interactions";
import fc from "fast-check";
import * as standard from "standardwebhooks";
import Stripe from "stripe";
import * as svix from "svix";
import twilio from "twilio";
import { vi } from "vitest";
import { type SourceOptions, verifierNamed } from "./sources.ts";
import { hear } from "./spoken.ts";

/**
 * Describes what a provider signs. `seed` makes the secret, or the key pair whose public half is the
 * secret.
 */
type MessageToSign = {
  id: string;
  seconds: number;
  seed: Uint8Array;
  secret: string;
  body: string;
};
type HeaderFields = Readonly<Record<string, string>>;
export type Attempt = { secret: string; headers: HeaderFields; body: Buffer; seconds: number };
/** Contains the parts of an attempt as the library's functions take them. */
type LibraryInput = Attempt & { readonly text: string; readonly signature: string };

export type Library = {
  readonly word: string;
  readonly options?: SourceOptions;
  /** Makes JSON if the library parses what it accepts, and any text otherwise. */
  readonly bodyOf?: (texts: { text: string; json: string }, seconds: number) => string;
  readonly secretOf?: (seed: Uint8Array) => string;
  readonly sign: (message: MessageToSign) => HeaderFields | Promise<HeaderFields>;
  /** The header that ends with the signature, and the signature's encoding. */
  readonly header: string;
  readonly encoding: "hex" | "base64";
  readonly bytes: number;
  readonly time: "in a header" | "in the body" | "none";
  readonly accepts: (question: LibraryInput) => unknown;
};

const sha256Hex = { encoding: "hex", bytes: 32 } as const;
export const url = "https://hooks.example.com/twilio?from=sms";
const withHash = (body: string) => `${url}&bodySHA256=${twilio.getExpectedBodyHash(body)}`;

/** Some libraries return the parsed body, which may be `false`. */
const passed = (_event: unknown) => true;
type SlackHeaders = Parameters<typeof isValidSlackRequest>[0]["headers"];

export const libraries: Readonly<Record<string, Library>> = {
  "signed by standardwebhooks": standardLibrary("webhook", standard.Webhook),
  "signed by svix": standardLibrary("svix", svix.Webhook),
  "signed by stripe": {
    word: "stripe",
    bodyOf: ({ json }) => json,
    sign: ({ body, secret, seconds }) => ({
      "stripe-signature": Stripe.webhooks.generateTestHeaderString({
        payload: body,
        secret,
        timestamp: seconds,
      }),
    }),
    header: "stripe-signature",
    ...sha256Hex,
    time: "in a header",
    accepts: ({ text, signature, secret }) =>
      passed(Stripe.webhooks.constructEvent(text, signature, secret)),
  },
  "signed by @octokit/webhooks-methods": {
    word: "github",
    sign: async ({ body, secret }) => ({ "x-hub-signature-256": await octokit.sign(secret, body) }),
    header: "x-hub-signature-256",
    ...sha256Hex,
    time: "none",
    accepts: ({ text, signature, secret }) => octokit.verify(secret, text, signature),
  },
  "signed by twilio": {
    word: "twilio",
    options: { url },
    sign: ({ body, secret }) => ({
      "x-twilio-signature": twilio.getExpectedTwilioSignature(secret, withHash(body), {}),
    }),
    header: "x-twilio-signature",
    encoding: "base64",
    bytes: 20,
    time: "none",
    accepts: ({ text, signature, secret }) =>
      twilio.validateRequestWithBody(secret, signature, withHash(text), text),
  },
  "signed for discord-interactions": {
    word: "discord",
    // Nothing separates the body from the time, so only a body that begins with a bracket is accepted.
    bodyOf: ({ text }) => JSON.stringify([text]),
    secretOf: (seed) => publicKeyOf(seed).toString("hex"),
    sign: ({ body, seed, seconds }) => ({
      "x-signature-timestamp": `${seconds}`,
      "x-signature-ed25519": ed25519Of(seed, `${seconds}${body}`).toString("hex"),
    }),
    header: "x-signature-ed25519",
    encoding: "hex",
    bytes: 64,
    time: "in a header",
    accepts: ({ text, signature, secret, headers }) =>
      verifyKey(text, signature, headers["x-signature-timestamp"] ?? "", secret),
  },
  "signed for @slack/bolt": {
    word: "slack",
    sign: ({ body, secret, seconds }) => slackHeaders(body, secret, `${seconds}`),
    header: "x-slack-signature",
    ...sha256Hex,
    time: "in a header",
    accepts: ({ text, secret, headers, seconds }) =>
      isValidSlackRequest({
        signingSecret: secret,
        body: text,
        // Bolt passes the headers' text on under this type.
        headers: headers as unknown as SlackHeaders,
        nowMilliseconds: seconds * 1_000,
      }),
  },
  "signed for @linear/sdk": {
    word: "linear",
    bodyOf: ({ text }, seconds) => JSON.stringify({ text, webhookTimestamp: seconds * 1_000 }),
    sign: ({ body, secret }) => ({ "linear-signature": hmacOf(secret, body).toString("hex") }),
    header: "linear-signature",
    ...sha256Hex,
    time: "in the body",
    accepts: ({ body, signature, secret }) =>
      new LinearWebhookClient(secret).verify(body, signature),
  },
  "signed for @portone/server-sdk": {
    ...standardLibrary("webhook", standard.Webhook),
    word: "portone",
    secretOf: (seed) => Buffer.from(seed).toString("base64"),
    sign: ({ id, seconds, seed, body }) => ({
      "webhook-id": id,
      "webhook-timestamp": `${seconds}`,
      "webhook-signature": `v1,${hmacOf(seed, `${id}.${seconds}.${body}`).toString("base64")}`,
    }),
    accepts: ({ text, secret, headers }) =>
      verifyPortone(secret, text, { ...headers }).then(passed),
  },
};

type StandardWebhook = typeof standard.Webhook | typeof svix.Webhook;

export function standardLibrary(prefix: "webhook" | "svix", Webhook: StandardWebhook): Library {
  return {
    word: prefix === "svix" ? "svix" : "standard-webhooks",
    bodyOf: ({ json }) => json,
    secretOf: (seed) => `whsec_${Buffer.from(seed).toString("base64")}`,
    sign: ({ id, seconds, body, secret }) => ({
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: `${seconds}`,
      [`${prefix}-signature`]: new Webhook(secret).sign(id, new Date(seconds * 1_000), body),
    }),
    header: `${prefix}-signature`,
    encoding: "base64",
    bytes: 32,
    time: "in a header",
    accepts: ({ text, headers, secret }) =>
      passed(new Webhook(secret).verify(text, { ...headers })),
  };
}

export function hmacOf(key: string | Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function privateKeyOf(seed: Uint8Array) {
  const key = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

export function publicKeyOf(seed: Uint8Array): Buffer {
  const der = createPublicKey(privateKeyOf(seed)).export({ format: "der", type: "spki" });
  return der.subarray(-32);
}

export function ed25519Of(seed: Uint8Array, text: string): Buffer {
  return signBytes(null, Buffer.from(text), privateKeyOf(seed));
}

export function slackHeaders(body: string, secret: string, time: string): HeaderFields {
  const signature = hmacOf(secret, `v0:${time}:${body}`).toString("hex");
  return { "x-slack-request-timestamp": time, "x-slack-signature": `v0=${signature}` };
}

/** Returns the library's verdict at the time of the attempt. Libraries throw, resolve or return. */
export async function theirs(library: Library, attempt: Attempt): Promise<boolean> {
  vi.spyOn(Date, "now").mockReturnValue(attempt.seconds * 1_000);
  const signature = attempt.headers[library.header] ?? "";
  try {
    return (await library.accepts({ ...attempt, text: `${attempt.body}`, signature })) === true;
  } catch {
    return false;
  }
}

export function ours(library: Library, attempt: Attempt, others: readonly string[] = []) {
  const delivery = { headers: new Map(Object.entries(attempt.headers)), body: attempt.body };
  const verifier = verifierNamed(library.word, library.options);
  const verification = verifier.verify(delivery, [...others, attempt.secret]);
  hear(verification);
  return verification;
}

export async function both(library: Library, attempt: Attempt) {
  return { ours: ours(library, attempt).ok, theirs: await theirs(library, attempt) };
}

export function secretFor({ secretOf }: Library, seed: Uint8Array): string {
  return secretOf?.(seed) ?? Buffer.from(seed).toString("latin1");
}

/** Generates signed attempts of any body, time and secret. `at` is the position of a change. */
export function forAny(
  library: Library,
  check: (attempt: Attempt, at: number, seed: Uint8Array) => unknown,
) {
  const message = fc.record({
    text: fc.string({ unit: "binary", minLength: 1 }),
    json: fc.json({ stringUnit: "binary" }),
    id: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("{body}", "{timestamp}", "$&")),
    seconds: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
    seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  });
  const property = fc.asyncProperty(message, fc.nat(), async (texts, at) => {
    const { id, seconds, seed } = texts;
    const body = library.bodyOf?.(texts, seconds) ?? texts.text;
    const secret = secretFor(library, seed);
    const headers = await library.sign({ id, seconds, seed, secret, body });
    await check({ secret, headers, body: Buffer.from(body), seconds }, at, seed);
  });
  return fc.assert(property, { numRuns: 60 });
}

export function flip(bytes: Uint8Array, at: number): Buffer {
  const flipped = Buffer.from(bytes);
  const index = (at >> 3) % bytes.length;
  flipped[index] = (flipped[index] ?? 0) ^ (1 << (at & 7));
  return flipped;
}

/** Returns the attempt with its signature encoded differently. */
export function resigned(library: Library, attempt: Attempt, write: (signature: Buffer) => string) {
  const { header, encoding, bytes } = library;
  const value = attempt.headers[header] ?? "";
  const length = encoding === "hex" ? bytes * 2 : Math.ceil(bytes / 3) * 4;
  const signature = Buffer.from(value.slice(-length), encoding);
  const headers = { ...attempt.headers, [header]: value.slice(0, -length) + write(signature) };
  return { ...attempt, headers };
}

export const acceptedByBoth = { ours: true, theirs: true };
export const refusedByBoth = { ours: false, theirs: false };
