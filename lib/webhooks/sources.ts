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

const placesText = 'must be a list of "body:/json/pointer", "header:name" or "const:text"';
const places = custom<readonly string[]>(
  // A fresh id as a key or type would be another one on every retry.
  (value) => parsePlaces(value)?.every(({ from }) => from !== "call") === true,
  placesText,
);
const idPlaces = custom<readonly string[]>(
  (value) => parsePlaces(value) !== undefined,
  `${placesText}, or "call"`,
);

const commonOptions = {
  topic: optional(topicName),
  partition: optional(partitionIndex),
  key: optional(places),
  id: optional(idPlaces),
  type: optional(places),
  value: withDefault(oneOf(["cloudevent", "raw"]), "cloudevent"),
  bodyBytesMax: optional(bodyBytes),
};

export function parseSources(settings: Settings): Parsed<Sources> {
  const { WEBHOOK_SOURCES, ...others } = fields;
  const named = parseFields(settings, { WEBHOOK_SOURCES });
  const common = parseFields(settings, others);
  const given = named.ok ? named.value.WEBHOOK_SOURCES : {};
  const shared: Partial<Shared> = common.ok ? common.value : {};
  const sources = Object.entries(given).map(([name, options]) =>
    parseSource(name, options, shared),
  );
  const problems = [
    ...problemsOf([named, common, ...sources]),
    ...(named.ok ? checkNames(given, shared.WEBHOOK_SECRETS ?? {}) : []),
  ];
  if (!common.ok || problems.length > 0) {
    return { ok: false, problems };
  }
  const byName = new Map(sources.flatMap((one) => (one.ok ? [[one.value.name, one.value]] : [])));
  return { ok: true, value: { byName, bodyEncoding: common.value.WEBHOOK_BODY_ENCODING } };
}

function problemsOf(parsed: readonly Parsed<unknown>[]): readonly Problem[] {
  return parsed.flatMap((one) => (one.ok ? [] : one.problems));
}

/** What is set for all sources. Where it is wrong it is absent, and no secret counts as missing. */
type Shared = {
  readonly WEBHOOK_SECRETS: Readonly<Record<string, readonly string[]>>;
  readonly WEBHOOK_BODY_BYTES_MAX: number;
};

function parseSource(name: string, options: Settings, shared: Partial<Shared>): Parsed<Source> {
  const within = `WEBHOOK_SOURCES ${name}.`;
  const { verifier: word, ...others } = options;
  const scheme = typeof word === "string" ? schemes.get(word) : undefined;
  const parsed = parseFields(options, commonOptions, within);
  if (scheme === undefined) {
    const text = `must be written out: one of ${[...schemes.keys()].join(", ")}`;
    const problem = { setting: `${within}verifier`, text };
    return { ok: false, problems: [problem, ...problemsOf([parsed])] };
  }
  const verifier = scheme.create(options, within);
  const known = [...Object.keys(commonOptions), ...scheme.options];
  const unknown = Object.keys(others)
    .filter((option) => !known.includes(option))
    .map((option) => ({ setting: within + option, text: `is no option of ${String(word)}` }));
  const secrets = secretsOf(name, shared.WEBHOOK_SECRETS);
  const lacking = checkSecrets(name, verifier, secrets);
  const problems = [...problemsOf([verifier, parsed]), ...unknown, ...lacking];
  if (!verifier.ok || !parsed.ok || problems.length > 0) {
    return { ok: false, problems };
  }
  const { preset } = scheme;
  const { value } = parsed;
  return {
    ok: true,
    value: {
      ...value,
      name,
      secrets: secrets ?? [],
      verifier: verifier.value,
      key: parsePlaces(value.key) ?? preset.key,
      id: parsePlaces(value.id) ?? preset.id,
      type: parsePlaces(value.type) ?? preset.type,
      bodyBytesMax: value.bodyBytesMax ?? shared.WEBHOOK_BODY_BYTES_MAX ?? 0,
    },
  };
}

/** Own properties only: a source may be called `constructor`. */
function secretsOf(name: string, lists: Shared["WEBHOOK_SECRETS"] | undefined) {
  return lists === undefined || Object.hasOwn(lists, name) ? lists?.[name] : [];
}

function checkSecrets(
  name: string,
  verifier: Parsed<Verifier>,
  secrets: readonly string[] | undefined,
): readonly Problem[] {
  const isOpen = verifier.ok && verifier.value.covers === "nothing";
  return isOpen || secrets?.length !== 0
    ? []
    : [{ setting: "WEBHOOK_SECRETS", text: `has no secret for the source ${name}` }];
}

/** Does not say which name: in a mistaken WEBHOOK_SECRETS it can be a secret. */
function checkNames(sources: Bag, secrets: Bag): readonly Problem[] {
  return [
    ...(Object.keys(sources).length === 0
      ? [{ setting: "WEBHOOK_SOURCES", text: "names no source" }]
      : []),
    ...(Object.keys(secrets).every((name) => Object.hasOwn(sources, name))
      ? []
      : [{ setting: "WEBHOOK_SECRETS", text: "names a source that WEBHOOK_SOURCES lacks" }]),
  ];
}

export function warningsAbout({ byName }: Sources): readonly string[] {
  return [...byName.values()].flatMap(({ name, secrets, verifier }) => {
    const isShort = secrets.some((one) => Buffer.byteLength(one) < secretBytesAdvised);
    const isUnused = verifier.covers === "nothing" && secrets.length > 0;
    return [
      ...(isShort ? [`WEBHOOK_SECRETS: a secret of the source ${name} is under 16 bytes`] : []),
      ...(isUnused ? [`WEBHOOK_SECRETS: the source ${name} lets anyone in all the same`] : []),
    ];
  });
}
