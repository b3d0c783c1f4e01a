import { createHash } from "node:crypto";
import type { ResponseCheck, StorageClient, StorageResult } from "./client.ts";
import { decodeXml, elementText, opening } from "./listing.ts";

/** Limit of names in one request. */
export const removedMax = 1_000;

/** Size of a result with as many names of maximal length, each with an error. */
const responseBytesMax = 2 * 1024 * 1024;

/** Tells whether a name needs no escaping in XML. Other names are removed one by one. */
export function isPlainName(name: string): boolean {
  return /^[\w./+-]+$/.test(name);
}

const isResult: ResponseCheck = ({ body }) => opening("DeleteResult").test(body);

/**
 * Removes plain names with `DeleteObjects`
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html, read 2026-11-30). Returns the names that the
 * response confirms, because a 200 reports errors name by name.
 */
export async function removeObjects(
  client: StorageClient,
  bucket: string,
  names: readonly string[],
): Promise<StorageResult<ReadonlySet<string>>> {
  const objects = names.map((name) => `<Object><Key>${name}</Key></Object>`).join("");
  const body = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`;
  const md5 = createHash("md5").update(body).digest("base64");
  const headers = new Map([
    ["content-md5", md5],
    ["content-type", "application/xml"],
  ]);
  const query = new Map([["delete", ""]]);
  const response = await client(
    { method: "POST", bucket, name: "", query, headers, body, responseBytesMax },
    isResult,
  );
  return response.ok ? { ok: true, value: deletedIn(response.value.body) } : response;
}

function deletedIn(xml: string): ReadonlySet<string> {
  const ended = xml.split(/<\/(?:[\w.-]+:)?Deleted\s*>/).slice(0, -1);
  const names = ended.map((one) => {
    const [, ...deleted] = one.split(opening("Deleted"));
    return decodeXml(elementText(deleted.at(-1) ?? "", "Key") ?? "") ?? "";
  });
  return new Set(names);
}
