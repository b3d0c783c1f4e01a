import { decodeUnpaddedBase64 } from "../../encoding/base64.ts";
import { publicKey } from "./public-key.ts";
import { hmac } from "./signature.ts";
import { bySecret, createSignatureVerifier, type SignatureForm } from "./signature-header.ts";
import type { Verifier } from "./verifier.ts";

/**
 * Verifies Standard Webhooks 1.0
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, read 2026-11-30). `v1` is
 * HMAC-SHA256 with `whsec_` secrets, `v1a` is Ed25519 with `whpk_` public keys, and one header may hold several of both.
 * Svix sends the same in headers of its own.
 */
export function createStandardWebhooks(headerPrefix: string): Verifier {
  const form: SignatureForm = {
    ...headersNamed(headerPrefix),
    separator: " ",
    encoding: "base64",
    template: "{id}.{timestamp}.{body}",
  };
  const symmetric = createSignatureVerifier(
    { ...form, prefix: "v1," },
    hmac("sha256", symmetricKey),
  );
  const { signing, keyOf } = publicKey("ed25519");
  const asymmetric = createSignatureVerifier({ ...form, prefix: "v1a," }, signing);
  return {
    ...bySecret(symmetric, (secret) => (isPublic(secret) ? asymmetric : symmetric)),
    secretForm: {
      fits: (secret) => (isPublic(secret) ? keyOf : symmetricKey)(secret) !== undefined,
      text: "whsec_ and base64, or whpk_ and the base64 of an ed25519 public key",
    },
  };
}

/** Names the three headers of signature, time and id by what their names begin with. */
export function headersNamed(prefix: string) {
  return {
    header: `${prefix}-signature`,
    timestampHeader: `${prefix}-timestamp`,
    idHeader: `${prefix}-id`,
  };
}

/** Decodes a signing secret; undefined if it is not one. The specification's library knows one alphabet only. */
export function symmetricKey(secret: string): Uint8Array | undefined {
  return /^(v1,)?(whsec_)?[^-_]*$/.test(secret) ? base64Key(secret) : undefined;
}

/**
 * Decodes a key in base64; undefined if it is none. The specification's library accepts a signing secret without its
 * prefix too, and some providers show it with the version before it, or without padding.
 */
export function base64Key(secret: string): Uint8Array | undefined {
  const key = decodeUnpaddedBase64(secret.replace(/^(v1,)?(whsec_)?/, ""));
  return key?.length === 0 ? undefined : key;
}

function isPublic(secret: string): boolean {
  return /^(v1a,)?whpk_/.test(secret);
}
