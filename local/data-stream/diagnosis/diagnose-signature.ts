import { hmacSha256, stringToSignV2 } from "../produce/signature.ts";
import type { SignatureEvidence } from "./evidence.ts";
import { signingMistakes } from "./signing-mistakes.ts";

/**
 * The explanation of a wrong signature. It names the text to sign, and never the secret, the right signature or the
 * received one.
 */
export type Diagnosis = {
  readonly expectedStringToSign: string;
  readonly likelyMistake?: string;
  readonly fix: string;
};
type Reading = { readonly encoding: string; readonly bytes: Buffer };

const otherBase64 = "another Base64 (URL alphabet or no padding)";
const encodingFix = "Encode the digest as Base64, standard alphabet, with padding.";

export function diagnoseSignature(evidence: SignatureEvidence): Diagnosis {
  const expectedStringToSign = stringToSignV2(evidence.signed);
  const found = findMistake(evidence, expectedStringToSign);
  const fix =
    found?.fix ??
    "Compare the text you sign with the expected one, byte by byte. If they are equal, the secret key is a different one.";
  return { expectedStringToSign, ...found, fix };
}

/**
 * Finds the mistake behind a signature. The received text may be another encoding of the right digest, so each
 * reading is compared as bytes.
 */
function findMistake(
  evidence: SignatureEvidence,
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
    const made = hmacSha256(text, secretKey);
    return readings.find((reading) => reading.bytes.equals(made))?.encoding;
  };
  const encoding = encodingOf(expected, evidence.secretKey);
  if (encoding !== undefined) {
    return {
      likelyMistake: `The signature is ${encoding} instead of Base64.`,
      fix: encodingFix,
    };
  }
  for (const mistake of signingMistakes(evidence)) {
    const found = encodingOf(mistake.text, mistake.secretKey ?? evidence.secretKey);
    if (found === otherBase64) {
      return { likelyMistake: mistake.mistake, fix: mistake.fix };
    }
    if (found !== undefined) {
      return {
        likelyMistake: `${mistake.mistake} And the signature is ${found} instead of Base64.`,
        fix: `${mistake.fix} ${encodingFix}`,
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
