import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FunctionName } from "../../../lib/registry/names.ts";
import { commandText } from "../../shared/command-text.ts";
import { UsageError } from "../../shared/usage-error.ts";

/** The code that `npm run build` wrote for a function, in the form that "Put Action" takes. */
export type Artifact = {
  readonly binary: boolean;
  /** Source text, or a zip in Base64. */
  readonly code: string;
  readonly sha256: string;
};

/** "38 MB" (Cloud Functions prerequisites), read as the smaller of its two meanings. */
export const codeBytesMax = 38_000_000;

export type ArtifactKind = "source" | "zip";

export function loadArtifact(folder: string, name: FunctionName, kind: ArtifactKind): Artifact {
  const file = kind === "zip" ? join(folder, `${name}.zip`) : join(folder, name, "index.js");
  const bytes = readArtifact(file);
  const code = bytes.toString(kind === "zip" ? "base64" : "utf8");
  if (Buffer.byteLength(code) > codeBytesMax) {
    throw new UsageError(
      `${file} is larger than the ${codeBytesMax} bytes that an action may have`,
    );
  }
  return { binary: kind === "zip", code, sha256: sha256(code) };
}

function readArtifact(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new UsageError(`${file} cannot be read: run \`${commandText("build")}\` first`);
  }
}

/** Hashes the code as it is sent, so that the code that the API gives back can be compared with it. */
export function sha256(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
