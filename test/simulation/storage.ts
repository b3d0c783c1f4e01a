import { createHash } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../../lib/effects/transport.ts";
import { answer } from "../support/harness.ts";
import { secretsInUse } from "../support/spoken.ts";
import type { Dice } from "./dice.ts";
import { recordIdIn, recordIdsIn } from "./expected-records.ts";
import type { ExchangeKind, Ledger, ReadDeadLetter } from "./ledger.ts";
import { type Listing, toListing } from "./listing.ts";
import { requestHeader } from "./stream.ts";

export const deadLetterBucket = "letters";
export const claimCheckBucket = "claims";
export const deadLetterPrefix = "datastream-relay/dead-letters/";
/** S3 refuses requests whose time differs by more. */
const clockMsMax = 15 * 60_000;

export function kindOf({ method, url }: HttpRequest): ExchangeKind {
  if (url.pathname === "/api/produce") {
    return "produce";
  }
  if (method === "GET") {
    return url.searchParams.has("prefix") ? "list" : "get";
  }
  return method === "PUT" ? "put" : "remove";
}

/** Returns bucket and name as one path. */
export function objectOf({ url }: HttpRequest): string {
  return decodeURIComponent(url.pathname).slice(1);
}

/** Returns the objects that a request is about: each name of a batch of removals. */
export function objectsOf(request: HttpRequest): readonly string[] {
  const keys = [
    ...String(request.method === "POST" ? request.body : "").matchAll(/<Key>([^<]*)</g),
  ];
  return request.method === "POST"
    ? keys.map(([, key]) => objectOf(request) + key)
    : [objectOf(request)];
}

function dateIn(request: HttpRequest): number {
  const [, date = "", time = ""] =
    /^(\d{8})T(\d{6})Z$/.exec(requestHeader(request, "x-amz-date")) ?? [];
  const day = date.replace(/(....)(..)(..)/, "$1-$2-$3");
  return Date.parse(`${day}T${time.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`);
}

/** Checks that the request names its key, its date and its body. A full verification is not needed here. */
function isSigned(request: HttpRequest): boolean {
  const hash = createHash("sha256").update(request.body).digest("hex");
  const date = requestHeader(request, "x-amz-date").slice(0, 8);
  const credential = `Credential=${secretsInUse.ncloudAccessKey}/${date}/kr-standard/s3/`;
  return (
    requestHeader(request, "authorization").includes(credential) &&
    requestHeader(request, "x-amz-content-sha256") === hash
  );
}

function linesOf(body: string): readonly string[] {
  return body.split("\n").filter((line) => line !== "");
}

type StorageParts = {
  readonly ledger: Ledger;
  readonly dice: Dice;
  readonly listing: Listing;
  readonly faultsEndMs: number;
};

/**
 * Creates an object storage. It is independent of the product, and records in the ledger what it is asked
 * to keep.
 */
