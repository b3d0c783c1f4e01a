import { custom, integer, oneOf, partitionIndex, topicName } from "../setting-rules.ts";
import {
  optional,
  type Parsed,
  type Problem,
  parseFields,
  problemsOf,
  type Settings,
  withDefault,
} from "../settings.ts";
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

export const bodyBytes = integer(1, 50_000_000);

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

/** What is set for all sources. Where it is wrong it is absent, and no secret counts as missing. */
export type Shared = {
  readonly WEBHOOK_SECRETS: Readonly<Record<string, readonly string[]>>;
  readonly WEBHOOK_BODY_BYTES_MAX: number;
};

export function parseSource(
  name: string,
  options: Settings,
  shared: Partial<Shared>,
): Parsed<Source> {
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
