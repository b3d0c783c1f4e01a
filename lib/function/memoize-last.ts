import type { UnknownObject } from "../encoding/unknown-object.ts";
import type { ParseResult, Settings } from "../model/settings.ts";

/**
 * Wraps a parser so that it parses again only if a setting that it read has changed since the last call, because a warm
 * function gets the same settings each time. It keeps one entry, of valid settings only.
 */
export function memoizeLast<T>(
  parse: (settings: Settings) => ParseResult<T>,
): (settings: Settings) => ParseResult<T> {
  let last: { readonly viewed: SettingsView; readonly parsed: ParseResult<T> } | undefined;
  return (settings) => {
    if (last?.viewed.follow(settings) === true) {
      return last.parsed;
    }
    const viewed = watch(settings);
    const parsed = parse(viewed.view);
    last = parsed.ok ? { viewed, parsed } : undefined;
    return parsed;
  };
}

type SettingsView = {
  /** The settings as a parser sees them. */
  readonly view: Settings;
  /** Tells whether other settings have the same values wherever the view was read. The view then shows the other settings. */
  readonly follow: (settings: Settings) => boolean;
};

/** The value of one setting when it was read. */
type Reading = { readonly value: unknown; readonly isOwn: boolean };

/**
 * Makes a view that records every read and returns copies of objects, so that a parser's result does not change with the
 * caller's objects. A parser may keep the view and read it later.
 */
function watch(settings: Settings): SettingsView {
  let current = settings;
  let names: readonly (string | symbol)[] | undefined;
  const readings = new Map<PropertyKey, Reading>();
  const read = (name: PropertyKey): Reading => {
    const known = readings.get(name);
    if (known !== undefined) {
      return known;
    }
    const value = copyOf(Reflect.get(current, name));
    const reading = { value, isOwn: Object.hasOwn(current, name) };
    readings.set(name, reading);
    return reading;
  };
  // The target is an empty object, because a proxy must return a frozen target's own values and no copies.
  const view = new Proxy<Settings>(
    {},
    {
      get: (_, name) => read(name).value,
      has: (_, name) => read(name).isOwn || read(name).value !== undefined,
      ownKeys: () => {
        names ??= Reflect.ownKeys(current);
        return [...names];
      },
      getOwnPropertyDescriptor: (_, name) => {
        const { value, isOwn } = read(name);
        return isOwn ? { value, enumerable: true, configurable: true } : undefined;
      },
    },
  );
  return {
    view,
    follow: (next) => {
      const isFollowed =
        (names === undefined || isSame(names, Reflect.ownKeys(next))) &&
        isFollowedBy(readings, next);
      current = isFollowed ? next : current;
      return isFollowed;
    },
  };
}

function isFollowedBy(readings: ReadonlyMap<PropertyKey, Reading>, next: Settings): boolean {
  for (const [name, { value, isOwn }] of readings) {
    // `hasOwn` of process.env costs as much as a read, and a present value needs no such check.
    const isThere = value !== undefined || isOwn === Object.hasOwn(next, name);
    if (!isThere || !isSame(value, Reflect.get(next, name))) {
      return false;
    }
  }
  return true;
}

/** Copies JSON. Anything else is returned unchanged, and `isSame` never accepts it again. */
function copyOf(value: unknown): unknown {
  if (!isObject(value)) {
    return value;
  }
  try {
    const copy: unknown = structuredClone(value);
    return isSame(copy, value) ? copy : value;
  } catch {
    return value;
  }
}

/** JSON that is nested deeper, or circular, is parsed again on every call. */
const depthMax = 100;

/** Tells whether two values are the same JSON with names in the same order. */
function isSame(one: unknown, other: unknown, depth = 0): boolean {
  if (!isObject(one) || !isObject(other)) {
    return Object.is(one, other);
  }
  const names = Object.keys(one);
  const others = Object.keys(other);
  return (
    // The identical object could have changed since.
    one !== other &&
    depth < depthMax &&
    isPlain(one) &&
    isPlain(other) &&
    Array.isArray(one) === Array.isArray(other) &&
    one["length"] === other["length"] &&
    names.length === others.length &&
    names.every((name, i) => name === others[i] && isSame(one[name], other[name], depth + 1))
  );
}

function isObject(value: unknown): value is UnknownObject {
  return typeof value === "object" && value !== null;
}

/** Tells whether an object has only names and values; a date or a map has more. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || !isObject(prototype) || Object.getPrototypeOf(prototype) === null;
}
