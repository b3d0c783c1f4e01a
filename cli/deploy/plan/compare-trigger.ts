import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import type { ActualTrigger } from "../actual/read-trigger.ts";
import { toPlainText } from "../api/api-failure.ts";
import type {
  GithubCause,
  LinkCause,
  WantedTrigger,
} from "../desired/triggers/desired-triggers.ts";
import { identityOf, linkForms } from "../desired/triggers/link-forms.ts";
import { coreOf } from "../state/mark.ts";
import { type Comparison, compareField, compareMark, type FieldChange } from "./difference.ts";

/**
 * Compares a trigger with its configuration. Without an actual trigger every field is `set`. A field that the API does
 * not show is compared by the hash in the description's mark.
 */
export function compareTrigger(
  wanted: WantedTrigger,
  actual: ActualTrigger | undefined,
): readonly FieldChange[] {
  const compared = [...comparisonsOf(wanted, actual), ...parametersOf(wanted, actual)];
  if (actual === undefined) {
    return [
      ...compared.flatMap((one) => compareField(one, true)),
      ...(wanted.type === "github" ? setAtCreation(wanted) : []),
    ];
  }
  const isMarkSame = coreOf(actual.description ?? "") === coreOf(wanted.description);
  const fields = [...compared.filter(({ from }) => !isMarkSame || from !== undefined)].flatMap(
    (one) => compareField(one, false),
  );
  const token = wanted.type === "github" ? compareToken(wanted, actual, isMarkSame) : [];
  return fields.length + token.length > 0
    ? [...fields, ...token]
    : compareMark(actual.description, wanted.description);
}

function comparisonsOf(
  wanted: WantedTrigger,
  actual: ActualTrigger | undefined,
): readonly Comparison[] {
  switch (wanted.type) {
    case "cron":
      return [{ field: "cronOption", from: actual?.cronOption, to: wanted.cronOption }];
    case "github":
      return [
        ...(["username", "repository"] as const).map((name) => ({
          field: `credential.${name}`,
          from: actual?.credential[name],
          to: wanted.credential[name],
        })),
        { field: "events", from: sorted(actual?.events), to: sorted(wanted.events) },
      ];
    default:
      return [
        {
          field: linkForms[wanted.type].field,
          from: linksText(wanted, actual?.linksOf(wanted.type)),
          to: linksText(wanted, wanted.links),
        },
      ];
  }
}

function parametersOf(
  { parameters }: WantedTrigger,
  actual: ActualTrigger | undefined,
): readonly Comparison[] {
  return Object.entries(parameters).map(([name, to]) => ({
    field: `parameters.${name}`,
    from: actual?.parameters[name],
    to,
  }));
}

function setAtCreation({ link }: GithubCause): readonly FieldChange[] {
  const to = toPlainText(Object.values(link ?? {}).join("/"));
  return [
    { field: "credential.accessToken", change: "set" },
    { field: "link", change: "set", to },
  ];
}

/**
 * Compares the access token. No document says whether the API shows it, masks it or shows it in another form, so only
 * the mark tells whether it changed. Its value is never part of the result.
 */
function compareToken(
  { credential }: GithubCause,
  { credential: { accessToken: from } }: ActualTrigger,
  isMarkSame: boolean,
): readonly FieldChange[] {
  const isEqual = from === credential.accessToken;
  return isMarkSame || isEqual ? [] : [{ field: "credential.accessToken", change: "unknown" }];
}

/** Sorts, because the API's order is its own. */
function sorted(texts: readonly string[] | undefined): string | undefined {
  return texts && [...texts].sort().join(", ");
}

/** Describes links. A field that the API leaves out is taken as wanted: the mark tells whether it changed. */
function linksText(
  { type, links }: LinkCause,
  shown: readonly UnknownObject[] | undefined,
): string | undefined {
  const form = linkForms[type];
  return sorted(
    shown?.map((link) => {
      const identity = identityOf(link, form);
      const wanted = links.find((one) => identityOf(one, form) === identity) ?? {};
      const options = form.optional.flatMap((name) => {
        const value = link[name] ?? wanted[name];
        return value === undefined ? [] : [`${name}=${String(value)}`];
      });
      return [identity, ...options].join(" ");
    }),
  );
}
