import { readFile } from "node:fs/promises";
import type { Answer } from "./answer.ts";
import { jsonAnswer, withHeaders } from "./answer.ts";

export type Page = ReadonlyMap<string, Answer>;

const script = "text/javascript; charset=utf-8";
const files = [
  { path: "/", file: "index.html", type: "text/html; charset=utf-8" },
  { path: "/console.css", file: "console.css", type: "text/css; charset=utf-8" },
  { path: "/console.js", file: "console.js", type: script },
  { path: "/dom.js", file: "dom.js", type: script },
  { path: "/faults.js", file: "faults.js", type: script },
  { path: "/records.js", file: "records.js", type: script },
  { path: "/requests.js", file: "requests.js", type: script },
  { path: "/topics.js", file: "topics.js", type: script },
];

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

export async function loadPage(): Promise<Page> {
  const folder = new URL("./page/", import.meta.url);
  const loaded = files.map(async ({ path, file, type }) => {
    const body = await readFile(new URL(file, folder));
    return [
      path,
      { status: 200, headers: { ...browserHeaders, "content-type": type }, body },
    ] as const;
  });
  return new Map(await Promise.all(loaded));
}

export function answerPage(method: string, found: Answer): Answer {
  return method === "GET" || method === "HEAD"
    ? found
    : withHeaders(jsonAnswer(405, { error: "the page is read with GET" }), { allow: "GET, HEAD" });
}
