import type { OutgoingResponse } from "../http/response.ts";
import { jsonResponse, withHeaders } from "../http/response.ts";
import { buildPage, type PageTexts } from "./build-page.ts";

/** Returns the response for a path of the page, or undefined for any other path. */
export type Page = (method: string, path: string) => Promise<OutgoingResponse> | undefined;

const types: Readonly<Record<keyof PageTexts, string>> = {
  "/": "text/html; charset=utf-8",
  "/page.js": "text/javascript; charset=utf-8",
  "/page.css": "text/css; charset=utf-8",
};

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

/** Creates the page. It is compiled when it is first asked for. */
export function createPage(build: () => Promise<PageTexts> = buildPage): Page {
  let built: Promise<PageTexts> | undefined;
  return (method, path) => {
    if (!isPagePath(path)) {
      return undefined;
    }
    if (method !== "GET" && method !== "HEAD") {
      const refused = jsonResponse(405, { error: "the page is read with GET" });
      return Promise.resolve(withHeaders(refused, { allow: "GET, HEAD" }));
    }
    built ??= build();
    return built.then((texts) => ({
      status: 200,
      headers: { ...browserHeaders, "content-type": types[path] },
      body: texts[path],
    }));
  };
}

function isPagePath(path: string): path is keyof PageTexts {
  return Object.hasOwn(types, path);
}
