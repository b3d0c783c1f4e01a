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

/** The value of one setting when it was read. An opaque one is an object that is not JSON, which could change unseen. */
type Reading = { readonly value: unknown; readonly isOwn: boolean; readonly isOpaque: boolean };

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
    const given = Reflect.get(current, name);
    const copy = copyOf(given);
    const isOpaque = !isSame(copy, given);
    const reading = {
      value: isOpaque ? given : copy,
      isOwn: Object.hasOwn(current, name),
      isOpaque,
    };
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
  for (const [name, { value, isOwn, isOpaque }] of readings) {
    // `hasOwn` of process.env costs as much as a read, and a present value needs no such check.
    const isThere = value !== undefined || isOwn === Object.hasOwn(next, name);
    if (isOpaque || !isThere || !isSame(value, Reflect.get(next, name))) {
      return false;
    }
  }
  return true;
}

/** Copies JSON. Of any other object it makes something else, or nothing. */
function copyOf(value: unknown): unknown {
  try {
    return isObject(value) ? JSON.parse(JSON.stringify(value)) : value;
  } catch {
    return undefined;
  }
}

/** JSON that is nested deeper is parsed again on every call. */
const depthMax = 100;

/** Tells whether a value is the same as the copy of JSON, with names in the same order. */
function isSame(copy: unknown, value: unknown, depth = 0): boolean {
  if (!isObject(copy) || !isObject(value)) {
    return Object.is(copy, value);
  }
  const names = Object.keys(copy);
  const others = Object.keys(value);
  const isAlike =
    depth < depthMax &&
    names.length === others.length &&
    // A date or a map has more than names and values, and an array can have holes.
    Object.getPrototypeOf(copy) === Object.getPrototypeOf(value) &&
    copy["length"] === value["length"];
  for (let i = 0; isAlike && i < names.length; i += 1) {
    const name = names[i] ?? "";
    if (name !== others[i] || !isSame(copy[name], value[name], depth + 1)) {
      return false;
    }
  }
  return isAlike;
}

function isObject(value: unknown): value is UnknownObject {
  return typeof value === "object" && value !== null;
}
