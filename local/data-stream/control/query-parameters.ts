import type { NumberRange } from "./checked-input.ts";
import { InvalidInput } from "./checked-input.ts";

/** Refuses a parameter that is unknown or repeated: a misspelt filter would otherwise filter nothing. */
export function checkParameters(search: URLSearchParams, known: readonly string[]): void {
  const names = [...search.keys()];
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    const shown = JSON.stringify(stranger.slice(0, 50));
    throw new InvalidInput(`unknown parameter ${shown}; known: ${known.join(", ")}`);
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new InvalidInput(`${repeated} must be given at most once`);
  }
}

/** Reads a whole number. A parameter that is absent is undefined. */
export function integerParameter(
  search: URLSearchParams,
  name: string,
  { min, max }: NumberRange,
): number | undefined {
  const text = search.get(name);
  if (text === null) {
    return undefined;
  }
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < min || value > max) {
    throw new InvalidInput(`${name} must be an integer from ${min} to ${max}`);
  }
  return value;
}

/** Reads one of some words. A parameter that is absent is undefined. */
export function wordParameter<Word extends string>(
  search: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = search.get(name);
  const found = words.find((word) => word === text);
  if (text !== null && found === undefined) {
    throw new InvalidInput(`${name} must be one of ${words.join(", ")}`);
  }
  return found;
}
