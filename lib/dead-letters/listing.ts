import { isText } from "../encoding/unknown-object.ts";
import { reservedPrefixes } from "../model/reserved-prefixes.ts";
import type { StorageFailure, StorageResult } from "../object-storage/client.ts";
import type { ListingPage, StoredObject } from "../object-storage/listing.ts";
import { listObjects, type PageStart } from "../object-storage/operations.ts";
import { isOverTime } from "../object-storage/retrying-client.ts";
import { toDeadLetters } from "./age.ts";
import type { Run } from "./run.ts";

/** Names on one page, which is the maximum of S3. */
const pageMax = 1_000;
/** Limit of names in one listing. */
const namesMax = 100_000;
/** Limit of their characters, all of which are kept in memory. A name of ours has about 90. */
const nameCharsMax = 12 * 1024 * 1024;
/** Limit of consecutive pages that bring no new name. */
const barrenMax = 100;
/** The part of a call's time after which no other page is requested. */
const listingPart = 1 / 3;
/** Statuses with which a storage can refuse version 2 of the operation. */
const versionRefused = [400, 405, 501];

export type DeadLetterList = {
  /** The oldest object comes first. */
  readonly objects: readonly StoredObject[];
  /** Reason why objects may be missing; undefined if the list is complete. */
  readonly incomplete: string | undefined;
  /** True if a second listing may show more after some objects are removed. */
  readonly isOpen: boolean;
};

type Listing = {
  readonly seen: Map<string, StoredObject>;
  from: PageStart | undefined;
  nameChars: number;
  /** Consecutive pages without a new name. */
  barren: number;
};

/** Lists all dead letters, or as many as time allows. A failure of the storage ends the listing. */
export async function listDeadLetters(run: Run): Promise<DeadLetterList | StorageFailure> {
  const listing: Listing = { seen: new Map(), from: undefined, nameChars: 0, barren: 0 };
  const untilMs = run.startedMs + (run.deadlineMs - run.startedMs) * listingPart;
  for (;;) {
    const end = run.now() < untilMs ? await takePage(run, listing) : "it took a third of the time";
    if (end !== undefined) {
      return isText(end) ? toList(listing, end) : end;
    }
  }
}

/** Reads one page. Returns the reason why the listing ends, or undefined. */
async function takePage(run: Run, listing: Listing): Promise<string | StorageFailure | undefined> {
  const page = await askForPage(run, listing);
  if (page.ok) {
    return readPage(page.value, listing);
  }
  return isOverTime(page) ? page.reason : page;
}

const firstOfVersion1 = { kind: "marker", value: "" } as const;

/** Requests a page. If a storage refuses version 2 for the first page, version 1 is tried. */
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

/** Returns the failure of the bucket, or undefined if the storage still serves it and only a single object fails. */
export async function failureOfBucket({
  client,
  bucket,
}: Run): Promise<StorageFailure | undefined> {
  const page = await listObjects(client, { bucket, prefix: reservedPrefixes.deadLetters, max: 1 });
  return page.ok || versionRefused.includes(page.status ?? 0) ? undefined : page;
}

const complete = "complete";
/** A listing by names may miss some if the storage does not sort, which a page does not tell. */
const byNames = "the storage gives no token to go on by";
const nothingNew = "its pages bring nothing new";

/** Reads a page. Returns `complete`, the reason why the listing ends early, or undefined. */
function readPage(page: ListingPage, listing: Listing): string | undefined {
  const { seen, from } = listing;
  addNames(page, listing);
  if (isLast(page, listing)) {
    return isByName(from) ? byNames : complete;
  }
  if (isStuck(page, listing)) {
    return page.token === undefined ? byNames : nothingNew;
  }
  listing.from = toNext(page, from);
  const isFull = seen.size >= namesMax || listing.nameChars >= nameCharsMax;
  return isFull ? `there are ${seen.size} names and more` : undefined;
}

function addNames({ objects }: ListingPage, listing: Listing): void {
  const { seen } = listing;
  const countBefore = seen.size;
  for (const object of objects) {
    listing.nameChars += seen.has(object.name) ? 0 : object.name.length;
    seen.set(object.name, object);
  }
  listing.barren = seen.size === countBefore ? listing.barren + 1 : 0;
}

/** Tells whether a page begins after a name. An empty marker asks for the first page in version 1. */
function isByName(from: PageStart | undefined): boolean {
  return from !== undefined && from.kind !== "token" && from.value !== "";
}

/**
 * Tells whether a page is the last. Some storages give a token with a page that they call the last, so the token is
 * followed as long as it brings new names. An empty page after a name is the last if it says nothing itself.
 */
function isLast({ isTruncated, objects, token }: ListingPage, { from, barren }: Listing): boolean {
  if (isTruncated === false) {
    return token === undefined || barren > 0;
  }
  const saysNothing = isTruncated === undefined && token === undefined;
  return saysNothing && objects.length === 0 && isByName(from);
}

/** Tells whether a listing makes no progress. An empty page with a new token does: its objects may all be removed. */
function isStuck({ token }: ListingPage, { from, barren }: Listing): boolean {
  return barren > 0 && (token === undefined || token === from?.value || barren >= barrenMax);
}

/** Returns the start of the next page: the token, or else the last name for storages without tokens. */
function toNext(page: ListingPage, from: PageStart | undefined): PageStart {
  if (page.token !== undefined) {
    return { kind: "token", value: page.token };
  }
  const names = page.objects.map(({ name }) => name).sort(compareNames);
  const value = page.nextMarker ?? names.at(-1) ?? "";
  return { kind: page.isVersion1 || from?.kind === "marker" ? "marker" : "after", value };
}

/** Compares names by bytes, which is the order of S3. */
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

/** Lists what is left; undefined if it is more than one page. */
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
