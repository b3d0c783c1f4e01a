import { existsSync, readFileSync } from "node:fs";
import type { Problem, Settings } from "../../../lib/model/settings.ts";
import { parseObject } from "../../shared/parse-object.ts";
import { samplesFile } from "../../shared/roots.ts";
import { parseSettingsFile } from "../../shared/settings-file.ts";

/** Refuses the secrets of `npm start`: they are in the repository, so anybody could sign with them in the cloud. */
export function findLocalSecrets(parameters: Settings): readonly Problem[] {
  const known = new Set(secretsIn(readLocal()).map(({ value }) => value));
  const text = "holds a value of local/settings.env, which anybody can read";
  return secretsIn(parameters)
    .filter(({ value }) => known.has(value))
    .map(({ whose }) => ({ setting: whose, text }));
}

function readLocal(): Settings {
  const text = existsSync(samplesFile) ? readFileSync(samplesFile, "utf8") : "";
  const { settings } = parseSettingsFile(text);
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

type Secret = { readonly whose: string; readonly value: unknown };

function secretsIn(settings: Settings): readonly Secret[] {
  const { NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY, WEBHOOK_SECRETS } = settings;
  const lists = parseObject(String(WEBHOOK_SECRETS)) ?? {};
  const keys = { NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY };
  return [
    ...Object.entries(keys).flatMap(([whose, value]) => (value ? [{ whose, value }] : [])),
    ...Object.entries(lists).flatMap(([name, list]) =>
      Array.isArray(list)
        ? list.map((value: unknown) => ({ whose: `WEBHOOK_SECRETS of the source ${name}`, value }))
        : [],
    ),
  ];
}
