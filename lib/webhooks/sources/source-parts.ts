import { isText, isUnknownObject } from "../../encoding/unknown-object.ts";
import { isSecretForm } from "../../settings/rules.ts";

export function isSourceName(name: string): boolean {
  return /^[a-z0-9-]{1,50}$/.test(name);
}

/** Tells a list of secrets. White space around one was copied with it, and a public key in PEM has lines. */
export function isSecretList(value: unknown, options: unknown): value is readonly string[] {
  const isPem = isUnknownObject(options) && options["verifier"] === "public-key";
  return (
    Array.isArray(value) &&
    value.every(
      (one) => isText(one) && isSecretForm(isPem ? one.replace(/[\r\n]/g, "") : one.trim()),
    )
  );
}
