import { createHash } from "node:crypto";
import type { Dice } from "./dice.ts";

/** Draws how a storage lists: as S3 does, or as other implementations do. */
export function drawListing(dice: Dice) {
  return {
    isOrdered: dice.chance(0.5),
    pageMax: dice.oneOf([1_000, 1_000, 1, 2, 5]),
    token: dice.oneOf(["given", "given", "given", "none", "ignored"] as const),
    takesStartAfter: dice.chance(0.7),
    form: dice.oneOf(["url", "url", "entities", "prefixed", "version1"] as const),
    hasMarker: dice.chance(0.3),
    takesBatches: dice.chance(0.7),
    /** The shares of objects that cannot be read, or not be removed, until the faults are over. */
    forbiddenRate: dice.oneOf([0, 0, 0.1]),
    lockedRate: dice.oneOf([0, 0, 0.1]),
  };
}

export type Listing = ReturnType<typeof drawListing>;

const encodeNames: Readonly<Record<Listing["form"], (name: string) => string>> = {
  url: encodeURI,
  version1: encodeURI,
  prefixed: (name) => `<![CDATA[${name}]]>`,
  entities: (name) => name.replace(/[-.]/g, (one) => `&#x${one.charCodeAt(0).toString(16)};`),
};

function toPageXml(names: readonly string[], next: string | undefined, form: Listing["form"]) {
  const ns = form === "prefixed" ? "s3:" : "";
  const element = (name: string, text: string) => `<${ns}${name}>${text}</${ns}${name}>`;
  const contents = names.map((name) =>
    element("Contents", `\n${element("Key", encodeNames[form](name))}`),
  );
  const head = [
    ...(form === "url" || form === "version1" ? [element("EncodingType", "url")] : []),
    form === "version1" ? element("Marker", "") : element("KeyCount", String(names.length)),
    element("IsTruncated", String(next !== undefined)),
    ...(next === undefined || next === "" ? [] : [element("NextContinuationToken", next)]),
  ];
  const text = form === "entities" ? [...contents, ...head] : [...head, ...contents];
  return element("ListBucketResult", text.join(""));
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Returns the position of a name in the storage's own order, which a token can contain. It never changes. */
function positionOf(name: string, { isOrdered }: Listing): string {
  return isOrdered
    ? Buffer.from(name).toString("hex")
    : createHash("md5").update(name).digest("hex");
}

/** Returns the name after which the page begins, if the storage knows the parameter. */
function startIn(query: URLSearchParams, listing: Listing, isVersion2: boolean): string {
  const [parameter, isKnown] = isVersion2
    ? (["start-after", listing.takesStartAfter] as const)
    : (["marker", listing.hasMarker] as const);
  return (isKnown ? query.get(parameter) : null) ?? "";
}

/** Returns one page of the names of a bucket. */
export function toListing(
  names: readonly string[],
  query: URLSearchParams,
  listing: Listing,
): string {
  const isVersion2 = query.has("list-type") && listing.form !== "version1";
  const start = startIn(query, listing, isVersion2);
  const prefix = query.get("prefix") ?? "";
  const given = listing.token === "given" ? (query.get("continuation-token") ?? "") : "";
  const rest = names
    .filter((name) => name.startsWith(prefix) && name > start)
    .map((name) => ({ name, position: positionOf(name, listing) }))
    .filter(({ position }) => position > given)
    .sort((a, b) => byCodeUnit(a.position, b.position));
  const page = rest.slice(0, Math.min(listing.pageMax, Number(query.get("max-keys"))));
  // A token is a position, not a count, so that removals in the meantime move nothing.
  const token = listing.token === "none" || !isVersion2 ? "" : (page.at(-1)?.position ?? "");
  return toPageXml(
    page.map(({ name }) => name),
    rest.length > page.length ? token : undefined,
    listing.form,
  );
}
