import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { identityOf, type LinkType, linkForms } from "../desired/triggers/link-forms.ts";
import { parametersIn, readType, textIn } from "./fields.ts";

/**
 * Describes a trigger as the API returns it. A field that is absent or has another form is undefined, which means "not
 * known" and never "equal". NAVER Cloud API guide, page "Get Trigger" (https://api.ncloud-docs.com, read in November
 * 2026): the examples show `execOption` as pairs of `key` and `value`, of a cron trigger and of a GitHub trigger's
 * events. No page shows the other types, so each is looked for in the form in which it was sent.
 */
export type ActualTrigger = {
  readonly type: string | undefined;
  readonly description: string | undefined;
  readonly cronOption: string | undefined;
  readonly events: readonly string[] | undefined;
  readonly credential: Readonly<Record<"username" | "repository" | "accessToken", unknown>>;
  readonly parameters: UnknownObject;
  /** Holds names, or `package/name` if the API tells the package. The documented example shows a name alone. */
  readonly actions: readonly string[] | undefined;
  readonly linksOf: (type: LinkType) => readonly UnknownObject[] | undefined;
};

export function readTrigger(content: UnknownObject): ActualTrigger {
  const { actions, execOption } = content;
  const find = (...names: readonly string[]) =>
    names
      .map((name) => content[name] ?? findPair(execOption, name))
      .find((one) => one !== undefined);
  const cron = find("cronOption", "cron");
  const credential = find("credential", "credentials");
  const given = isUnknownObject(credential) ? credential : {};
  return {
    type: readType(content),
    description: textIn(content, "description"),
    cronOption: typeof cron === "string" ? cron.trim() : undefined,
    events: readEvents(find("events")),
    credential: {
      username: given["username"] ?? find("username"),
      repository: given["repository"] ?? find("repository"),
      accessToken: given["accessToken"] ?? find("accessToken"),
    },
    parameters: parametersIn(content) ?? {},
    actions: Array.isArray(actions) ? actions.flatMap(toActionName) : undefined,
    linksOf: (type) => findLinks([content[linkForms[type].field], execOption], type),
  };
}

/** Apache OpenWhisk writes `/namespace/package/name`, or `/namespace/name` without a package. */
const qualified = /^\/[^/]+\/(?:([^/]+)\/)?([^/]+)$/;

function toActionName(item: unknown): readonly string[] {
  if (typeof item === "string") {
    const [, packageName = "-", name] = qualified.exec(item) ?? [];
    return [name === undefined ? item : `${packageName}/${name}`];
  }
  const given = isUnknownObject(item) ? item : {};
  const name = textIn(given, "name") ?? textIn(given, "action");
  const packageName = textIn(given, "package") ?? textIn(given, "packageName");
  return name === undefined ? [] : [[packageName, name].filter(Boolean).join("/")];
}

const depthMax = 4;

/**
 * Finds a value among pairs of `key` and `value`. The pages document both forms: pairs in a list and pairs within
 * another pair.
 */
function findPair(option: unknown, name: string, depth = 0): unknown {
  const found = listOf(option)
    .filter(isUnknownObject)
    .map(({ key, value }) => (key === name ? value : findNested(value, name, depth)));
  return found.find((value) => value !== undefined);
}

function findNested(value: unknown, name: string, depth: number): unknown {
  return depth < depthMax ? findPair(value, name, depth + 1) : undefined;
}

/** Accepts a list, and text with the names in it: the documented example shows the text `*`. */
function readEvents(value: unknown): readonly string[] | undefined {
  const names = listOf(value).filter((one) => typeof one === "string");
  return names.length === 0 ? undefined : names.flatMap((one) => one.match(/[\w*]+/g) ?? []);
}

function findLinks(
  values: readonly unknown[],
  type: LinkType,
): readonly UnknownObject[] | undefined {
  const links = values.flatMap((value) => linksIn(value, type, 0));
  return links.length === 0 ? undefined : links;
}

/** Collects the objects that have the fields of a link, also within pairs. */
function linksIn(value: unknown, type: LinkType, depth: number): readonly UnknownObject[] {
  return listOf(value)
    .filter(isUnknownObject)
    .flatMap((one) => {
      if (identityOf(one, linkForms[type]) !== undefined) {
        return [one];
      }
      return depth < depthMax ? linksIn(one["value"], type, depth + 1) : [];
    });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
