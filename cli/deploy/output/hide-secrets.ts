import type { Settings } from "../../../lib/model/settings.ts";
import { functionNames, functions } from "../../project/functions.ts";

const secretSettings = [
  "NCLOUD_ACCESS_KEY",
  "NCLOUD_SECRET_KEY",
  ...functionNames.flatMap((name) => functions[name].secretSettings),
  "DEPLOY_ACCESS_KEY",
  "DEPLOY_SECRET_KEY",
];
/** A shorter secret would be found within ordinary words. The functions warn of secrets under 16 bytes. */
const secretCharactersMin = 4;
const hiddenText = "[hidden]";

/**
 * Returns a function that removes every secret from a text, in its plain form and as JSON, URLs and base64
 * write it. The command prints no secret itself, but an error of the API may repeat what it was sent, so
 * all output passes through here.
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

/** Returns the text itself and, if it is JSON, every text in it. */
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
