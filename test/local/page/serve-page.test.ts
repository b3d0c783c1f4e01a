import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { buildPage } from "../../../local/page/build-page.ts";
import { createPage } from "../../../local/page/serve-page.ts";

const compressedBytesMax = 90 * 1024;
const texts = { "/": "html", "/page.js": "js", "/page.css": "css" };

describe("the files of the page", () => {
  test("all files together have at most 90 KB compressed", async () => {
    const built = await buildPage();

    const bytes = Object.values(built).map((text) => gzipSync(text).length);
    expect(bytes.every((count) => count > 100)).toBe(true);
    expect(bytes.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(compressedBytesMax);
  });

  test("the page is compiled once, when it is first asked for", async () => {
    let builds = 0;
    const page = createPage(async () => {
      builds += 1;
      return texts;
    });
    const before = builds;

    const responses = await Promise.all([
      page("GET", "/"),
      page("HEAD", "/page.js"),
      page("GET", "/"),
    ]);

    expect([before, builds]).toEqual([0, 1]);
    expect(responses.map((response) => response?.body)).toEqual(["html", "js", "html"]);
    expect(responses[1]?.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "content-security-policy": expect.stringContaining("script-src 'self'; style-src 'self'"),
    });
  });

  test.each(["/api/produce", "/index.html", "/page.js/", "/__proto__", "/main.tsx", ""])(
    "the path %j is none of the page's",
    (path) => {
      expect(createPage(async () => texts)("GET", path)).toBeUndefined();
    },
  );

  test("another method than GET and HEAD is refused", async () => {
    const response = await createPage(async () => texts)("POST", "/");

    expect(response).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  });

  test("the built page names no other origin to load from, and holds no inline script or style", async () => {
    const { "/": html, "/page.css": css } = await buildPage();

    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(html).not.toMatch(/<style|style=|<script(?! type="module" src="\/page\.js"><\/script>)/);
    expect(css).not.toMatch(/@import|url\(/);
  });
});
