import { readFile, stat, writeFile } from "node:fs/promises";
import { parseObject } from "../../shared/parse-object.ts";
import { pathFromProject } from "../../shared/roots.ts";
import { errorCodeOf } from "../../shared/settings-source.ts";
import { type Check, failed, ok, skipped, warning } from "../checks/check.ts";
import { factsFormat, type toFacts } from "./facts.ts";

const fileBytesMax = 1024 * 1024;
const named = { check: "facts" };
const where = `${pathFromProject("docs")}/naver-cloud-unknowns.md#send-what-you-learned`;

/** Writes the file. A file that is not ours is left alone. */
export async function writeFacts(file: string, facts: ReturnType<typeof toFacts>): Promise<Check> {
  if (facts.calls.length === 0) {
    return skipped(named, "nothing was asked, so there is nothing to write");
  }
  try {
    if (!(await write(file, `${JSON.stringify(facts, null, 2)}\n`))) {
      return failed(named, `${file} exists and is not a file of facts`, "give another name");
    }
  } catch (error) {
    const found = `${file} cannot be written (${errorCodeOf(error)})`;
    return failed(named, found, "give a file that can be written: --learn FILE");
  }
  const found = `written to ${file}, without key, topic, prefix, id or body`;
  return facts.acknowledgement === "unknown"
    ? warning(
        named,
        `${found}; the produce API did not answer`,
        "run with --produce too; if you did, see the row test message",
      )
    : ok(named, found, `read it, and attach it to an issue: ${where}`);
}

/** Returns false if there is another file of this name. Rejects with the error of the file system. */
async function write(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCodeOf(error) !== "EEXIST") {
      throw error;
    }
  }
  const isOwn = await isFactFile(file);
  if (isOwn) {
    await writeFile(file, text);
  }
  return isOwn;
}

async function isFactFile(file: string): Promise<boolean> {
  const facts = await stat(file);
  return (
    facts.isFile() &&
    facts.size <= fileBytesMax &&
    parseObject(await readFile(file, "utf8"))?.["format"] === factsFormat
  );
}
