import { createHash } from "node:crypto";
import { stringToSignV2 } from "../produce/signature.ts";
import type { SignatureEvidence } from "./evidence.ts";

/** A text that callers sign by mistake. */
export type SigningMistake = {
  readonly text: string;
  readonly secretKey?: string;
  readonly mistake: string;
  readonly fix: string;
};

/** Two readings of a clock, one for the header and one for the text, are this close together. */
const nearbyMs = 250;
const realHosts = ["api.datastream.naverncp.com", "datastream.apigw.ntruss.com"];
const methods = ["GET", "POST", "PUT", "DELETE"];
/** At most this many other keys are tried, because each costs a digest. */
const otherSecretKeysMax = 100;

export function signingMistakes(evidence: SignatureEvidence): readonly SigningMistake[] {
  return [
    ...targetMistakes(evidence),
    ...methodMistakes(evidence),
    ...timestampMistakes(evidence),
    ...keyMistakes(evidence),
    ...bodyMistakes(evidence),
    ...layoutMistakes(evidence),
  ];
}

function targetMistakes({ signed, host }: SignatureEvidence): readonly SigningMistake[] {
  const { target } = signed;
  const path = target.split("?")[0] ?? target;
  const origins = [host, ...realHosts].flatMap((name) => [
    `http://${name}`,
    `https://${name}`,
    name,
  ]);
  const fullUrls = origins.flatMap((origin) => [`${origin}${target}`, `${origin}${path}`]);
  const signing = (other: string) => stringToSignV2({ ...signed, target: other });
  return [
    ...fullUrls.map((url) => ({
      text: signing(url),
      mistake: "The full URL was signed.",
      fix: "Sign only the path and the query, beginning with a slash.",
    })),
    {
      text: signing(path),
      mistake: "The query was left out.",
      fix: "Sign the path with ? and the query exactly as they are sent.",
    },
    {
      text: signing(target.slice(1)),
      mistake: "The path was signed without its first slash.",
      fix: "Sign the path beginning with a slash.",
    },
  ];
}

function methodMistakes({ signed }: SignatureEvidence): readonly SigningMistake[] {
  const { method: sent } = signed;
  const lower = sent.toLowerCase();
  const written = [lower, `${sent.slice(0, 1)}${lower.slice(1)}`];
  const others = [...methods, ...methods.map((method) => method.toLowerCase()), ...written];
  return others
    .filter((method) => method !== sent)
    .map((method) => ({
      text: stringToSignV2({ ...signed, method }),
      mistake: `Another method was signed: ${method}.`,
      fix: `Sign the method that is sent, in upper case: ${sent}.`,
    }));
}

function timestampMistakes({ signed }: SignatureEvidence): readonly SigningMistake[] {
  const ms = Number(signed.timestamp);
  const signing = (timestamp: string) => stringToSignV2({ ...signed, timestamp });
  const texts = [ms / 1000, Math.floor(ms / 1000), Math.round(ms / 1000)].map(String);
  const isoText = new Date(ms).toISOString();
  const fix = "Take the time once, in epoch milliseconds, and use the same text in both places.";
  return [
    ...texts.map((text) => ({
      text: signing(text),
      mistake: "Another timestamp than the header's was signed: it is in seconds.",
      fix,
    })),
    ...[isoText, isoText.replace(/\.\d+Z$/, "Z"), `${ms}.0`, `"${ms}"`].map((text) => ({
      text: signing(text),
      mistake: "Another timestamp than the header's was signed: it is written in another way.",
      fix,
    })),
    ...Array.from({ length: 2 * nearbyMs + 1 }, (_, index) => index - nearbyMs).map((offMs) => ({
      text: signing(String(ms + offMs)),
      mistake: `Another timestamp than the header's was signed: it is off by ${Math.abs(offMs)} ms.`,
      fix,
    })),
  ];
}

function keyMistakes(evidence: SignatureEvidence): readonly SigningMistake[] {
  const { signed, secretKey, otherSecretKeys } = evidence;
  const swapped = {
    secretKey: signed.accessKey,
    mistake: "The secret key and the access key are swapped.",
    fix: "Key the HMAC with the secret key and write the access key into the text.",
  };
  const padded = {
    mistake: "The secret key has white space around it.",
    fix: "Trim the secret key: a file or a copy often adds a line end.",
  };
  const text = stringToSignV2(signed);
  return [
    { ...swapped, text: stringToSignV2({ ...signed, accessKey: secretKey }) },
    { ...swapped, text },
    {
      text: stringToSignV2({ ...signed, accessKey: secretKey }),
      mistake: "The secret key was signed in the access key's place.",
      fix: "The third line of the text is the access key.",
    },
    ...["\n", "\r\n", " "].map((end) => ({ ...padded, text, secretKey: `${secretKey}${end}` })),
    ...otherSecretKeys.slice(0, otherSecretKeysMax).map((other) => ({
      text,
      secretKey: other,
      mistake: "The secret key belongs to another access key.",
      fix: "Use the secret key that was issued together with the access key that is sent.",
    })),
  ];
}

function bodyMistakes({ signed, body }: SignatureEvidence): readonly SigningMistake[] {
  const text = stringToSignV2(signed);
  const hash = createHash("sha256").update(body, "latin1").digest();
  const parts = [body, hash.toString("hex"), hash.toString("base64")];
  return parts
    .filter((part) => part !== "")
    .flatMap((part) => [`${text}\n${part}`, `${text}${part}`])
    .map((signedText) => ({
      text: signedText,
      mistake: "The body was signed too.",
      fix: "Leave the body out: the text ends with the access key.",
    }));
}

function layoutMistakes({ signed }: SignatureEvidence): readonly SigningMistake[] {
  const text = stringToSignV2(signed);
  const lines = text.split("\n");
  const separators = ["\\n", "\r\n", " ", ""];
  return [
    ...["\n", "\r\n", "\\n"].map((end) => ({
      text: `${text}${end}`,
      mistake: "The signed text ends with a line end.",
      fix: "The text ends with the access key, without a line end.",
    })),
    ...separators.map((separator) => ({
      text: lines.join(separator),
      mistake: "The lines of the signed text are not separated by a line feed.",
      fix: "Separate the three lines by one line feed character (0x0A).",
    })),
    {
      text: lines.slice(0, -1).join("\n"),
      mistake: "The access key was left out of the signed text.",
      fix: "The third line of the text is the access key.",
    },
  ];
}
