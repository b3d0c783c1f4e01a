import { settingNames } from "./settings.ts";

/**
 * Names of an event's fields that are not passed on. On OpenWhisk the event's fields and the settings are in one object,
 * and so are the fields that the platform adds.
 */

/** Recognizes a setting in any case, and a field of OpenWhisk. */
export function isSettingName(name: string): boolean {
  const upper = name.toUpperCase();
  return upper.startsWith("__OW_") || settingNames.some((setting) => setting === upper);
}

/** Recognizes a word for a secret. An `author` is none, `authorization` is. */
export function isSecretName(name: string): boolean {
  return /secret|passw|passphrase|token|credential|signature|^auth(?!or(?!i[sz]))|(access|private|api)[-_. ]?key/.test(
    name.toLowerCase(),
  );
}
