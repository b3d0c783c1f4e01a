import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type Credential, type Given, hmac, type Signer } from "./signer.ts";

/** Keys of 32 bytes, as nobody would choose them. */
const keys = ["1f", "2e", "3d"].map((byte) => Buffer.from(byte.repeat(32), "hex"));

function three(make: (index: number) => Credential): Signer["credentials"] {
  return [make(0), make(1), make(2)];
}

function shownAs(show: (key: Buffer) => string): Signer["credentials"] {
  return three((index) => {
    const key = keys[index] ?? Buffer.alloc(0);
    return { shown: show(key), key };
  });
}

export const hexKeys = shownAs((key) => key.toString("hex"));
export const base64Keys = shownAs((key) => key.toString("base64"));
export const whsecKeys = shownAs((key) => `whsec_${key.toString("base64")}`);
export const versionedWhsecKeys = shownAs((key) => `v1,whsec_${key.toString("base64")}`);

/** `user:password`, as the user enters it. */
export const passwords = three((index) => {
  const shown = `relay:long enough password ${index}`;
  return { shown, key: shown };
});

/** The public key as base64 DER, and the private key. */
export function rsaKeys(): Signer["credentials"] {
  return three(() => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    return { shown: derOf(publicKey).toString("base64"), key: privateKey };
  });
}

const ed25519KeyBytes = 32;

/** The 32 bytes of the public key in base64, and the private key. */
export function ed25519Keys(): Signer["credentials"] {
  return three(() => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = derOf(publicKey).subarray(-ed25519KeyBytes);
    return { shown: raw.toString("base64"), key: privateKey };
  });
}

function derOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: "spki", format: "der" });
}

/** The secret itself in a header. */
export function inHeader(
  header: string,
  before = "",
): Pick<Signer, "proof" | "proofHeaders" | "sign"> {
  return {
    proof: "credentials",
    proofHeaders: [header],
    sign: (_, { key }) => ({ [header]: `${before}${String(key)}` }),
  };
}

/** HMAC-SHA256 of the body alone. */
export function ofBody(
  header: string,
  { before = "", encoding = "hex" as "hex" | "base64" } = {},
): Pick<Signer, "proof" | "proofHeaders" | "sign"> {
  return {
    proof: "body",
    proofHeaders: [header],
    sign: (body, given) => ({ [header]: before + hmac("sha256", given, body).toString(encoding) }),
  };
}

/** Standard Webhooks, whose headers begin with `webhook` or `svix`. */
export function standardWebhooks(
  prefix: "webhook" | "svix",
  id: string,
): Pick<Signer, "proof" | "proofHeaders" | "sign"> {
  return {
    proof: "body and time",
    proofHeaders: [`${prefix}-signature`, `${prefix}-timestamp`, `${prefix}-id`],
    sign: (body, given: Given) => ({
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: String(given.nowSeconds),
      [`${prefix}-signature`]: `v1,${hmac("sha256", given, `${id}.${given.nowSeconds}.${body}`).toString("base64")}`,
    }),
  };
}

/** The id of a delivery that brings none. */
export const hashId = /^[0-9a-f]{64}$/;
/** The id of the first element of such a delivery. */
export const firstOfHashId = /^[0-9a-f]{64}#0$/;
