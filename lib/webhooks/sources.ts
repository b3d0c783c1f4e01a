import { type Bag, isBag } from "../bag.ts";
import { isSecret, json, oneOf } from "../setting-rules.ts";
import {
  type Parsed,
  type Problem,
  parseFields,
  problemsOf,
  required,
  type Settings,
  withDefault,
} from "../settings.ts";
import { type BodyEncoding, bodyEncodings } from "./body.ts";
import { parseSource, type Shared, type Source } from "./source.ts";
import { bodyBytes } from "./source-options.ts";

export type Sources = {
  readonly byName: ReadonlyMap<string, Source>;
  readonly bodyEncoding: BodyEncoding;
};

/** Keys shorter than this can be guessed; providers make longer ones. */
const secretBytesAdvised = 16;

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
  // Blanks around a secret came with it from where it was copied.
  return (
    Array.isArray(value) && value.every((one) => typeof one === "string" && isSecret(one.trim()))
  );
}

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
  return [...byName.values()].flatMap(({ name, secrets, verifier, warnings }) => {
    const isShort = secrets.some((one) => Buffer.byteLength(one) < secretBytesAdvised);
    const isUnused = verifier.covers === "nothing" && secrets.length > 0;
    return [
      ...warnings,
      ...(isShort ? [`WEBHOOK_SECRETS: a secret of the source ${name} is under 16 bytes`] : []),
      ...(isUnused ? [`WEBHOOK_SECRETS: the source ${name} lets anyone in all the same`] : []),
    ];
  });
}
