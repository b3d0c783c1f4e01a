import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { unzipSync } from "fflate";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { functionNames, settingsOf } from "../../cli/project/functions.ts";
import { functions } from "../../lib/registry/functions.ts";
import { nodeBinaries } from "../support/node-binaries.ts";
import { type HostedArtifact, startOpenWhisk } from "../support/openwhisk-host.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const names = readdirSync(join(root, "functions"), { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => basename(entry.name, ".ts"));
const kinds = ["source", "source-identifier-only", "zip", "require"] as const;
const loads = nodeBinaries().flatMap((node) => kinds.map((kind) => ({ kind, node })));

const budgets = JSON.parse(readFileSync(join(root, "artifact-budgets.json"), "utf8")) as {
  readonly kibibytes: Readonly<Record<string, number>>;
  readonly kibibytesDefault: number;
};

describe.each(names)("the artifact of %s", (name) => {
  const folder = join(root, "dist", name);
  const file = join(folder, "index.js");
  const zipFile = `${folder}.zip`;
  const artifact = (kind: HostedArtifact["kind"]) => ({
    kind,
    path: kind === "zip" ? zipFile : file,
  });

  test.for(loads)(
    "the artifact runs on $node.name as $kind and prints nothing after its activation",
    async (load) => {
      const host = await startOpenWhisk({ artifact: artifact(load.kind), node: load.node.path });

      const first = await host.run({});
      const second = await host.run({});
      const { lateOutput } = await host.stop();

      // The host responds with 200 only if it could write the result as JSON.
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(first.result).toBeTypeOf("object");
      expect(Array.isArray(first.result)).toBe(false);
      expect(first.result).not.toBeNull();
      expect(lateOutput).toBe("");
    },
  );

  test.for(nodeBinaries())("the artifact exports main and handler on $name", ({ path: node }) => {
    const script =
      "const adapter = require(process.argv[1]); typeof adapter.main + typeof adapter.handler";

    const types = execFileSync(node, ["-p", script, file], { encoding: "utf8", timeout: 60_000 });

    expect(types.trim()).toBe("functionfunction");
  });

  test("the artifact requires only Node.js modules, by their node: names", async () => {
    const { metafile } = await build({
      entryPoints: [file],
      bundle: true,
      format: "cjs",
      logLevel: "silent",
      metafile: true,
      packages: "external",
      platform: "node",
      write: false,
    });

    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    expect(Object.keys(metafile.inputs)).toHaveLength(1);
    expect(imports.filter(({ path }) => !path.startsWith("node:"))).toEqual([]);
  });

  test("the artifact describes itself as CommonJS without dependencies", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

    expect(manifest).toEqual({ main: "index.js", type: "commonjs" });
  });

  test("the zip contains index.js, package.json and LICENSES.txt, and nothing else", () => {
    const files = unzipSync(readFileSync(zipFile));

    const text = (entry: string) => Buffer.from(files[entry] ?? []).toString("utf8");
    expect(new Set(Object.keys(files))).toEqual(
      new Set(["index.js", "package.json", "LICENSES.txt"]),
    );
    for (const entry of Object.keys(files)) {
      expect(text(entry)).toBe(readFileSync(join(folder, entry), "utf8"));
    }
  });

  test("LICENSES.txt has the notices of this project and of each bundled package, and no others", () => {
    const notices = readFileSync(join(folder, "LICENSES.txt"), "utf8");
    const { sources } = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { sources: string[] };

    const packages = sources.flatMap((source) => /node_modules\/([^/]+)/.exec(source)?.[1] ?? []);
    const [own, ...named] = [...notices.matchAll(/^([a-z-]+) \d+\.\d+\.\d+ \(MIT\)$/gm)];
    expect(own?.[1]).toBe("datastream-relay");
    expect(notices).toContain(readFileSync(join(root, "LICENSE"), "utf8").trim());
    expect(new Set(named.map(([, found]) => found))).toEqual(new Set(packages));
    expect(notices.includes("No code of other packages is bundled")).toBe(packages.length === 0);
  });

  test("the artifact stays within its byte budget", () => {
    expect(statSync(file).size).toBeLessThanOrEqual(
      (budgets.kibibytes[name] ?? budgets.kibibytesDefault) * 1024,
    );
  });

  test("the source map is a file beside the artifact and not part of it", () => {
    const map: unknown = JSON.parse(readFileSync(`${file}.map`, "utf8"));

    expect(map).toMatchObject({ version: 3 });
    expect(readFileSync(file, "utf8")).not.toContain("sourceMappingURL=data:");
  });
});

test.each(Object.values(functions).filter(({ accepts }) => accepts === "invocation"))(
  "the artifact of $name answers 404 to a request at each door",
  async ({ name }) => {
    const log = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    onTestFinished(() => log.mockRestore());
    const body = { status: "refused", reason: `${name} is not served over HTTP` };
    const text = JSON.stringify(body);
    const headers = { "content-type": "application/json" };
    const artifact = createRequire(import.meta.url)(join(root, "dist", name, "index.js"));
    const { fetch, handler, main } = artifact as typeof import("../../functions/bucket.ts");

    const web = await fetch(new Request("https://relay.example/a?b", { method: "PUT", body: "c" }));
    const byHead = await handler({ httpMethod: "HEAD", body: "%", isBase64Encoded: true });
    const balanced = { requestContext: { elb: {} }, multiValueHeaders: { host: ["a"] } };

    expect([web.status, web.headers.get("content-type"), await web.text()]).toEqual([
      ...[404, "application/json", text],
    ]);
    expect(byHead).toEqual({ statusCode: 404, headers, body: "", isBase64Encoded: false });
    expect(await handler({ requestContext: { http: { method: "GET" } } })).toEqual({
      ...{ statusCode: 404, headers, body: text, isBase64Encoded: false },
    });
    expect(await handler({ httpMethod: "GET", ...balanced })).toMatchObject({
      ...{ statusCode: 404, body: text },
      multiValueHeaders: { "content-type": ["application/json"] },
    });
    expect(await main({ __ow_method: "post", __ow_body: 1 })).toEqual({
      ...{ statusCode: 404, headers, body },
    });
    expect(await main({ __ow_method: "head" })).toMatchObject({ statusCode: 404, body: "" });
  },
);

test("dist/functions.json says of every function what the registry says", () => {
  const written: unknown = JSON.parse(readFileSync(join(root, "dist/functions.json"), "utf8"));

  expect(written).toEqual({
    functions: functionNames.map((name) => {
      const { accepts, triggeredBy, schedule } = functions[name];
      return {
        ...{ name, accepts, triggeredBy, settings: settingsOf(name) },
        ...(schedule === undefined ? {} : { schedule }),
      };
    }),
  });
});
