import * as z from "zod";
import { textOf, type UnknownObject } from "../../../../lib/encoding/unknown-object.ts";

/** The documented bound of the URL, the longest of the fields. */
const textCharactersMax = 1_500;
const nameCharactersMax = 100;

const value = z.union([z.string().max(textCharactersMax), z.boolean(), z.number(), z.null()]);

export const endPointSchema: z.ZodType<UnknownObject> = z.record(
  z.string().max(nameCharactersMax),
  value,
);

/** The required fields of `ncpEndPoint`. Without one of them a method cannot be made again. */
export const endPointFields = [
  "service",
  "region",
  "actionId",
  "actionName",
  "stream",
  "url",
] as const;

export type ActionFacts = {
  readonly action: string;
  readonly package: string;
  /** The action as the API of Cloud Functions shows it; undefined if it is not there yet. */
  readonly content: UnknownObject | undefined;
};

/** Replaces in an end point what varies between actions. Values of other kinds than JSON's simple ones are left out. */
export function toTemplateEndPoint(
  endPoint: UnknownObject,
  facts: ActionFacts,
  methodName: string,
): UnknownObject {
  const field = fieldOfId(textOf(endPoint["actionId"]), facts);
  const entries = Object.entries(endPoint).flatMap(([name, given]) => {
    const isKept = value.safeParse(given).success && name.length <= nameCharactersMax;
    return isKept ? [[name, templated(name, given, { field, facts, methodName })] as const] : [];
  });
  return Object.fromEntries(entries);
}

type Templating = {
  readonly field: string | undefined;
  readonly facts: ActionFacts;
  readonly methodName: string;
};

function templated(
  name: string,
  given: unknown,
  { field, facts, methodName }: Templating,
): unknown {
  if (typeof given !== "string") {
    return given;
  }
  if (name === "method") {
    return given === methodName && given !== "ANY" ? "{method}" : given;
  }
  const id = field === undefined ? undefined : textOf(facts.content?.[field]);
  const withoutId = id === undefined ? given : given.replaceAll(id, `{action.${field}}`);
  const withoutPackage =
    facts.package === "-" ? withoutId : withoutId.replaceAll(`/${facts.package}/`, "/{package}/");
  return withoutPackage.replaceAll(facts.action, "{action}");
}

const idCharactersMin = 4;

/** Finds the field of the action that holds the id of its end point, if a read of the action shows it. */
function fieldOfId(id: string, { content = {}, action }: ActionFacts): string | undefined {
  return id.length < idCharactersMin || id === action
    ? undefined
    : Object.keys(content).find((name) => /^\w{1,50}$/.test(name) && content[name] === id);
}

/** Fills the placeholders. Returns undefined if the action does not show what one of them stands for. */
export function fillEndPoint(
  { ncpEndPoint }: { readonly ncpEndPoint: UnknownObject },
  { action, package: packageName, content = {} }: ActionFacts,
  methodName: string,
): UnknownObject | undefined {
  let isWhole = true;
  const fill = (text: string): string =>
    text.replaceAll(
      /\{(action|package|method)(?:\.(\w+))?\}/g,
      (_, name: string, field?: string) => {
        const filled =
          field === undefined
            ? { action, package: packageName, method: methodName }[name]
            : textOf(content[field]);
        isWhole &&= !!filled;
        return filled ?? "";
      },
    );
  const entries = Object.entries(ncpEndPoint).map(([name, given]) => [
    name,
    typeof given === "string" ? fill(given) : given,
  ]);
  return isWhole ? Object.fromEntries(entries) : undefined;
}
