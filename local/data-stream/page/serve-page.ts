import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Answer } from "../../http/response.ts";
import { jsonAnswer, withHeaders } from "../../http/response.ts";

export type Page = ReadonlyMap<string, Answer>;

/** What the folder of the page may hold; a file of another kind is not served. */
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

/** Keys and values on the page come from strangers: nothing but the page's own files runs or loads. */
export const browserHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** Read once, when the stand-in starts: a path of a request never becomes one of a file. */
export async function loadPage(): Promise<Page> {
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

export function answerPage(method: string, found: Answer): Answer {
  return method === "GET" || method === "HEAD"
    ? found
    : withHeaders(jsonAnswer(405, { error: "the page is read with GET" }), { allow: "GET, HEAD" });
}
