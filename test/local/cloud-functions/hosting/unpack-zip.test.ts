import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { strToU8, unzipSync, Zip, ZipPassThrough, zipSync } from "fflate";
import { expect, onTestFinished, test } from "vitest";
import { unpackZip } from "../../../../local/cloud-functions/hosting/unpack-zip.ts";

function zipOf(files: Readonly<Record<string, string>>): string {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
  return Buffer.from(zipSync(Object.fromEntries(entries))).toString("base64");
}

test("a zip is unpacked into a folder of its own, with folders in it", () => {
  const folder = unpackZip(zipOf({ "index.js": "exports.main = 1", "lib/a.js": "a" }));
  onTestFinished(() => rmSync(folder, { recursive: true }));

  expect(readFileSync(join(folder, "index.js"), "utf8")).toBe("exports.main = 1");
  expect(readFileSync(join(folder, "lib/a.js"), "utf8")).toBe("a");
});

test("a path that leads outside is refused, and nothing is written there", () => {
  expect(() => unpackZip(zipOf({ "../outside-of-the-action.js": "x" }))).toThrow("a path outside");
  expect(existsSync(join(folderAbove(), "outside-of-the-action.js"))).toBe(false);
});

test("a file of zeros in a zip keeps its size", () => {
  const { large } = unzipSync(Buffer.from(zipOfZeros(100_000), "base64"));

  expect(large).toEqual(new Uint8Array(100_000));
});

test("text that is no zip is refused", () => {
  expect(() => unpackZip("bm8gemlw")).toThrow();
});

test("a zip of more than 10,000 files is refused before it is unpacked", () => {
  const names = Array.from({ length: 10_001 }, (_, index) => [`${index}`, ""]);

  expect(() => unpackZip(zipOf(Object.fromEntries(names)))).toThrow("more than 10000 files");
});

test("a zip of more than 256 MiB is refused before it is unpacked", { timeout: 120_000 }, () => {
  expect(() => unpackZip(zipOfZeros(257 * 1024 * 1024))).toThrow("268435456 bytes");
});

/** Compresses natively: fflate takes seconds for as much. */
function zipOfZeros(bytes: number): string {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((_, chunk) => chunks.push(chunk));
  const file = new ZipPassThrough("large");
  const compressed = deflateRawSync(Buffer.alloc(bytes), { level: 1 });
  file.compression = 8;
  zip.add(file);
  // A pushed element counts as the content, which is larger.
  file.size = bytes - compressed.length;
  file.push(compressed, true);
  zip.end();
  return Buffer.concat(chunks).toString("base64");
}

function folderAbove(): string {
  return join(unpackedOnce(), "..");
}

function unpackedOnce(): string {
  const folder = unpackZip(zipOf({ "index.js": "" }));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
