import { type Bag, isBag } from "../bag.ts";
import {
  custom,
  integer,
  isSecret,
  json,
  oneOf,
  partitionIndex,
  topicName,
} from "../setting-rules.ts";
import {
  optional,
  type Parsed,
  type Problem,
  parseFields,
  required,
  type Settings,
  withDefault,
} from "../settings.ts";
import { type BodyEncoding, bodyEncodings } from "./body.ts";
import { type Place, parsePlaces } from "./places.ts";
import { schemes } from "./schemes.ts";
import type { Verifier } from "./verifier.ts";

/** One sender of webhooks: how it proves itself and where its deliveries go. */
export type Source = {
  readonly name: string;
  readonly verifier: Verifier;
  /** Several live at once, so that one can be rotated without a gap. */
  readonly secrets: readonly string[];
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly key: readonly Place[];
  readonly id: readonly Place[];
  readonly type: readonly Place[];
  readonly value: "cloudevent" | "raw";
  readonly bodyBytesMax: number;
};

export type Sources = {
  readonly byName: ReadonlyMap<string, Source>;
  readonly bodyEncoding: BodyEncoding;
};

/** Keys shorter than this can be guessed; providers make longer ones. */
const secretBytesAdvised = 16;

const bodyBytes = integer(1, 50_000_000);

const fields = {
  WEBHOOK_SOURCES: required(
    json<Readonly<Record<string, Settings>>>(
      (value) => isNamed(value) && Object.values(value).every(isBag),
      "must be an object of source names ([a-z0-9-]{1,50}) and their options",
    ),
  ),
  WEBHOOK_SECRETS: withDefault(
    json<Readonly<Record<string, readonly string[]>>>(
      (value) => isNamed(value) && Object.values(value).every(isSecretList),
      "must be an object of source names and lists of secrets, none blank or a placeholder",
    ),
    {},
  ),
  WEBHOOK_BODY_BYTES_MAX: withDefault(bodyBytes, 700_000),
  WEBHOOK_BODY_ENCODING: withDefault(oneOf(bodyEncodings), "auto"),
};

function isNamed(value: unknown): value is Bag {
  return isBag(value) && Object.keys(value).every((name) => /^[a-z0-9-]{1,50}$/.test(name));
}

function isSecretList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isSecret);
}

const places = custom<readonly string[]>(
  (value) => parsePlaces(value) !== undefined,
  'must be a list of "body:/json/pointer", "header:name" or "const:text" ("call" too for id)',
);

const commonOptions = {
  topic: optional(topicName),
  partition: optional(partitionIndex),
  key: optional(places),
  id: optional(places),
  type: optional(places),
  value: withDefault(oneOf(["cloudevent", "raw"]), "cloudevent"),
  bodyBytesMax: optional(bodyBytes),
};

export function parseSources(settings: Settings): Parsed<Sources> {
  const parsed = parseFields(settings, fields);
  if (!parsed.ok) {
    return parsed;
  }
  const { value } = parsed;
  const secrets = new Map(Object.entries(value.WEBHOOK_SECRETS));
  const sources = Object.entries(value.WEBHOOK_SOURCES).map(([name, options]) =>
    parseSource({ name, options, secrets: secrets.get(name) ?? [] }, value.WEBHOOK_BODY_BYTES_MAX),
  );
  const byName = new Map(sources.flatMap((one) => (one.ok ? [[one.value.name, one.value]] : [])));
  const problems = [
    ...sources.flatMap((source) => (source.ok ? [] : source.problems)),
    ...checkNames(Object.keys(value.WEBHOOK_SOURCES), [...secrets.keys()]),
  ];
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: { byName, bodyEncoding: value.WEBHOOK_BODY_ENCODING } };
}

type Given = {
  readonly name: string;
  readonly options: Settings;
  readonly secrets: readonly string[];
};

function parseSource({ name, options, secrets }: Given, bodyBytesMax: number): Parsed<Source> {
  const within = `WEBHOOK_SOURCES ${name}.`;
  const { verifier: word, ...others } = options;
  const scheme = schemes.get(String(word));
  if (scheme === undefined) {
    const text = `must be written out: one of ${[...schemes.keys()].join(", ")}`;
    return { ok: false, problems: [{ setting: `${within}verifier`, text }] };
  }
  const { key, id, type, ...common } = commonOptions;
  const verifier = scheme.create(options, within);
  const parsed = parseFields(options, { ...common, key, id, type }, within);
  const known = [...Object.keys(commonOptions), ...scheme.options];
  const unknown = Object.keys(others)
    .filter((option) => !known.includes(option))
    .map((option) => ({ setting: within + option, text: `is no option of ${String(word)}` }));
  if (!verifier.ok || !parsed.ok || unknown.length > 0) {
    const problems = [verifier, parsed].flatMap((one) => (one.ok ? [] : one.problems));
    return { ok: false, problems: [...problems, ...unknown] };
  }
  if (verifier.value.covers !== "nothing" && secrets.length === 0) {
    const text = `has no secret for the source ${name}`;
    return { ok: false, problems: [{ setting: "WEBHOOK_SECRETS", text }] };
  }
  const { preset } = scheme;
  const { value } = parsed;
  return {
    ok: true,
    value: {
      name,
      secrets,
      verifier: verifier.value,
      topic: value.topic,
      partition: value.partition,
      value: value.value,
      key: parsePlaces(value.key) ?? preset.key,
      id: parsePlaces(value.id) ?? preset.id,
      type: parsePlaces(value.type) ?? preset.type,
      bodyBytesMax: value.bodyBytesMax ?? bodyBytesMax,
    },
  };
}

/** Does not say which name: in a mistaken WEBHOOK_SECRETS it can be a secret. */
function checkNames(sources: readonly string[], secrets: readonly string[]): readonly Problem[] {
  return [
    ...(sources.length === 0 ? [{ setting: "WEBHOOK_SOURCES", text: "names no source" }] : []),
    ...(secrets.every((name) => sources.includes(name))
      ? []
      : [{ setting: "WEBHOOK_SECRETS", text: "names a source that WEBHOOK_SOURCES lacks" }]),
  ];
}

export function warningsAbout({ byName }: Sources): readonly string[] {
  return [...byName.values()]
    .filter(({ secrets }) => secrets.some((one) => Buffer.byteLength(one) < secretBytesAdvised))
    .map(({ name }) => `WEBHOOK_SECRETS: a secret of the source ${name} is under 16 bytes`);
}
