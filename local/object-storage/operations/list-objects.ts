import type { OutgoingResponse } from "../../http/response.ts";
import type { ObjectStorage } from "../object-storage.ts";
import { S3Error } from "../protocol/s3-error.ts";
import type { S3Target } from "../protocol/target.ts";
import { formEncode } from "../protocol/uri.ts";
import { escapeXml, xmlDocument } from "../protocol/xml.ts";
import type { ListPage, ListPageEntry, ListPageStart } from "./list-page.ts";
import { listPage } from "./list-page.ts";

type QueryParameters = S3Target["query"];
type TextEncoding = (text: string) => string;

const known = [
  "continuation-token",
  "delimiter",
  "encoding-type",
  "fetch-owner",
  "list-type",
  "max-keys",
  "prefix",
  "start-after",
  "x-id",
];
/**
 * The most keys in one response, whatever was asked for:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (read 2026-11-30).
 */
const keysMax = 1000;
const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Handles ListObjectsV2. Owners are never returned. */
export function handleListObjects(
  { bucket, query }: S3Target,
  { buckets }: ObjectStorage,
): OutgoingResponse {
  checkQuery(query);
  const asked = {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    start: toStart(query),
    keysMax: toKeysMax(query.get("max-keys")),
  };
  const page = listPage(buckets.list(bucket), asked);
  const encode = toEncoding(query.get("encoding-type"));
  const body = [
    element("Name", escapeXml(bucket)),
    element("Prefix", encode(asked.prefix)),
    ...echoed(query, encode),
    element("KeyCount", String(page.entries.length)),
    element("MaxKeys", String(asked.keysMax)),
    element("IsTruncated", String(page.next !== undefined)),
    ...nextToken(page),
    ...page.entries.map((entry) => toXml(entry, encode)),
  ].join("");
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: xmlDocument(`<ListBucketResult xmlns="${namespace}">${body}</ListBucketResult>`),
  };
}

function checkQuery(query: QueryParameters): void {
  if (query.get("list-type") !== "2") {
    throw new S3Error("NotImplemented", "Of a bucket only ListObjectsV2 (list-type=2) is here.");
  }
  if ([...query.keys()].some((name) => !known.includes(name))) {
    throw new S3Error("NotImplemented", `ListObjectsV2 is known with: ${known.join(", ")}.`);
  }
}

function toKeysMax(text: string | undefined): number {
  if (text !== undefined && !/^\d{1,9}$/.test(text)) {
    throw new S3Error("InvalidArgument", "max-keys must be a number that is not negative.");
  }
  return Math.min(Number(text ?? keysMax), keysMax);
}

function toEncoding(type: string | undefined): TextEncoding {
  if (type !== undefined && type !== "url") {
    throw new S3Error("InvalidArgument", "encoding-type must be url.");
  }
  return type === "url" ? formEncode : escapeXml;
}

/** Returns the start of the page. As in S3, a continuation token takes precedence over `start-after`. */
function toStart(query: QueryParameters): ListPageStart {
  const token = query.get("continuation-token");
  return token === undefined
    ? { kind: "key", text: query.get("start-after") ?? "" }
    : fromToken(token);
}

function toToken({ kind, text }: ListPageStart): string {
  return Buffer.from(`${kind}:${text}`).toString("base64url");
}

function fromToken(token: string): ListPageStart {
  const [, kind, text] = /^(key|prefix):(.*)$/s.exec(String(Buffer.from(token, "base64url"))) ?? [];
  const start: ListPageStart = { kind: kind === "prefix" ? "prefix" : "key", text: text ?? "" };
  if (text === undefined || toToken(start) !== token) {
    throw new S3Error("InvalidArgument", "The continuation token provided is incorrect.");
  }
  return start;
}

function nextToken({ next }: ListPage): readonly string[] {
  return next === undefined ? [] : [element("NextContinuationToken", toToken(next))];
}

/** Repeats the request's parameters. A token is not a name, so it is not encoded. */
function echoed(query: QueryParameters, encode: TextEncoding): readonly string[] {
  const parameters: readonly (readonly [name: string, tag: string, encode: TextEncoding])[] = [
    ["start-after", "StartAfter", encode],
    ["delimiter", "Delimiter", encode],
    ["continuation-token", "ContinuationToken", escapeXml],
    ["encoding-type", "EncodingType", escapeXml],
  ];
  return parameters.flatMap(([name, tag, toText]) => {
    const value = query.get(name);
    return value === undefined ? [] : [element(tag, toText(value))];
  });
}

function toXml(entry: ListPageEntry, encode: TextEncoding): string {
  if (entry.kind === "prefix") {
    return element("CommonPrefixes", element("Prefix", encode(entry.text)));
  }
  const { key, bytes, etag, lastModifiedMs } = entry.object;
  const fields = [
    element("Key", encode(key)),
    element("LastModified", new Date(lastModifiedMs).toISOString()),
    element("ETag", escapeXml(etag)),
    element("Size", String(bytes.length)),
    element("StorageClass", "STANDARD"),
  ];
  return element("Contents", fields.join(""));
}

function element(name: string, xml: string): string {
  return `<${name}>${xml}</${name}>`;
}
