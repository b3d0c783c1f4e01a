import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Plugin } from "esbuild";
import { isUnknownObject, type UnknownObject } from "../../lib/encoding/unknown-object.ts";
import { challenges } from "../../lib/webhooks/challenges/challenges.ts";
import { providers } from "../../lib/webhooks/providers/providers.ts";
import { genericSchemes, schemes } from "../../lib/webhooks/sources/schemes.ts";
import { parseObject } from "../shared/parse-object.ts";
import { loadSettings } from "../shared/settings-source.ts";
import { UsageError } from "../shared/usage-error.ts";

/** A table of `lib/webhooks/`, and what stands for a row that is left out. */
type Table = {
  /** Path of its file within `lib/webhooks/`, without its ending. */
  readonly file: string;
  readonly name: string;
  readonly rows: readonly string[];
  readonly standIn: "leftOutScheme" | "leftOutChallenge";
};

export const tables: readonly Table[] = [
  {
    file: "providers/providers",
    name: "providers",
    rows: Object.keys(providers),
    standIn: "leftOutScheme",
  },
  {
    file: "sources/schemes",
    name: "genericSchemes",
    rows: Object.keys(genericSchemes),
    standIn: "leftOutScheme",
  },
  {
    file: "challenges/challenges",
    name: "challenges",
    rows: Object.keys(challenges),
    standIn: "leftOutChallenge",
  },
];

/** Returns the verifiers and challenges that the sources of a settings file use. Throws a UsageError. */
export function readUsed(file: string): ReadonlySet<string> {
  const { WEBHOOK_SOURCES: text } = loadSettings([file], {});
  const sources = parseObject(String(text ?? ""));
  if (sources === undefined) {
    throw new UsageError(`${file} has no WEBHOOK_SOURCES that is a JSON object`);
  }
  return new Set(["none", ...Object.values(sources).filter(isUnknownObject).flatMap(usedBy)]);
}

function usedBy({ verifier, challenge }: UnknownObject): readonly string[] {
  const scheme = schemes.get(String(verifier));
  const preset = scheme === undefined ? "none" : scheme().preset.challenge;
  return [String(verifier), String(challenge ?? preset)];
}

/**
 * Leaves out the rows that are not used, and with them the code that only they use. A source that needs one of them is a
 * settings error, which says why. A name that is a verifier and a challenge stays in both tables.
 */
export function createSourcesPlugin(used: ReadonlySet<string>): Plugin {
  return {
    name: "sources",
    setup({ onLoad }) {
      for (const table of tables) {
        onLoad(
          {
            filter: new RegExp(
              String.raw`[\\/]lib[\\/]webhooks[\\/]${table.file.replace("/", String.raw`[\\/]`)}\.[tj]s$`,
            ),
          },
          async ({ path }) => ({
            contents: leaveOut(await readFile(path, "utf8"), {
              table,
              used,
              extension: extname(path),
            }),
            loader: path.endsWith(".ts") ? "ts" : "js",
          }),
        );
      }
    },
  };
}

/** The beginning of a row: in our sources, and in the package as its bundler writes it. */
const row = /^(?: {2}|\t)"?([\w-]+)"?: /gm;

type LeaveOutOptions = {
  readonly table: Table;
  readonly used: ReadonlySet<string>;
  /** Ending of the file's name. */
  readonly extension: string;
};

/** Replaces the rows that are not used. Every row must be found, or the file has another form than it had. */
export function leaveOut(
  source: string,
  { table: { name, rows, standIn }, used, extension }: LeaveOutOptions,
): string {
  const start = source.search(new RegExp(`^(?:export )?const ${name}\\b.*\\{$`, "m"));
  const end = start + source.slice(start).search(/^\}/m);
  const found = [...source.slice(start, end).matchAll(row)].map(
    ({ 0: { length }, 1: key = "", index }) => ({
      key,
      begin: start + index,
      value: start + index + length,
    }),
  );
  if (found.map(({ key }) => key).join() !== rows.join()) {
    throw new Error(`the rows of ${name} were not found in their file`);
  }
  const written = found.map(({ key, begin, value }, at) =>
    used.has(key)
      ? source.slice(begin, found[at + 1]?.begin ?? end)
      : `${source.slice(begin, value)}${standIn},\n`,
  );
  return [
    `import { ${standIn} } from "../sources/left-out${extension}";\n`,
    source.slice(0, found[0]?.begin),
    ...written,
    source.slice(end),
  ].join("");
}
