import { toStoredMs } from "../model/dead-letter.ts";
import { reservedPrefixes } from "../model/reserved-prefixes.ts";
import type { StorageFailure, StorageResult } from "../object-storage/client.ts";
import type { ListingPage, StoredObject } from "../object-storage/listing.ts";
import { listObjects, type PageStart } from "../object-storage/operations.ts";
import { isOverTime } from "../object-storage/retrying-client.ts";
import type { Run } from "./run.ts";

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
  /** Whether a look at what is left may tell more, when some are gone. */
  readonly isOpen: boolean;
};

type Listing = {
  readonly seen: Map<string, StoredObject>;
  from: PageStart | undefined;
};

/** Lists all dead letters in one pass, or as many as there is time for; a failure of the storage ends it. */
export async function listDeadLetters(run: Run): Promise<DeadLetterList | StorageFailure> {
  const listing: Listing = { seen: new Map(), from: undefined };
  const untilMs = run.startedMs + (run.deadlineMs - run.startedMs) * listingPart;
  for (;;) {
    const end = run.now() < untilMs ? await takePage(run, listing) : "it took a third of the time";
    if (end !== undefined) {
      return typeof end === "string" ? toList(listing, end) : end;
    }
  }
}

/** Returns why the listing ends, if it does. */
async function takePage(run: Run, listing: Listing): Promise<string | StorageFailure | undefined> {
  const page = await askForPage(run, listing);
  if (page.ok) {
    return readPage(page.value, listing);
  }
  return isOverTime(page) ? page.reason : page;
}

const firstOfVersion1 = { kind: "marker", value: "" } as const;

/** Of a storage that refuses version 2 of the operation the first page is asked for in version 1. */
async function askForPage(run: Run, listing: Listing): Promise<StorageResult<ListingPage>> {
  const page = await list(run, listing);
  if (page.ok || listing.from !== undefined || !versionRefused.includes(page.status ?? 0)) {
    return page;
  }
  listing.from = firstOfVersion1;
  const older = await list(run, listing);
  return older.ok ? older : page;
}

function list({ client, bucket }: Run, { from }: Listing): Promise<StorageResult<ListingPage>> {
  return listObjects(client, { bucket, prefix: reservedPrefixes.deadLetters, max: pageMax, from });
}

/** Undefined where the storage still serves the bucket: what failed is then the fault of a single object. */
export async function failureOfBucket({
  client,
  bucket,
}: Run): Promise<StorageFailure | undefined> {
  const page = await listObjects(client, { bucket, prefix: reservedPrefixes.deadLetters, max: 1 });
  return page.ok || versionRefused.includes(page.status ?? 0) ? undefined : page;
}

const complete = "complete";
/** Names may be left out where they come in no order, which a page does not tell. */
const byNames = "the storage gives no token to go on by";
const nothingNew = "a page of it brings nothing new";

/** Takes the names of a page. Returns `complete`, why the listing ends without being that, or undefined. */
function readPage(page: ListingPage, listing: Listing): string | undefined {
  const { seen, from } = listing;
  const countBefore = seen.size;
  for (const object of page.objects) {
    seen.set(object.name, object);
  }
  if (page.isTruncated === false || isPastTheLast(page, from)) {
    return isByName(from) ? byNames : complete;
  }
  if (seen.size === countBefore) {
    return page.token === undefined ? byNames : nothingNew;
  }
  listing.from = toNext(page, from);
  return seen.size >= namesMax ? `there are ${namesMax} names and more` : undefined;
}

/** An empty marker asks for the first page in version 1. */
function isByName(from: PageStart | undefined): boolean {
  return from !== undefined && from.kind !== "token" && from.value !== "";
}

/** A page that does not say whether it is the last: after the last name there is nothing. */
function isPastTheLast({ isTruncated, objects, token }: ListingPage, from: PageStart | undefined) {
  const saysNothing = isTruncated === undefined && token === undefined;
  return saysNothing && objects.length === 0 && isByName(from);
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

/** In the order of their bytes, as S3 lists them. */
function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function toList({ seen }: Listing, end: string): DeadLetterList {
  return {
    objects: toDeadLetters([...seen.values()]),
    incomplete:
      end === complete ? undefined : `the listing of dead letters is not complete: ${end}`,
    isOpen: end === byNames || end === nothingNew,
  };
}

/** All that is left, where one page holds it. */
export async function listRest({
  client,
  bucket,
}: Run): Promise<readonly StoredObject[] | undefined> {
  const query = { bucket, prefix: reservedPrefixes.deadLetters, max: pageMax };
  const page = await listObjects(client, query);
  const older = page.ok ? page : await listObjects(client, { ...query, from: firstOfVersion1 });
  return older.ok && older.value.isTruncated === false
    ? toDeadLetters(older.value.objects)
    : undefined;
}

/** What somebody else put there, a folder's marker for one, is left alone. */
function toDeadLetters(listed: readonly StoredObject[]): readonly StoredObject[] {
  return (
    listed
      .filter(isDeadLetter)
      .map((object) => ({ object, atMs: storedMsOf(object) }))
      // Two without a time differ by NaN, which decides nothing.
      .sort((a, b) => a.atMs - b.atMs || compareTexts(a.object.name, b.object.name))
      .map(({ object }) => object)
  );
}

function isDeadLetter({ name, isReadable }: StoredObject): boolean {
  return name.endsWith(".ndjson") && (name.startsWith(reservedPrefixes.deadLetters) || !isReadable);
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
