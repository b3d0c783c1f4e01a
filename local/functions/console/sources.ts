import { isObject } from "../../data-stream/control/checked-input.ts";
export type ConsoleSettings = Readonly<Record<string, string | undefined>>;

export type WebhookSource = {
  readonly name: string;
  readonly verifier: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly secret: string;
  /** The private half of the local key pair, for sources whose secret is its public half. */
  readonly signingKey: string;
};

/** Reads the sources. Settings that the functions refuse give no sources here either. */
export function readSources(settings: ConsoleSettings): readonly WebhookSource[] {
  const sources = parseObject(settings["WEBHOOK_SOURCES"]);
  const secrets = parseObject(settings["WEBHOOK_SECRETS"]);
  return Object.entries(sources)
    .filter((entry): entry is [string, WebhookSource["options"]] => isObject(entry[1]))
    .map(([name, { verifier, ...options }]) => ({
      name,
      verifier: String(verifier),
      options,
      secret: firstText(secrets[name]),
      signingKey: settings["STANDIN_SIGNING_KEY"] ?? "",
    }));
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function firstText(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : "";
}
