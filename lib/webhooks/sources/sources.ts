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
import type { SecretSettings } from "./source-secrets.ts";

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
  const shared: SharedSettings = {
    WEBHOOK_SECRETS: secrets.ok ? wellFormed(lists, given) : undefined,
    WEBHOOK_BODY_BYTES_MAX: limits.ok ? limits.value.WEBHOOK_BODY_BYTES_MAX : 0,
  };
  const sources = Object.keys(given).flatMap((name) => {
    const options = given[name];
    return isUnknownObject(options) && isSourceName(name)
      ? [parseSource(name, options, shared)]
      : [];
  });
  const problems = [
    problemsOf([named, secrets, limits]),
    named.ok ? checkNames(given) : [],
    problemsOf(sources),
    checkLists(lists, given),
    named.ok ? checkOwners(lists, given) : [],
    named.ok ? checkSchemas(given) : [],
  ].flat();
  const parsed = sources.flatMap((one) => (one.ok ? [one.value] : []));
  if (!limits.ok || problems.length > 0) {
    return { ok: false, problems: problems.concat(faultsOf(parsed)) };
  }
  const byName = new Map(parsed.map((source) => [source.name, source]));
  return { ok: true, value: { byName, bodyEncoding: limits.value.WEBHOOK_BODY_ENCODING } };
}

/** Collects the problems that stop single sources. */
export function faultsOf(sources: Iterable<Source>): readonly Problem[] {
  return [...sources].flatMap(({ faults }) => faults);
}

function wellFormed(lists: UnknownObject, sources: UnknownObject): SecretSettings {
  const toEntry = (name: string) => {
    const list = lists[name];
    return [name, isSecretList(list, sources[name]) ? list : undefined] as const;
  };
  return Object.fromEntries(Object.keys(lists).map(toEntry));
}

function checkNames(sources: UnknownObject): readonly Problem[] {
  const names = Object.keys(sources);
  return names.length === 0
    ? problemsWith("WEBHOOK_SOURCES", ["names no source"])
    : names.flatMap((name, index) =>
        isSourceName(name) && isUnknownObject(sources[name]) ? [] : [toProblem(name, index + 1)],
      );
}

function toProblem(name: string, number: number): Problem {
  const setting = "WEBHOOK_SOURCES";
  return isSourceName(name)
    ? { setting: `${setting} ${name}`, text: "must be an object of options" }
    : { setting, text: `has a name that is not [a-z0-9-]{1,50}: number ${number}` };
}

/** Checks the lists. It names a source only if it exists, because a name in a wrong WEBHOOK_SECRETS can be a secret. */
function checkLists(lists: UnknownObject, sources: UnknownObject): readonly Problem[] {
  const texts = Object.keys(lists).map((name, index) => {
    if (isSecretList(lists[name], sources[name])) {
      return false;
    }
    const isOwned = ownersOf(Object.keys(sources)).includes(name);
    const whose = isOwned ? `the source ${name}` : `its entry ${index + 1}`;
    return `of ${whose} must be a list of secrets, each text of one line and not blank`;
  });
  return problemsWith("WEBHOOK_SECRETS", texts);
}

/** Lists the names under which WEBHOOK_SECRETS may have secrets. */
function ownersOf(sources: readonly string[]): readonly string[] {
  return sources.flatMap((name) => [name, verifyTokenOf(name)]);
}

function checkOwners(lists: UnknownObject, sources: UnknownObject): readonly Problem[] {
  const names = Object.keys(sources);
  const owners = ownersOf(names);
  const texts = Object.keys(lists).map(
    (name, index) => !owners.includes(name) && textAboutOwner(name, index + 1, names),
  );
  return problemsWith("WEBHOOK_SECRETS", texts);
}

function textAboutOwner(name: string, number: number, sources: readonly string[]): string {
  const hasForm = /^[a-z0-9-]{1,50}(\.[a-zA-Z]+)?$/.test(name);
  const meant = hasForm ? didYouMean(name, ownersOf(sources.filter(isSourceName))) : "";
  const whose = meant === "" ? `its entry ${number}` : name;
  return `has secrets for ${whose}, which is no source of WEBHOOK_SOURCES${meant}`;
}

export function warningsAbout({ byName }: Sources): readonly string[] {
  return [...byName.values()].flatMap(({ name, secrets, verifier, warnings }) => {
    const isShort = secrets.some((one) => Buffer.byteLength(one) < secretBytesAdvised);
    const isUnused = verifier.covers === "nothing" && secrets.length > 0;
    return [
      warnings,
      isShort ? `WEBHOOK_SECRETS: a secret of the source ${name} is under 16 bytes` : [],
      isUnused ? `WEBHOOK_SECRETS: the source ${name} lets anyone in all the same` : [],
    ].flat();
  });
}
