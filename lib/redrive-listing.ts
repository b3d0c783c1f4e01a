import { toStoredMs } from "./object-storage/dead-letters.ts";
import type { ListingPage, StoredObject } from "./object-storage/listing.ts";
import { listObjects, type PageStart } from "./object-storage/object-storage.ts";
import type { NotStored, Stored } from "./object-storage/request.ts";
import { prefixes } from "./own-objects.ts";
import { isOverTime, type Run } from "./redrive-run.ts";

/** Names of one page: the most that S3 gives. */
const pageMax = 1_000;
/** Names of one listing. */
const namesMax = 100_000;
/** The part of a call's time after which no other page is asked for. */
const listingPart = 1 / 3;
/** With these a storage can refuse version 2 of the operation. */
const versionRefused = [400, 405, 501];

export type DeadLetterList = {
  /** The oldest first. */
  readonly objects: readonly StoredObject[];
  /** Why it may lack some; undefined where it is complete. */
  readonly incomplete: string | undefined;
};

type Listing = {
  readonly seen: Map<string, StoredObject>;
  /** Whether every page was in the order of names, so far. */
  isOrdered: boolean;
  from: PageStart | undefined;
};

/** Lists all dead letters in one pass, or as many as there is time for; a failure of the storage ends it. */
export async function listDeadLetters(run: Run): Promise<DeadLetterList | NotStored> {
  const listing: Listing = { seen: new Map(), isOrdered: true, from: undefined };
  const untilMs = run.startedMs + (run.deadlineMs - run.startedMs) * listingPart;
  for (;;) {
    const end = run.now() < untilMs ? await takePage(run, listing) : "it took a third of the time";
    if (end !== undefined) {
      return typeof end === "string" ? toList(listing, end) : end;
    }
  }
}

/** Returns why the listing ends, if it does. */
async function takePage(run: Run, listing: Listing): Promise<string | NotStored | undefined> {
  const page = await askForPage(run, listing);
  if (page.ok) {
    return readPage(page.value, listing);
  }
  return isOverTime(page) ? page.reason : page;
}

/** Of a storage that refuses version 2 of the operation the first page is asked for in version 1. */
async function askForPage(run: Run, listing: Listing): Promise<Stored<ListingPage>> {
  const page = await list(run, listing);
  if (page.ok || listing.from !== undefined || !versionRefused.includes(page.status ?? 0)) {
    return page;
  }
  listing.from = { kind: "marker", value: "" };
  const older = await list(run, listing);
  return older.ok ? older : page;
}

function list({ ask, bucket }: Run, { from }: Listing): Promise<Stored<ListingPage>> {
  return listObjects(ask, { bucket, prefix: prefixes.deadLetters, max: pageMax, from });
}

/** Undefined where the storage still serves the bucket: what failed is then the fault of a single object. */
export async function failureOfBucket({ ask, bucket }: Run): Promise<NotStored | undefined> {
  const page = await listObjects(ask, { bucket, prefix: prefixes.deadLetters, max: 1 });
  return page.ok || versionRefused.includes(page.status ?? 0) ? undefined : page;
}

const complete = "complete";

/** Takes the names of a page. Returns `complete`, why the listing ends without being that, or undefined. */
function readPage(page: ListingPage, listing: Listing): string | undefined {
  const { seen, from } = listing;
  const countBefore = seen.size;
  listing.isOrdered &&= isInOrder(page, from);
  for (const object of page.objects) {
    seen.set(object.name, object);
  }
  // By names a page can be asked for only where names are in order; a token is the storage's own.
  const isWalked = listing.isOrdered || from === undefined || from.kind === "token";
  const isLast = page.isTruncated === false || isPastTheLast(page, from);
  if (isLast) {
    return isWalked ? complete : "the storage lists in no order, and by names only";
  }
  if (seen.size === countBefore) {
    return page.token === undefined
      ? "a page of the listing is not the last and has no token"
      : "a page of the listing brings nothing new";
  }
  listing.from = toNext(page, from);
  return seen.size >= namesMax ? `there are ${namesMax} names and more` : undefined;
}

/** A page that does not say whether it is the last: after the last name there is nothing. */
function isPastTheLast({ isTruncated, objects, token }: ListingPage, from: PageStart | undefined) {
  const isByName = from !== undefined && from.kind !== "token";
  return isTruncated === undefined && token === undefined && objects.length === 0 && isByName;
}

/** By token where there is one; else by names, which is for storages that know no token. */
function toNext(page: ListingPage, from: PageStart | undefined): PageStart {
  if (page.token !== undefined) {
    return { kind: "token", value: page.token };
  }
  const names = page.objects.map(({ name }) => name).sort(compareNames);
  const value = page.nextMarker ?? names.at(-1) ?? "";
  return { kind: page.isVersion1 || from?.kind === "marker" ? "marker" : "after", value };
}

function isInOrder({ objects }: ListingPage, from: PageStart | undefined): boolean {
  const first = from === undefined || from.kind === "token" ? "" : from.value;
  return objects.every(({ name }, index) => {
    const before = objects[index - 1]?.name ?? first;
    return compareNames(before, name) < 0;
  });
}

/** In the order of their bytes, as S3 lists them. */
function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** What somebody else put there, a folder's marker for one, is left alone. */
function toList({ seen }: Listing, end: string): DeadLetterList {
  const objects = [...seen.values()]
    .filter(isDeadLetter)
    .map((object) => ({ object, atMs: storedMsOf(object) }))
    // Two without a time differ by NaN, which decides nothing.
    .sort((a, b) => a.atMs - b.atMs || compareTexts(a.object.name, b.object.name));
  return {
    objects: objects.map(({ object }) => object),
    incomplete: end === complete ? undefined : end,
  };
}

function isDeadLetter({ name, isReadable }: StoredObject): boolean {
  return name.endsWith(".ndjson") && (name.startsWith(prefixes.deadLetters) || !isReadable);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** By its name; of an object that somebody else named, when it was last written. Without a time it is the last. */
export function storedMsOf({ name, modifiedMs }: StoredObject): number {
  const storedMs = toStoredMs(name);
  const eitherMs = Number.isNaN(storedMs) ? modifiedMs : storedMs;
  return Number.isNaN(eitherMs) ? Infinity : eitherMs;
}
