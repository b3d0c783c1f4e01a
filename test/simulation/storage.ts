import { createHash } from "node:crypto";
import type { HttpAnswer, HttpRequest } from "../../lib/transport.ts";
import { secretsInUse } from "../support/spoken.ts";
import { answer } from "../support/world.ts";
import type { ExchangeKind, Ledger } from "./ledger.ts";
import { markIn, marksIn } from "./marks.ts";
import { headerOf } from "./stream.ts";

export const deadLetterBucket = "letters";
export const claimCheckBucket = "claims";
export const deadLetterPrefix = "datastream-relay/dead-letters/";
/** S3's own window. */
const clockMsMax = 15 * 60_000;

export function kindOf({ method, url }: HttpRequest): ExchangeKind {
  if (url.pathname === "/api/produce") {
    return "produce";
  }
  if (method === "GET") {
    return url.searchParams.has("list-type") ? "list" : "get";
  }
  return method === "PUT" ? "put" : "remove";
}

/** The bucket and the name, as one path. */
export function objectOf({ url }: HttpRequest): string {
  return decodeURIComponent(url.pathname).slice(1);
}

function dateIn(request: HttpRequest): number {
  const [, date = "", time = ""] = /^(\d{8})T(\d{6})Z$/.exec(headerOf(request, "x-amz-date")) ?? [];
  const day = date.replace(/(....)(..)(..)/, "$1-$2-$3");
  return Date.parse(`${day}T${time.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`);
}

/** Not verified in full: that a request names its key, its date and its body is enough here. */
function isSigned(request: HttpRequest): boolean {
  const hash = createHash("sha256").update(request.body).digest("hex");
  const date = headerOf(request, "x-amz-date").slice(0, 8);
  const credential = `Credential=${secretsInUse.ncloudAccessKey}/${date}/kr-standard/s3/`;
  return (
    headerOf(request, "authorization").includes(credential) &&
    headerOf(request, "x-amz-content-sha256") === hash
  );
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function linesOf(body: string): readonly string[] {
  return body.split("\n").filter((line) => line !== "");
}

/** An object storage that works; what it is told to keep it tells at once. */
export function createStorage(ledger: Ledger) {
  const objects = new Map<string, string>();
  const versions = new Map<string, number>();
  let puts = 0;
  const claim = (name: string) => objects.get(`${claimCheckBucket}/${name}`) ?? "";
  const list = ({ url }: HttpRequest): HttpAnswer => {
    const inBucket = objectOf({ url } as HttpRequest);
    const prefix = inBucket + (url.searchParams.get("prefix") ?? "");
    const after = inBucket + (url.searchParams.get("start-after") ?? "");
    const names = [...objects.keys()]
      .filter((name) => name.startsWith(prefix) && name > after)
      .sort(byCodeUnit)
      .slice(0, Number(url.searchParams.get("max-keys")));
    const items = names.map(
      (name) => `<Contents><Key>${encodeURI(name.slice(inBucket.length))}</Key></Contents>`,
    );
    const head = "<EncodingType>url</EncodingType>";
    return answer(200, `<ListBucketResult>${head}${items.join("")}</ListBucketResult>`);
  };
  /** A record's one mark, or those of a body that made none. */
  const marksInLine = (line: string): readonly string[] => {
    const { value = "", body } = JSON.parse(line);
    return body === undefined ? [markIn(value, claim)] : marksIn(body);
  };
  const note = (name: string, body: string): void => {
    if (!name.startsWith(deadLetterBucket)) {
      return;
    }
    const isLetters = name.startsWith(`${deadLetterBucket}/${deadLetterPrefix}`);
    const notes = isLetters ? ledger.everStored : ledger.setAside;
    for (const mark of linesOf(body).flatMap(marksInLine)) {
      notes.add(mark);
    }
  };
  const put = (name: string, body: string): HttpAnswer => {
    objects.set(name, body);
    puts += 1;
    versions.set(name, puts);
    note(name, body);
    return answer(200, "", { etag: `"${createHash("md5").update(body).digest("hex")}"` });
  };
  return {
    objects,
    claim,
    serve: (request: HttpRequest, nowMs: number): HttpAnswer => {
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
        case "get": {
          const body = objects.get(name);
          return body === undefined ? answer(404, "<Error/>") : answer(200, body, { etag: '"0"' });
        }
        default:
          objects.delete(name);
          return answer(204);
      }
    },
    lettersLeft: () =>
      [...objects.keys()].filter((name) =>
        name.startsWith(`${deadLetterBucket}/${deadLetterPrefix}`),
      ),
    /** Tells an object from one that was written under its name later. */
    versionOf: (name: string) => (objects.has(name) ? versions.get(name) : undefined),
  };
}

export type Storage = ReturnType<typeof createStorage>;
