import { membersOf } from "../../encoding/json-source.ts";
import { isSecretName, isSettingName } from "../../settings/field-names.ts";

/** The rule of what an event may pass on. */
export type PassRule = {
  /** Names that are passed on although they look like a secret's. */
  readonly fields: readonly string[];
  /** Names that are left out on request. */
  readonly drop: readonly string[];
  /** Texts that are never passed on. */
  readonly secrets: readonly string[];
};

export type PassedFields = {
  /** JSON; absent if nothing of it may be passed on. */
  readonly text: string | undefined;
  /** Names of the top level that are passed on. */
  readonly names: readonly string[];
  /** Names of fields that are not passed on, without those that are left out on request. */
  readonly dropped: readonly string[];
};

/** A shorter secret can be a part of other texts by chance, so it is looked for as a whole text only. */
const secretCharsMin = 16;

/** Tells whether a text is a secret or contains a long one. */
export function isSecretText(text: string, { secrets }: Pick<PassRule, "secrets">): boolean {
  return secrets.some(
    (secret) => text === secret || (secret.length >= secretCharsMin && text.includes(secret)),
  );
}

/**
 * Removes settings and secrets from JSON: by name at the top level, where platforms add parameters, and by value at any
 * depth. The text stays as it is if nothing is removed. Throws a RangeError if a secret is nested too deep.
 */
export function passFields(json: string, rule: PassRule): PassedFields {
  const dropped: string[] = [];
  const text = json.trim();
  if (!text.startsWith("{")) {
    const passed = withoutSecrets(text, rule, dropped);
    return { text: passed, names: [], dropped: toNames(dropped, rule) };
  }
  const members = membersOf(text);
  const passed = members.flatMap(([name, member]) => {
    const value = isPassed(name, rule) ? withoutSecrets(member, rule, dropped) : undefined;
    if (value === undefined && !rule.drop.includes(name)) {
      dropped.push(name);
    }
    return value === undefined ? [] : [[name, value] as const];
  });
  const isUnchanged =
    passed.length === members.length &&
    passed.every(([, value], index) => value === members[index]?.[1]);
  const rebuilt = passed.map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  return {
    text: isUnchanged ? text : `{${rebuilt.join(",")}}`,
    names: passed.map(([name]) => name),
    dropped: toNames(dropped, rule),
  };
}

/** Returns names for the log. A name can be a secret too. */
export function toNames(names: readonly string[], rule: PassRule): readonly string[] {
  return names.map((name) => (isSecretText(name, rule) ? "?" : name));
}

function isPassed(name: string, rule: PassRule): boolean {
  return !(
    rule.drop.includes(name) ||
    isSettingName(name) ||
    (isSecretName(name) && !rule.fields.includes(name)) ||
    isSecretText(name, rule)
  );
}

/** Matches texts and numbers. Names are texts too. */
const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** Looks at the written text, because a member that a later one of its name hides is passed on too. */
function holdsSecret(json: string, rule: PassRule): boolean {
  for (const [token] of json.matchAll(textOrNumber)) {
    if (isSecretText(token, rule) || isSecretText(String(JSON.parse(token)), rule)) {
      return true;
    }
  }
  return false;
}

/** Leaves out the smallest members that hold a secret. A list keeps its length: `null` replaces an element. */
function withoutSecrets(json: string, rule: PassRule, dropped: string[]): string | undefined {
  if (!holdsSecret(json, rule)) {
    return json;
  }
  const isRemoved = (holder: unknown, name: string, value: unknown): boolean =>
    (["string", "number"].includes(typeof value) && isSecretText(String(value), rule)) ||
    (!Array.isArray(holder) && isSecretText(name, rule));
  return JSON.stringify(JSON.parse(json), function (this: unknown, name: string, value: unknown) {
    if (!isRemoved(this, name, value)) {
      return value;
    }
    if (name !== "") {
      dropped.push(name);
    }
    return undefined;
  }) as string | undefined;
}
