import { createHash } from "node:crypto";
import { onLambda } from "../../lib/adapters/aws-lambda.ts";
import { onOpenWhisk } from "../../lib/adapters/openwhisk.ts";
import { redrive } from "../../lib/dead-letters/redrive.ts";
import type { HttpRequest, HttpResponse } from "../../lib/effects/transport.ts";
import { type Adapter, type AdapterInput, stubSettings, toReply } from "./adapters.ts";
import { toPayloadV2, toUpstreamParameters } from "./calls.ts";
import {
  acknowledged,
  answer,
  createHarness,
  type HarnessOptions,
  messageOf,
  noAnswer,
  seededRandom,
  startMs,
} from "./harness.ts";
import type { Bag } from "./settings.ts";
import { hear } from "./spoken.ts";

/** The default of OBJECT_STORAGE_ENDPOINT. */
const storageHost = "kr.object.ncloudstorage.com";

/** Returns a response in the place of the storage's own. The request then changes nothing. */
type Failing = (
  what: string,
  request: HttpRequest,
) => HttpResponse | undefined | Promise<HttpResponse | undefined>;
type Stream = (request: HttpRequest, index: number) => HttpResponse | Promise<HttpResponse>;

export type BucketHarnessOptions = Omit<HarnessOptions, "transport"> & {
  readonly stream?: Stream | undefined;
  /** Called before each storage request, with the words that `happened` has for it. */
  readonly failing?: Failing | undefined;
};

/**
 * Creates a harness with buckets beside the stream. Requests to the object storage's host get S3's
 * responses; all others go to `stream`.
 */
export function createBucketHarness(options: BucketHarnessOptions = {}) {
  const { stream = () => acknowledged, failing = () => undefined } = options;
  const objects = new Map<string, Buffer>();
  const happened: string[] = [];
  const messages: ReturnType<typeof messageOf>[] = [];
  /** Removes objects one by one, and records each removal. Failures are reported by name. */
  const removeAll = async (request: HttpRequest): Promise<HttpResponse> => {
    if (headerOf(request, "content-md5") !== md5Of(request.body)) {
      return errorAnswer(400, "InvalidDigest");
    }
    const results: string[] = [];
    for (const [, name = ""] of String(request.body).matchAll(/<Key>([^<]*)<\/Key>/g)) {
      const what = `DELETE ${pathOf(request).replace(/\/?$/, "/")}${name}`;
      happened.push(what);
      const failed = await failing(what, request);
      if (failed === undefined) {
        objects.delete(what.slice("DELETE ".length));
      }
      results.push(
        failed === undefined
          ? `<Deleted><Key>${name}</Key></Deleted>`
          : `<Error><Key>${name}</Key><Code>AccessDenied</Code></Error>`,
      );
    }
    return answer(200, `<DeleteResult>${results.join("")}</DeleteResult>`);
  };
  const transport = async (request: HttpRequest): Promise<HttpResponse> => {
    if (request.url.host === storageHost) {
      const what = wordsFor(request);
      happened.push(what);
      const failed = await failing(what, request);
      return failed ?? (isBatch(request) ? removeAll(request) : store(request, objects));
    }
    const message = messageOf(request);
    happened.push(`produce ${message.key}`);
    messages.push(message);
    return stream(request, messages.length - 1);
  };
  const harness = createHarness({ ...options, transport });
  return {
    ...{ harness, happened, messages },
    /** Puts an object under `bucket/name` before the test. */
    place: (path: string, body: string | Uint8Array) => {
      objects.set(path, Buffer.from(body));
    },
    bytesAt: (path: string) => objects.get(path),
    /** Returns the objects' texts by `bucket/name`, in the order of names. */
    stored: () => Object.fromEntries(sorted(objects).map(([path, body]) => [path, String(body)])),
  };
}

export type BucketHarness = ReturnType<typeof createBucketHarness>;

function pathOf({ url }: HttpRequest): string {
  return decodeURIComponent(url.pathname.slice(1));
}