export function createStorage({ ledger, dice, listing, faultsEndMs }: StorageParts) {
  const objects = new Map<string, string>();
  const versions = new Map<string, number>();
  const objectStates = new Map<string, "forbidden" | "locked" | "open">();
  let puts = 0;
  const claim = (name: string) => objects.get(`${claimCheckBucket}/${name}`) ?? "";
  const isDeadLetterObject = (name: string) =>
    name.startsWith(`${deadLetterBucket}/${deadLetterPrefix}`);
  const objectStateOf = (name: string, nowMs: number) => {
    const drawn = dice.chance(listing.forbiddenRate) ? "forbidden" : "open";
    const objectState =
      objectStates.get(name) ?? (dice.chance(listing.lockedRate) ? "locked" : drawn);
    objectStates.set(name, objectState);
    return nowMs < faultsEndMs && isDeadLetterObject(name) ? objectState : "open";
  };
  const list = (request: HttpRequest): HttpResponse => {
    const inBucket = objectOf(request);
    const names = [...objects.keys()].map((name) => name.slice(inBucket.length));
    return answer(200, toListing(names, request.url.searchParams, listing));
  };
  /** Returns the id of a record, or the ids in a body that made no record. */
  const recordIdsInLine = (line: string): readonly string[] => {
    const { value = "", body } = JSON.parse(line);
    return body === undefined ? [recordIdIn(value, claim)] : recordIdsIn(body);
  };
  const note = (name: string, body: string): void => {
    if (!name.startsWith(deadLetterBucket)) {
      return;
    }
    const notes = isDeadLetterObject(name) ? ledger.everStored : ledger.setAside;
    for (const recordId of linesOf(body).flatMap(recordIdsInLine)) {
      notes.add(recordId);
    }
  };
  const deadLettersOf = (body: string): readonly ReadDeadLetter[] =>
    linesOf(body).map((line) => {
      const { topic, key, value } = JSON.parse(line);
      return { topic, key, recordId: recordIdIn(value ?? "", claim) };
    });
  /** A dead letter that is removed has to be on the topic by then, or set aside. */
  const checkGone = (name: string, body: string): void => {
    const kept = new Set([
      ...ledger.messages.map(({ recordId }) => recordId),
      ...ledger.setAside,
      ...deadLettersOf(body).map(({ recordId }) => recordId),
    ]);
    const lost = isDeadLetterObject(name) ? deadLettersOf(objects.get(name) ?? "") : [];
    ledger.violations.push(
      ...lost
        .filter(({ recordId }) => !kept.has(recordId))
        .map(({ recordId }) => `removed: ${recordId} left ${name} before it was acknowledged`),
    );
  };
  const put = (name: string, body: string): HttpResponse => {
    checkGone(name, body);
    objects.set(name, body);
    puts += 1;
    versions.set(name, puts);
    note(name, body);
    return answer(200, "", { etag: `"${createHash("md5").update(body).digest("hex")}"` });
  };
  const remove = (name: string): void => {
    checkGone(name, "");
    objects.delete(name);
  };
  const removeSome = (request: HttpRequest, nowMs: number): HttpResponse => {
    const bucket = objectOf(request);
    const results = objectsOf(request).map((name) => {
      const key = `<Key>${name.slice(bucket.length)}</Key>`;
      if (objectStateOf(name, nowMs) === "locked") {
        return `<Error>${key}<Code>AccessDenied</Code></Error>`;
      }
      remove(name);
      return `<Deleted>${key}</Deleted>`;
    });
    return listing.takesBatches
      ? answer(200, `<DeleteResult>${results.join("")}</DeleteResult>`)
      : answer(501);
  };
  const removeOne = (name: string, nowMs: number): HttpResponse => {
    if (objectStateOf(name, nowMs) === "locked") {
      return answer(403, "<Error><Code>AccessDenied</Code></Error>");
    }
    remove(name);
    return answer(204);
  };
  const get = (request: HttpRequest, nowMs: number): HttpResponse => {
    const name = objectOf(request);
    const body = objects.get(name);
    if (objectStateOf(name, nowMs) === "forbidden") {
      return answer(403, "<Error><Code>InvalidObjectState</Code></Error>");
    }
    return body === undefined
      ? answer(404, "<Error><Code>NoSuchKey</Code></Error>")
      : answer(200, Buffer.from(body).toString("latin1"), { etag: '"0"' });
  };
  return {
    objects,
    claim,
    deadLettersIn: (name: string) =>
      isDeadLetterObject(name) ? deadLettersOf(objects.get(name) ?? "") : [],
    serve: (request: HttpRequest, nowMs: number): HttpResponse => {
      const date = new Date(nowMs).toUTCString();
      if (!isSigned(request)) {
        ledger.violations.push("signed: a storage request has a wrong authorization");
        return answer(403, "", { date });
      }
      if (Math.abs(dateIn(request) - nowMs) > clockMsMax) {
        return answer(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", { date });
      }
      const name = objectOf(request);
      switch (kindOf(request)) {
        case "put":
          return put(name, Buffer.from(request.body).toString());
        case "list":
          return list(request);
        case "get":
          return get(request, nowMs);
        default:
          return request.method === "POST" ? removeSome(request, nowMs) : removeOne(name, nowMs);
      }
    },
    deadLettersLeft: () => [...objects.keys()].filter(isDeadLetterObject),
    /** Tells an object from a later one of the same name. */
    versionOf: (name: string) => (objects.has(name) ? versions.get(name) : undefined),
  };
}

export type Storage = ReturnType<typeof createStorage>;
