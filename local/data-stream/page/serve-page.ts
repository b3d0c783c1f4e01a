import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse, withHeaders } from "../../http/response.ts";

export type PageFiles = ReadonlyMap<string, OutgoingResponse>;

/** Maps file extension to content type. Files with other extensions are not served. */
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};
const start = "index.html";

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Keys and values on the page come from strangers, so only the page's own files may run or load. */
export const browserHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/**
 * Reads the page's files once, when the emulator starts, so that the path of a request is never used as the path of
 * a file.
 */
export async function loadPage(): Promise<PageFiles> {
  const folder = new URL("./", import.meta.url);
  const files = (await readdir(folder, { recursive: true }))
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => Object.hasOwn(types, extname(file)));
  const loaded = files.map(async (file) => {
    const body = await readFile(new URL(file, folder));
    const headers = { ...browserHeaders, "content-type": types[extname(file)] ?? "" };
    return [file === start ? "/" : `/${file}`, { status: 200, headers, body }] as const;
  });
  return new Map(await Promise.all(loaded));
}

export function pageResponse(method: string, found: OutgoingResponse): OutgoingResponse {
  return method === "GET" || method === "HEAD"
    ? found
    : withHeaders(jsonResponse(405, { error: "the page is read with GET" }), {
        allow: "GET, HEAD",
      });
}
