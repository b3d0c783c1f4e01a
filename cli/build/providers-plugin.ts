import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { isUnknownObject } from "../../lib/encoding/unknown-object.ts";
import { providers } from "../../lib/webhooks/providers/providers.ts";
import { parseObject } from "../shared/parse-object.ts";
import { loadSettings } from "../shared/settings-source.ts";
import { UsageError } from "../shared/usage-error.ts";

/** Returns the providers that the sources of a settings file name. Throws a UsageError. */
export function readProviders(file: string): ReadonlySet<string> {
  const { WEBHOOK_SOURCES: text } = loadSettings([file], {});
  const sources = parseObject(String(text ?? ""));
  if (sources === undefined) {
    throw new UsageError(`${file} has no WEBHOOK_SOURCES that is a JSON object`);
  }
  const verifiers = Object.values(sources).flatMap((options) =>
    isUnknownObject(options) ? String(options["verifier"]) : [],
  );
  return new Set(verifiers.filter((name) => Object.hasOwn(providers, name)));
}

/** Leaves the rows of all other providers out. A source of one of those is a settings error, which says why. */
export function createProvidersPlugin(kept: ReadonlySet<string>): Plugin {
  return {
    name: "providers",
    setup({ onLoad }) {
      onLoad(
        { filter: /[\\/]lib[\\/]webhooks[\\/]providers[\\/]providers\.[tj]s$/ },
        async ({ path }) => ({
          contents: leaveOut(await readFile(path, "utf8"), kept),
          loader: path.endsWith(".ts") ? "ts" : "js",
        }),
      );
    },
  };
}

/** The beginning of a row: in our sources, and in the package as its bundler writes it. */
const row = /^(?: {2}|\t)"?([\w-]+)"?: \(\) =>/gm;

/** A declaration, because rows are read before the end of the file. */
const notBuilt = `
function notBuilt() {
  const text = "is not in this artifact: it was built by build --sources with other sources";
  const create = (_, within) => ({ ok: false, problems: [{ setting: within + "verifier", text }] });
  return { preset: {}, options: [], create };
}
`;

/** Replaces the rows that are not kept. Every provider must be found, or the file has another form than it had. */
export function leaveOut(source: string, kept: ReadonlySet<string>): string {
  const rows = [...source.matchAll(row)];
  const found = rows.map(([, name = ""]) => name);
  if (found.join() !== Object.keys(providers).join()) {
    throw new Error("the rows of the providers were not found in their file");
  }
  const first = rows[0]?.index ?? 0;
  const end = first + source.slice(first).search(/^\}/m);
  const written = rows.map(({ index }, at) =>
    kept.has(found[at] ?? "")
      ? source.slice(index, rows[at + 1]?.index ?? end)
      : `  ${JSON.stringify(found[at])}: notBuilt,\n`,
  );
  return [source.slice(0, first), ...written, source.slice(end), notBuilt].join("");
}
