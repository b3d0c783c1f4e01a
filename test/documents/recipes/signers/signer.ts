import { createHmac, type KeyObject } from "node:crypto";
import type { HttpCall } from "../../../support/calls.ts";

/** A secret as the user enters it, and the key with which the provider signs. */
export type Credential = {
  /** The text in WEBHOOK_SECRETS, in the form in which the provider shows it. */
  readonly shown: string;
  /** Signs in the place of the provider; of a shared secret the same text. */
  readonly key: SigningKey;
};

export type SigningKey = string | Uint8Array | KeyObject;

export type Given = {
  /** The key with which the provider signs. */
  readonly key: SigningKey;
  readonly nowSeconds: number;
};

/** A provider's signature, written by hand from its document. It must not read the recipe. */
export type Signer = {
  /** Name of the recipe. */
  readonly name: string;
  /** The secret in use, the one before it, and one of somebody else. */
  readonly credentials: readonly [current: Credential, old: Credential, other: Credential];
  /** A body from the provider's document; bodies with a signed time of their own need the time. */
  readonly body: string;
  /** Default: `application/json`. */
  readonly contentType?: string;
  readonly sign: (body: string, given: Given) => Readonly<Record<string, string>>;
  /** Headers without which a delivery is refused; the first one holds the signature or the secret. */
  readonly proofHeaders: readonly [string, ...string[]];
  /** `body`: the body is signed. `body and time`: a time too. `credentials`: the secret itself is sent. */
  readonly proof: "body" | "body and time" | "credentials";
  /** The age in seconds that a signed time may have. Default: 300. */
  readonly toleranceSeconds?: number;
  /** The event that the sample becomes. An id that no signature covers ends in the body's hash: use a pattern. */
  readonly event: {
    readonly id: string | RegExp;
    readonly type: string;
    readonly key?: string;
    readonly subject?: string;
  };
  /** Status of the reply to a delivery. Default: 200. */
  readonly status?: number;
  /** Body of the reply, if it must be one. */
  readonly replyBody?: string;
  /** The provider's verification of the endpoint, and the reply that its document asks for. */
  readonly challenge?: {
    readonly call: (given: Given) => HttpCall;
    readonly reply: { readonly status: number; readonly body: string };
  };
  /** Signed deliveries that the provider published, with the time at which they were valid. */
  readonly vectors?: readonly Vector[];
};

export type Vector = {
  /** The page on which the provider published it. */
  readonly url: string;
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly nowSeconds: number;
};

/** Makes the three credentials of a shared secret. */
export function shared(current: string, old: string, other: string): Signer["credentials"] {
  const credential = (secret: string): Credential => ({ shown: secret, key: secret });
  return [credential(current), credential(old), credential(other)];
}

/** Secrets of the form that most providers show: 32 characters. */
export const plainSecrets = shared(
  "6f0c1b7a9e3d4852b7c6a1f0e9d8c7b6",
  "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
  "ffeeddccbbaa99887766554433221100",
);

/** Users and passwords of basic authentication. */
export const basicSecrets = shared(
  "relay:5b0c1b7a9e3d4852",
  "relay:0a1b2c3d4e5f6071",
  "relay:ffeeddccbbaa9988",
);

export function basicHeader({ key }: Pick<Given, "key">) {
  return { authorization: `Basic ${Buffer.from(String(key)).toString("base64")}` };
}

/** Secrets as Standard Webhooks shows them. */
export const standardSecrets: Signer["credentials"] = [
  standardCredential("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
  standardCredential("C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
  standardCredential("AAAAsBQIhrscChlQIMV+b5sSYspob7oD"),
];

function standardCredential(base64: string): Credential {
  return { shown: `whsec_${base64}`, key: Buffer.from(base64, "base64") };
}

/** Signs as https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md says. */
export function standardHeaders(
  prefix: "webhook" | "svix",
  id: string,
  { body, ...given }: Given & { readonly body: string },
): Readonly<Record<string, string>> {
  const signature = hmac("sha256", given, `${id}.${given.nowSeconds}.${body}`);
  return {
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(given.nowSeconds),
    [`${prefix}-signature`]: `v1,${signature.toString("base64")}`,
  };
}

type Algorithm = "sha1" | "sha256" | "sha512";

/** The plain HMAC of node:crypto. */
export function hmac(algorithm: Algorithm, { key }: Pick<Given, "key">, text: string): Buffer {
  return createHmac(algorithm, key).update(text).digest();
}
