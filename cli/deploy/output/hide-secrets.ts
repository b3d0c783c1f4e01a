import type { Settings } from "../../../lib/model/settings.ts";
import { functions } from "../../../lib/registry/functions.ts";
import { functionNames } from "../../../lib/registry/names.ts";

const secretSettings = [
  "NCLOUD_ACCESS_KEY",
  "NCLOUD_SECRET_KEY",
  ...functionNames.flatMap((name) => functions[name].secretSettings),
  "DEPLOY_ACCESS_KEY",
  "DEPLOY_SECRET_KEY",
];
/** Shorter ones would be found in every other word; a warning of the functions asks for 16 bytes. */
const secretCharactersMin = 4;
const hiddenText = "[hidden]";

/**
 * Nothing that this command says is made from a secret, but an API's error may repeat what it was sent: so all output
 * goes through here. Takes out each secret as it is, and as JSON and URLs write it.
 */
export function createHideSecrets(
  settings: Settings,
  others: readonly string[],
): (text: string) => string {
  const values = secretSettings.flatMap((name) => secretsIn(settings[name]));
  const secrets = [...new Set([...values, ...others])]
    .filter((secret) => secret.length >= secretCharactersMin)
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
    ])
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, hiddenText), text);
}

/** The text itself, and where it is JSON every text in it. */
function secretsIn(value: unknown): readonly string[] {
  if (typeof value !== "string") {
    return [];
  }
  try {
    return [value, ...textsIn(JSON.parse(value))];
  } catch {
    return [value];
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
