export type HideSecrets = {
  readonly text: (text: string) => string;
  readonly bytes: (bytes: Uint8Array) => Buffer;
  /** Hides in every text of a JSON value, names of fields included. */
  readonly json: (value: unknown) => unknown;
};

type Settings = Readonly<Record<string, string | undefined>>;

export const hiddenText = "•••";
/** A shorter secret would hide ordinary words. The functions warn about it at their start. */
const secretCharactersMin = 4;
const depthMax = 100;

/**
 * Hides the secrets of the settings wherever they are, in the forms that HTTP gives them: as they are, in JSON, in a
 * URL, in hex, and in Base64 alone or among other text.
 */
export function createHideSecrets(...settings: readonly Settings[]): HideSecrets {
  const secrets = [...new Set(settings.flatMap(secretsOf))];
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const latin1Forms = forms.map(toLatin1);
  const text = (given: string): string => hideBase64(replaceAll(given, forms, hiddenText), secrets);
  const json = (value: unknown, depth = 0): unknown => {
    if (typeof value === "string") {
      return text(value);
    }
    if (typeof value !== "object" || value === null) {
      return value;
    }
    if (depth === depthMax) {
      return hiddenText;
    }
    return Array.isArray(value)
      ? value.map((one) => json(one, depth + 1))
      : Object.fromEntries(
          Object.entries(value).map(([name, one]) => [text(name), json(one, depth + 1)]),
        );
  };
  return {
    text,
    json: (value) => json(value),
    bytes: (bytes) => {
      const given = Buffer.from(bytes).toString("latin1");
      return Buffer.from(replaceAll(given, latin1Forms, toLatin1(hiddenText)), "latin1");
    },
  };
}

/** Returns every text of a setting whose name says that it is a secret. JSON settings hold several. */
function secretsOf(settings: Settings): readonly string[] {
  const texts = Object.entries(settings)
    .filter(([name]) => /SECRET|SIGNING_KEY|TOKEN|PASSWORD|PRIVATE/.test(name))
    .flatMap(([, value = ""]) => textsOf(value));
  const whole = texts.flatMap((text) => [text, text.trim(), ...partsOf(text.trim())]);
  return [...new Set(whole)].filter((secret) => secret.length >= secretCharactersMin);
}

function textsOf(setting: string): readonly string[] {
  try {
    return leavesOf(JSON.parse(setting), 0);
  } catch {
    return [setting];
  }
}

function leavesOf(value: unknown, depth: number): readonly string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null && depth < depthMax
    ? Object.values(value).flatMap((one) => leavesOf(one, depth + 1))
    : [String(value)];
}

/** Returns the secret parts of a secret: what follows a prefix of its kind, its decoded key, and a password. */
function partsOf(secret: string): readonly string[] {
  const key = /^(?:v1a?,)?wh(?:sec|pk)_(.*)$/.exec(secret)?.[1];
  const password = /^[^:\s]+:(.+)$/.exec(secret)?.[1];
  const decoded = key === undefined ? undefined : Buffer.from(key, "base64").toString("latin1");
  return [key, decoded, password].filter((part) => part !== undefined);
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString("base64");
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [
    ...[secret, inJson, inJson.replaceAll("/", "\\/")],
    ...[
      encodeURIComponent(bytes.toString()),
      new URLSearchParams([["", secret]]).toString().slice(1),
    ],
    ...[base64, base64.replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex")],
    ...[bytes.toString("hex").toUpperCase(), encodeURIComponent(base64)],
  ];
}

function replaceAll(text: string, forms: readonly string[], hidden: string): string {
  return forms.reduce((shown, form) => shown.replaceAll(form, hidden), text);
}

function toLatin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** Within other text the Base64 of a secret begins at any of four places, so words are decoded from each. */
function hideBase64(text: string, secrets: readonly string[]): string {
  return text.replaceAll(/[\w+/-]{12,}={0,2}/g, (word) => {
    const holds = [0, 1, 2, 3].some((start) => {
      const decoded = Buffer.from(word.slice(start), "base64").toString();
      return secrets.some((secret) => decoded.includes(secret));
    });
    return holds ? hiddenText : word;
  });
}