function isBatch({ method, url }: HttpRequest): boolean {
  return method === "POST" && url.searchParams.has("delete");
}

function md5Of(body: string | Uint8Array): string {
  return createHash("md5").update(body).digest("base64");
}

function isListing({ method, url }: HttpRequest): boolean {
  return method === "GET" && url.searchParams.get("list-type") === "2";
}

/**
 * Describes a request: `PUT letters/name`, `LIST letters`, `LIST letters after name`, `DELETE some of
 * letters`.
 */
function wordsFor(request: HttpRequest): string {
  if (isBatch(request)) {
    return `DELETE some of ${pathOf(request).replace(/\/$/, "")}`;
  }
  if (!isListing(request)) {
    return `${request.method} ${pathOf(request)}`;
  }
  const after = startOf(request);
  const bucket = pathOf(request).replace(/\/$/, "");
  return `LIST ${bucket}${after === null ? "" : ` after ${after}`}`;
}

function store(request: HttpRequest, objects: Map<string, Buffer>): HttpResponse {
  const path = pathOf(request);
  const body = Buffer.from(request.body);
  const sha256 = createHash("sha256").update(body).digest("hex");
  if (!headerOf(request, "authorization").startsWith("AWS4-HMAC-SHA256 Credential=")) {
    return errorAnswer(403, "AccessDenied");
  }
  if (headerOf(request, "x-amz-content-sha256") !== sha256) {
    return errorAnswer(400, "XAmzContentSHA256Mismatch");
  }
  switch (request.method) {
    case "PUT":
      objects.set(path, body);
      return answer(200, "", { etag: '"0"' });
    case "DELETE":
      objects.delete(path);
      return answer(204);
    case "GET":
      return isListing(request) ? list(request, objects) : read(request, objects.get(path));
    default:
      return errorAnswer(405, "MethodNotAllowed");
  }
}

function headerOf({ headers }: HttpRequest, name: string): string {
  const at = headers.indexOf(name);
  return at === -1 ? "" : (headers[at + 1] ?? "");
}

