import { generateKeyPairSync, type KeyObject, type SignPrivateKeyInput, sign } from "node:crypto";
import { type Given, mac, type Parts, type Sender, secondsOf, sender } from "./senders.ts";

// Senders of the verifier `public-key`, which sign with node:crypto. Vectors of other implementations are in
// test/lib/webhooks/verify/public-key.test.ts.

const privateKeys = new Map<string, KeyObject>();

type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/** Keeps the private key of a pair and returns its public key as a secret of the source. */
function keep({ publicKey, privateKey }: KeyPair, write: (key: KeyObject) => string): string {
  const secret = write(publicKey);
  privateKeys.set(secret, privateKey);
  return secret;
}

const toPem = (key: KeyObject) => String(key.export({ format: "pem", type: "spki" })).trim();
/** An environment variable may hold the line breaks as text. */
const toOneLine = (key: KeyObject) => toPem(key).replaceAll("\n", "\\n");
const toDer = (key: KeyObject) => key.export({ format: "der", type: "spki" }).toString("base64");
const toRaw = (key: KeyObject) =>
  key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");

/** Signs with the private key of the secret. With another digest it makes an HMAC with the public key. */
function signed(given: Given, parts: Parts, form: Omit<SignPrivateKeyInput, "key"> = {}): Buffer {
  const key = privateKeys.get(given.secret);
  if (given.algorithm !== undefined || key === undefined) {
    return mac(given, parts);
  }
  const digest = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return sign(digest, Buffer.concat(parts.map((part) => Buffer.from(part))), { key, ...form });
}

const header = "X-Shop-Signature";
const body = '{"order":"A-1","total":12.50}';
const ec = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2_048 });

export const publicKeySenders: readonly Sender[] = [
  sender("public-key-ed25519", {
    ...{ verifier: "public-key", header, proof: "body and time", body, algorithm: "ed25519" },
    options: {
      ...{ header, algorithm: "ed25519", idHeader: "X-Shop-Id", timestampHeader: "X-Shop-Time" },
      template: "{id}.{timestamp}.{body}",
    },
    secret: keep(generateKeyPairSync("ed25519"), toRaw),
    oldSecret: keep(generateKeyPairSync("ed25519"), toPem),
    sign: (bytes, given) => {
      const id = "msg_2mKb9PpTeWq0Rc41";
      const signature = signed(given, [id, ".", secondsOf(given), ".", bytes]);
      return {
        ...{ "x-shop-id": id, "X-Shop-Time": secondsOf(given) },
        [header]: signature.toString("hex"),
      };
    },
  }),
  sender("public-key-ecdsa", {
    ...{ verifier: "public-key", header, body, algorithm: "ecdsa", encoding: "base64" },
    options: { header, algorithm: "ecdsa-sha256", encoding: "base64", separator: "," },
    list: { separator: ",", prefix: "" },
    ...{ secret: keep(ec(), toDer), oldSecret: keep(ec(), toOneLine) },
    sign: (bytes, given) => ({ [header]: signed(given, [bytes]).toString("base64") }),
  }),
  sender("public-key-ecdsa-raw", {
    ...{ verifier: "public-key", header, body, algorithm: "ecdsa", encoding: "hex" },
    options: { header, algorithm: "ecdsa-sha256" },
    ...{ secret: keep(ec(), toPem), oldSecret: keep(ec(), toDer) },
    sign: (bytes, given) => ({
      [header]: signed(given, [bytes], { dsaEncoding: "ieee-p1363" }).toString("hex"),
    }),
  }),
  sender("public-key-rsa", {
    ...{ verifier: "public-key", header, proof: "body and time", body, algorithm: "rsa" },
    ...{ encoding: "base64", list: { separator: ",", prefix: "s=" } },
    options: {
      ...{ header, algorithm: "rsa-sha256", encoding: "base64", separator: ",", prefix: "s=" },
      timestampPrefix: "t=",
    },
    ...{ secret: keep(rsa(), toPem), oldSecret: keep(rsa(), toDer) },
    sign: (bytes, given) => {
      const time = secondsOf(given);
      return { [header]: `t=${time},s=${signed(given, [time, ".", bytes]).toString("base64")}` };
    },
  }),
  sender("public-key-rsa-pss", {
    ...{ verifier: "public-key", header, body, algorithm: "rsa", encoding: "base64" },
    options: { header, algorithm: "rsa-sha256", encoding: "base64" },
    ...{ secret: keep(rsa(), toOneLine), oldSecret: keep(rsa(), toPem) },
    // RSA_PKCS1_PSS_PADDING of OpenSSL.
    sign: (bytes, given) => ({
      [header]: signed(given, [bytes], { padding: 6 }).toString("base64"),
    }),
  }),
];
