import { digest, stringToSign } from "../produce/signature.ts";
import type { Evidence } from "./evidence.ts";
import { suspects } from "./signing-mistakes.ts";

/** Says what should have been signed, never the secret, the right signature or the received one. */
export type Diagnosis = {
  readonly expectedStringToSign: string;
  readonly likelyMistake?: string;
  readonly fix: string;
};
type Reading = { readonly encoding: string; readonly bytes: Buffer };

const otherBase64 = "another Base64 (URL alphabet or no padding)";
const encodingFix = "Encode the digest as Base64, standard alphabet, with padding.";

export function diagnoseSignature(evidence: Evidence): Diagnosis {
  const expectedStringToSign = stringToSign(evidence.signed);
  const found = findMistake(evidence, expectedStringToSign);
  const fix =
    found?.fix ??
    "Compare the text you sign with the expected one, byte by byte. If they are equal, the secret key is a different one.";
  return { expectedStringToSign, ...found, fix };
}

/** A received signature may differ in text and yet be the right digest: each reading is compared as bytes. */
function findMistake(
  evidence: Evidence,
  expected: string,
): Omit<Diagnosis, "expectedStringToSign"> | undefined {
  const readings = toReadings(evidence.signature);
  if (readings.length === 0) {
    return {
      likelyMistake: "The signature is not the Base64 of a SHA-256 digest.",
      fix: "Send the Base64 of the 32 digest bytes: 44 characters that end with =.",
    };
  }
  const encodingOf = (text: string, secretKey: string) => {
    const made = digest(text, secretKey);
    return readings.find((reading) => reading.bytes.equals(made))?.encoding;
  };
  const encoding = encodingOf(expected, evidence.secretKey);
  if (encoding !== undefined) {
    return {
      likelyMistake: `The signature is ${encoding} instead of Base64.`,
      fix: encodingFix,
    };
  }
  for (const suspect of suspects(evidence)) {
    const found = encodingOf(suspect.text, suspect.secretKey ?? evidence.secretKey);
    if (found === otherBase64) {
      return { likelyMistake: suspect.mistake, fix: suspect.fix };
    }
    if (found !== undefined) {
      return {
        likelyMistake: `${suspect.mistake} And the signature is ${found} instead of Base64.`,
        fix: `${suspect.fix} ${encodingFix}`,
      };
    }
  }
  return undefined;
}

function toReadings(signature: string): readonly Reading[] {
  const base64 = /^[\w+/-]{43}=?$/.test(signature);
  const hex = /^[0-9a-f]{64}$/i.test(signature);
  const hexInBase64 = /^[A-Za-z0-9+/]{86}==$/.test(signature);
  return [
    ...(base64 ? [{ encoding: otherBase64, bytes: from(signature) }] : []),
    ...(hex ? [{ encoding: "a hex digest", bytes: Buffer.from(signature, "hex") }] : []),
    ...(hexInBase64
      ? [
          {
            encoding: "the Base64 of a hex digest",
            bytes: Buffer.from(from(signature).toString("latin1"), "hex"),
          },
        ]
      : []),
  ];
}

function from(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}
