import type { ProofSource } from "./proof-sources.ts";
import { type SignatureScheme, schemeOf } from "./signature-schemes.ts";

/** Another key that the sender may have used. */
export type KeyForm = { readonly key: Buffer; readonly mistake: string; readonly fix: string };

const trim = "Copy the secret without the line end or blank around it.";
const asText = "Set the secret at both ends in the form that the provider documents.";

/** Changes of a secret on its way into the sender's key. */
const changes: readonly (readonly [string, string, (secret: string) => Buffer])[] = [
  ["The sender's secret ends with a line end.", trim, (secret) => Buffer.from(`${secret}\n`)],
  ["The sender's secret ends with a CRLF.", trim, (secret) => Buffer.from(`${secret}\r\n`)],
  ["The sender's secret ends with a blank.", trim, (secret) => Buffer.from(`${secret} `)],
  ["The sender's secret begins with a blank.", trim, (secret) => Buffer.from(` ${secret}`)],
  ["The sender's secret has quotes around it.", trim, (secret) => Buffer.from(`"${secret}"`)],
  ["The sender decoded the secret as hex.", asText, (secret) => Buffer.from(secret, "hex")],
  ["The sender decoded the secret as Base64.", asText, (secret) => Buffer.from(secret, "base64")],
  ["The sender used the secret as text, undecoded.", asText, (secret) => Buffer.from(secret)],
  [
    "The sender encoded the secret as Base64.",
    asText,
    (secret) => Buffer.from(Buffer.from(secret).toString("base64")),
  ],
  [
    "The sender left out the prefix of the secret.",
    "Use the whole secret as the key, with its prefix.",
    (secret) => Buffer.from(secret.replace(/^[a-z0-9]+_/i, "")),
  ],
  [
    "The sender decoded the secret without its prefix as Base64.",
    "Use the whole secret as the key, as text.",
    (secret) => Buffer.from(secret.replace(/^[a-z0-9]+_/i, ""), "base64"),
  ],
];

/** Returns other keys: of the source's secrets in another form, and of other sources. */
export function keyForms(
  source: ProofSource,
  sources: readonly ProofSource[],
  { keyOf }: SignatureScheme,
): readonly KeyForm[] {
  const own = source.secrets.flatMap((secret) =>
    changes.map(([mistake, fix, change]) => ({ key: change(secret), mistake, fix })),
  );
  const others = sources.filter(({ name }) => name !== source.name).flatMap(toForms);
  const isKey = ({ key }: KeyForm) => key.length > 0;
  return [...byKey([...own, ...others].filter(isKey)).values()].reverse();

  function toForms(other: ProofSource): readonly KeyForm[] {
    const others = [keyOf, schemeOf(other)?.keyOf ?? keyOf];
    return other.secrets.flatMap((secret) =>
      others.map((toKey) => ({
        key: toKey(secret),
        mistake: `It was signed with the secret of the source ${other.name}.`,
        fix: `Send it to /webhook/${other.name}, or set the secret of ${source.name} at the sender.`,
      })),
    );
  }
}

/** Keeps the first form of each key, because every key is tried with many texts. The order is the reverse. */
function byKey(forms: readonly KeyForm[]): ReadonlyMap<string, KeyForm> {
  return new Map(forms.toReversed().map((form) => [form.key.toString("latin1"), form]));
}
