import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** The source of every code file by its path from the repository's root. */
export type Sources = ReadonlyMap<string, string>;

/** The rooms that each room of `lib/` may import, as the table in docs/architecture.md says. */
export type AllowList = ReadonlyMap<string, readonly string[]>;

/** Folders above `lib/`: which others each may import. A folder that is not listed here fails. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  functions: ["lib"],
  cli: ["lib", "local"],
  local: [],
  package: ["lib", "local"],
};

const filesPerFolderMax = 12;
const filesInRootMax: Readonly<Record<string, number>> = { lib: 0, cli: 8, local: 3 };

const codeFile = /\.(tsx?|mjs|cjs|js)$/;
const specifier = /\b(?:from|import|import\(|require\()\s*["'](\.{1,2}\/[^"']+)["']/g;

/** Reads the rows `| \`room/\` | … | a, b |` of the allow-list. */
export function parseAllowList(markdown: string): AllowList {
  const rows = markdown.matchAll(/^\| `([a-z-]+)\/` \|[^|]*\|([^|]*)\|$/gm);
  return new Map(
    [...rows].map(([, room = "", list = ""]) => [room, list.match(/[a-z][a-z-]*/g) ?? []]),
  );
}

export function readSources(root: string, folders: readonly string[]): Sources {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((path) => posix.join(folder, path.replaceAll("\\", "/")))
      .filter((path) => codeFile.test(path)),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

function importsOf(path: string, source: string): readonly string[] {
  return [...source.matchAll(specifier)].map(([, target = ""]) =>
    posix.join(posix.dirname(path), target),
  );
}

/** Every rule that the sources break, each as one line; none when the house is in order. */
export function findViolations(sources: Sources, allowed: AllowList): readonly string[] {
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
  return [
    ...findUnlistedRooms(sources, allowed),
    ...findForbiddenImports(imports, allowed),
    ...findCrowdedFolders([...sources.keys()]),
    ...findCycles(imports),
  ];
}

function findUnlistedRooms(sources: Sources, allowed: AllowList): readonly string[] {
  const rooms = [...sources.keys()].filter((path) => path.startsWith("lib/")).map(roomOf);
  return [...new Set(rooms)]
    .filter((room) => room !== undefined && !allowed.has(room))
    .map((room) => `lib/${room}/ is not in the table of docs/architecture.md`);
}

/** The folder directly below `lib/`; undefined for a file in its root. */
function roomOf(path: string): string | undefined {
  const [, room, file] = path.split("/");
  return file === undefined ? undefined : room;
}

type Imports = ReadonlyMap<string, readonly string[]>;

function findForbiddenImports(imports: Imports, allowed: AllowList): readonly string[] {
  return [...imports].flatMap(([path, targets]) =>
    targets
      .filter((target) => !isAllowed(path, target, allowed))
      .map((target) => `${path} may not import ${target}`),
  );
}

function isAllowed(path: string, target: string, allowed: AllowList): boolean {
  const [from = "", to = ""] = [path.split("/")[0], target.split("/")[0]];
  if (from !== to) {
    return mayImport[from]?.includes(to) === true;
  }
  const [room, other] = [roomOf(path), roomOf(target)];
  return (
    from !== "lib" || room === other || allowed.get(room ?? "")?.includes(other ?? "") === true
  );
}

function findCrowdedFolders(paths: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = posix.dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([folder, count]) => count > (filesInRootMax[folder] ?? filesPerFolderMax))
    .map(([folder, count]) => `${folder}/ holds ${count} code files`);
}

/** Circles of imports between files, types included: each is named once, from its first file on. */
function findCycles(imports: Imports): readonly string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push(`an import cycle: ${[...trail.slice(start), path].join(" → ")}`);
      return;
    }
    if (!done.has(path)) {
      for (const target of imports.get(path) ?? []) {
        visit(target, [...trail, path]);
      }
      done.add(path);
    }
  };
  for (const path of imports.keys()) {
    visit(path, []);
  }
  return cycles;
}
