import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { unzipSync } from "fflate";

const filesMax = 10_000;
const unpackedBytesMax = 256 * 1024 * 1024;

/** Unpacks the zip of an action into a new folder. Throws if it is no zip, is too large, or would write outside. */
export function unpackZip(base64: string): string {
  const files = readFiles(Buffer.from(base64, "base64"));
  const folder = mkdtempSync(join(tmpdir(), "deployed-action-"));
  for (const [name, bytes] of files) {
    const file = join(folder, name);
    if (!file.startsWith(folder + sep)) {
      throw new Error(`the zip holds a path outside: ${JSON.stringify(name.slice(0, 100))}`);
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return folder;
}

/** Sizes are checked before anything is unpacked: a small zip can hold a very large file. */
function readFiles(bytes: Uint8Array): readonly (readonly [string, Uint8Array])[] {
  let files = 0;
  let size = 0;
  const unpacked = unzipSync(bytes, {
    filter({ name, originalSize }) {
      files += 1;
      size += originalSize;
      if (files > filesMax || size > unpackedBytesMax) {
        throw new Error(`the zip holds more than ${filesMax} files or ${unpackedBytesMax} bytes`);
      }
      return !name.endsWith("/");
    },
  });
  return Object.entries(unpacked);
}
