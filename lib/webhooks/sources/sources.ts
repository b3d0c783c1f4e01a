import { isUnknownObject, type UnknownObject } from "../../encoding/unknown-object.ts";
import {
  type ParseResult,
  type Problem,
  problemsOf,
  problemsWith,
  type Settings,
} from "../../model/settings.ts";
import { parseFields, required, withDefault } from "../../settings/fields.ts";
import { json, oneOf } from "../../settings/rules.ts";
import { didYouMean } from "../../settings/settings.ts";
import { type BodyEncoding, bodyEncodings } from "../verify/body.ts";
import { verifyTokenOf } from "./challenge-options.ts";
import { parseSource, type SharedSettings, type Source } from "./source.ts";
import { bodyBytes } from "./source-options.ts";
import { isSecretList, isSourceName } from "./source-parts.ts";

export type Sources = {
  readonly byName: ReadonlyMap<string, Source>;
  readonly bodyEncoding: BodyEncoding;
};

/** Advised length of a secret. A shorter one can be guessed, and providers make longer ones. */
const secretBytesAdvised = 16;

const fields = {
  WEBHOOK_SOURCES: required(
    json<UnknownObject>(
      isUnknownObject,
      "must be an object of source names ([a-z0-9-]{1,50}) and their options",
    ),
  ),
  WEBHOOK_SECRETS: withDefault(
    json<UnknownObject>(isUnknownObject, "must be an object of source names and lists of secrets"),
    {},
  ),
};

const limitFields = {
  WEBHOOK_BODY_BYTES_MAX: withDefault(bodyBytes, 700_000),
  WEBHOOK_BODY_ENCODING: withDefault(oneOf(bodyEncodings), "auto"),
};

/** Names of the settings that `parseSources` reads. */
export const sourceSettings: readonly string[] = /* @__PURE__ */ Object.keys({
  ...fields,
  ...limitFields,
});

/** Parses the sources. `checkSchemas` finds schemas in code whose names are no source's. */
export function parseSources(
  settings: Settings,
  checkSchemas: (sources: object) => readonly Problem[] = () => [],
): ParseResult<Sources> {
  const { WEBHOOK_SOURCES, WEBHOOK_SECRETS } = fields;
  const named = parseFields(settings, { WEBHOOK_SOURCES });
  const secrets = parseFields(settings, { WEBHOOK_SECRETS });
  const limits = parseFields(settings, limitFields);
  const given = named.ok ? named.value.WEBHOOK_SOURCES : {};
  const lists = secrets.ok ? secrets.value.WEBHOOK_SECRETS : {};
  const shared: Partial<SharedSettings> = {
    ...(secrets.ok ? { WEBHOOK_SECRETS: wellFormed(lists, given) } : {}),
    ...(limits.ok ? limits.value : {}),
  };
  const sources = Object.entries(given).flatMap(([name, options]) =>
    isSourceName(name) && isUnknownObject(options) ? [parseSource(name, options, shared)] : [],
  );
  const problems = [
    ...problemsOf([named, secrets, limits]),
    ...(named.ok ? checkNames(given) : []),
    ...problemsOf(sources),
    ...checkLists(lists, given, named.ok),
    ...(named.ok ? checkSchemas(given) : []),
  ];
  const parsed = sources.flatMap((one) => (one.ok ? [one.value] : []));
  if (!limits.ok || problems.length > 0) {
    return { ok: false, problems: [...problems, ...faultsOf(parsed)] };
  }
  const byName = new Map(parsed.map((source) => [source.name, source]));
  return { ok: true, value: { byName, bodyEncoding: limits.value.WEBHOOK_BODY_ENCODING } };
}

/** Collects the problems that stop single sources. */
export function faultsOf(sources: Iterable<Source>): readonly Problem[] {
  return [...sources].flatMap(({ faults }) => faults);
}

function wellFormed(
  lists: UnknownObject,
  sources: UnknownObject,
): SharedSettings["WEBHOOK_SECRETS"] {
  const entries = Object.entries(lists);
  return Object.fromEntries(
    entries.map(([name, list]) => [name, isSecretList(list, sources[name]) ? list : undefined]),
  );
}

function checkNames(sources: UnknownObject): readonly Problem[] {
  const entries = Object.entries(sources);
  const setting = "WEBHOOK_SOURCES";
  return [
    ...problemsWith(setting, [entries.length === 0 && "names no source"]),
    ...entries.flatMap(([name, options], index) =>
      isSourceName(name)
        ? problemsWith(`${setting} ${name}`, [
            !isUnknownObject(options) && "must be an object of options",
          ])
        : problemsWith(setting, [`has a name that is not [a-z0-9-]{1,50}: number ${index + 1}`]),
    ),
  ];
}

/**
 * Checks the lists, and whose they are if the sources are known. It names a source only if it exists or was surely meant,
 * because a name in a wrong WEBHOOK_SECRETS can be a secret.
 */
function checkLists(
  lists: UnknownObject,
  sources: UnknownObject,
  areKnown: boolean,
): readonly Problem[] {
  const names = Object.keys(sources);
  const owners = ownersOf(names);
  const texts = Object.entries(lists).flatMap(([name, list], index) => {
    const isOwned = owners.includes(name);
    const entry = `its entry ${index + 1}`;
    const meant = isOwned ? "" : ownerMeantBy(name, names);
    return [
      !isSecretList(list, sources[name]) &&
        `of ${isOwned ? `the source ${name}` : entry} must be a list of secrets, each text of one line and not blank`,
      areKnown &&
        !isOwned &&
        `has secrets for ${meant === "" ? entry : name}, which is no source of WEBHOOK_SOURCES${meant}`,
    ];
  });
  return problemsWith("WEBHOOK_SECRETS", texts);
}

/** Lists the names under which WEBHOOK_SECRETS may have secrets. */
function ownersOf(sources: readonly string[]): readonly string[] {
  return sources.flatMap((name) => [name, verifyTokenOf(name)]);
}

function ownerMeantBy(name: string, sources: readonly string[]): string {
  return /^[a-z0-9-]{1,50}(\.[a-zA-Z]+)?$/.test(name)
    ? didYouMean(name, ownersOf(sources.filter(isSourceName)))
    : "";
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
