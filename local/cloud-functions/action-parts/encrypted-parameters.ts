import type { Encryption, JsonObject, StoredAction } from "../resources.ts";

export const encryptions: readonly Encryption["as"][] = [
  "masked",
  "empty",
  "object",
  "null",
  "omitted",
  "none",
  "dropped",
];

/** Reads the body of the control call: `{ as?, names?, refused? }`. By default all parameters are masked. */
export function toEncryption(
  { as = "masked", names, refused = false }: JsonObject,
  { parameters }: StoredAction,
): Encryption | undefined {
  const found = encryptions.find((one) => one === as);
  const given: readonly unknown[] = Array.isArray(names) ? names : Object.keys(parameters);
  return found === undefined
    ? undefined
    : {
        as: found,
        names: given.filter((name) => typeof name === "string"),
        isRefused: refused === true,
      };
}

/** Returns the field `parameters` of "Get Action". */
export function showParameters({ parameters, encryption }: StoredAction): JsonObject {
  if (encryption === undefined) {
    return { parameters };
  }
  const { as, names } = encryption;
  if (as === "dropped") {
    return {};
  }
  const entries = Object.entries(parameters).flatMap(([name, value]) => {
    const isHidden = as === "none" || names.includes(name);
    if (!isHidden) {
      return [[name, value] as const];
    }
    return as === "none" || as === "omitted" ? [] : [[name, shownAs[as]] as const];
  });
  return { parameters: Object.fromEntries(entries) };
}

const shownAs = { masked: "********", empty: "", object: { encrypted: true }, null: null } as const;
