import type { OutgoingResponse } from "../../http/response.ts";
import { S3Error } from "../protocol/s3-error.ts";
import { escapeXml, unescapeXml, xmlDocument } from "../protocol/xml.ts";
import { handleDeleteObject, type ObjectOperation } from "./object-operations.ts";

/**
 * The most keys in one request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html (read
 * 2026-11-30).
 */
const keysMax = 1000;
const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/**
 * Deletes the listed objects. NAVER Cloud requires Content-MD5, says its OpenAPI specification. The hash
 * itself is checked with the payload.
 */
export function handleDeleteObjects(operation: ObjectOperation): OutgoingResponse {
  const { headers, content, target } = operation;
  if (!headers.has("content-md5")) {
    throw new S3Error("InvalidRequest", "The header Content-MD5 is required for this request.");
  }
  const xml = content.toString();
  const keys = keysIn(xml);
  for (const key of keys) {
    handleDeleteObject({ ...operation, target: { ...target, key } });
  }
  const isQuiet = /<Quiet>\s*true\s*<\/Quiet>/.test(xml);
  const deleted = keys.map((key) => `<Deleted><Key>${escapeXml(key)}</Key></Deleted>`);
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: xmlDocument(
      `<DeleteResult xmlns="${namespace}">${isQuiet ? "" : deleted.join("")}</DeleteResult>`,
    ),
  };
}

function keysIn(xml: string): readonly string[] {
  const objects = /^\s*(?:<\?xml[^>]*>\s*)?<Delete(?:\s[^>]*)?>/.test(xml)
    ? xml.split("<Object>").slice(1)
    : [];
  const keys = objects.map((object) => /<Key>([^<]+)<\/Key>/.exec(object)?.[1] ?? "");
  if (
    keys.length === 0 ||
    keys.length > keysMax ||
    keys.includes("") ||
    xml.includes("<VersionId>")
  ) {
    throw new S3Error("MalformedXML");
  }
  return keys.map(unescapeXml);
}