/** Returns the whole object, or the requested range. */
function read(request: HttpRequest, body: Buffer | undefined): HttpResponse {
  if (body === undefined) {
    return errorAnswer(404, "NoSuchKey");
  }
  const toText = (bytes: Buffer) => bytes.toString(request.isBinary === true ? "latin1" : "utf8");
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headerOf(request, "range")) ?? [];
  if (from === undefined) {
    const { responseBytesMax = Infinity } = request;
    const all = toText(body.subarray(0, responseBytesMax));
    const truncated = body.length > responseBytesMax;
    return { kind: "response", status: 200, headers: { etag: '"0"' }, body: all, truncated };
  }
  const part = body.subarray(Number(from), Number(to) + 1);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${body.length}`;
  return answer(206, toText(part), { etag: '"0"', "content-range": range });
}

/** The continuation token is the last name of the page before. */
function startOf({ url: { searchParams } }: HttpRequest): string | null {
  return searchParams.get("continuation-token") ?? searchParams.get("start-after");
}

function list(request: HttpRequest, objects: Map<string, Buffer>): HttpResponse {
  const { searchParams } = request.url;
  const bucket = pathOf(request).replace(/\/?$/, "/");
  const prefix = searchParams.get("prefix") ?? "";
  const after = Buffer.from(startOf(request) ?? "");
  const max = Number(searchParams.get("max-keys") ?? 1_000);
  const encode = searchParams.get("encoding-type") === "url" ? encodeName : escapeMarkup;
  const names = sorted(objects)
    .filter(([path]) => path.startsWith(bucket))
    .map(([path]) => path.slice(bucket.length))
    .filter((name) => name.startsWith(prefix) && Buffer.compare(Buffer.from(name), after) > 0);
  const contents = names
    .slice(0, max)
    .map(
      (name) =>
        `<Contents><Key>${encode(name)}</Key>` +
        "<LastModified>2023-11-14T00:00:00.000Z</LastModified>" +
        `<Size>${objects.get(bucket + name)?.length}</Size></Contents>`,
    );
  const token =
    names.length > max
      ? `<NextContinuationToken>${escapeMarkup(names[max - 1] ?? "")}</NextContinuationToken>`
      : "";
  return answer(
    200,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `${encode === encodeName ? "<EncodingType>url</EncodingType>" : ""}` +
      `<Prefix>${encode(prefix)}</Prefix><KeyCount>${contents.length}</KeyCount>` +
      `<IsTruncated>${names.length > max}</IsTruncated>${token}${contents.join("")}</ListBucketResult>`,
  );
}

/** S3 keeps slashes and writes a blank as `+`. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll("%2F", "/").replaceAll("%20", "+");
}

function escapeMarkup(name: string): string {
  return name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function errorAnswer(status: number, code: string): HttpResponse {
  return answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

/** Sorts by the names' bytes, as S3 lists them. */
function sorted(objects: ReadonlyMap<string, Buffer>): readonly (readonly [string, Buffer])[] {
  return [...objects].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** For `describe.each`: both adapters of redrive. */
export const redriveAdapters = [
  { name: "OpenWhisk main", open: openMainAdapter },
  { name: "Lambda handler", open: openHandlerAdapter },
] as const;

function openMainAdapter({ harness, settings }: AdapterInput): Adapter {
  const main = onOpenWhisk(redrive(harness.effects));
  const call = async (parameters: Bag) => heard(await main(parameters));
  return {
    http: async (given) => toReply(await call(toUpstreamParameters(given, settings))),
    invoke: (event) => call({ ...settings, ...event }),
  };
}

function openHandlerAdapter({ harness, settings }: AdapterInput): Adapter {
  const handler = onLambda(redrive(harness.effects), harness.effects.now);
  stubSettings(settings);
  return {
    http: async (given) => toReply(heard(await handler(toPayloadV2(given)))),
    invoke: (event) =>
      handler(event).then(heard, (error: unknown) =>
        heard({ error: error instanceof Error ? error.message : error }),
      ),
  };
}

function heard(said: Bag): Bag {
  hear(said);
  return said;
}

export const timeout = noAnswer({ cause: "timeout", code: "ETIMEDOUT" });

/**
 * Creates a harness in which some requests time out, and records when each began. `silent` chooses them by
 * `produce`, `PUT`, `GET`, `DELETE` and `LIST`.
 */
export function createTimeoutHarness(silent: (kind: string) => boolean) {
  const starts: { readonly kind: string; readonly atMs: number }[] = [];
  const hang = (kind: string, timeoutMs: number): HttpResponse | undefined => {
    starts.push({ kind, atMs: given.harness.effects.now() - startMs });
    given.harness.advance(silent(kind) ? timeoutMs : 0);
    return silent(kind) ? timeout : undefined;
  };
  const given = createBucketHarness({
    stream: ({ timeoutMs }) => hang("produce", timeoutMs) ?? acknowledged,
    failing: (what, { timeoutMs }) => hang(what.split(" ")[0] ?? "", timeoutMs),
  });
  return { ...given, starts };
}

/**
 * Creates a harness whose responses arrive out of order. A tenth of the storage's responses are 500. One
 * in twenty responses of the stream is 503, and one is 400. `arrived` contains the acknowledged values.
 */
export function createErraticHarness(seed: number) {
  const random = seededRandom(seed);
  const arrived = new Set<string>();
  const dawdle = async () => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns -= 1) {
      await new Promise(setImmediate);
    }
  };
  const faults = [answer(503), answer(400)];
  const told = createBucketHarness({
    failing: async () => {
      await dawdle();
      return random() < 0.1 ? answer(500) : undefined;
    },
    stream: async (request) => {
      await dawdle();
      const fault = faults[Math.floor(random() * 20)];
      if (fault === undefined) {
        arrived.add(messageOf(request).value);
      }
      return fault ?? acknowledged;
    },
  });
  return { ...told, arrived };
}
