import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";

type Component = {
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly licenses?: readonly { readonly license: { readonly id: string } }[];
};
type Bom = {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

/** The schemas of https://github.com/CycloneDX/specification, as CycloneDX's own library carries them. */
const schemas = join(
  dirname(createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json")),
  "res",
  "schema",
);
const readSchema = (file: string) => JSON.parse(readFileSync(join(schemas, file), "utf8"));

/** Returns the standard output of `npm run --silent sbom`. */
async function runSbom(): Promise<string> {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "sbom"]);
  return stdout;
}

describe("npm run sbom", () => {
  let text = "";
  let bom: Bom;
  beforeAll(async () => {
    text = await runSbom();
    bom = JSON.parse(text);
  });

  test("the document fits the schema of CycloneDX 1.5", () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    // Names of hosts in other scripts, which no package here has.
    ajv.addFormat("idn-email", true).addFormat("iri-reference", true);
    for (const file of ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"]) {
      ajv.addSchema(readSchema(file), `http://cyclonedx.org/schema/${file}`);
    }
    const validate = ajv.compile(readSchema("bom-1.5.SNAPSHOT.schema.json"));

    validate(bom);

    expect(validate.errors).toBeNull();
  });

  test("zod is in it with its licence and its version, and so is what the page holds", () => {
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    const found = new Map(bom.components.map((one) => [one.name, one]));

    expect(found.get("zod")).toMatchObject({
      version: dependencies.zod,
      scope: "required",
      licenses: [{ license: { id: "MIT" } }],
    });
    expect(found.get("preact")).toMatchObject({ scope: "required" });
    expect([...found.keys()]).toEqual(
      expect.arrayContaining([...Object.keys(dependencies), "@preact/signals-core", "uplot"]),
    );
  });

  test("every package has a licence", () => {
    expect(bom.components.length).toBeGreaterThan(4);
    expect(bom.components.filter(({ licenses = [] }) => licenses.length === 0)).toEqual([]);
  });

  test("tools of development are not in it", () => {
    const names = bom.components.map(({ name }) => name);

    for (const tool of ["typescript", "vitest", "@biomejs/biome", "serverless", "knip", "tsx"]) {
      expect(names).not.toContain(tool);
    }
  });

  test("what the dependencies name is in the document", () => {
    const refs = new Set(bom.dependencies.map(({ ref }) => ref));

    expect(
      bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref)),
    ).toEqual([]);
    expect(bom.metadata.component.name).toBe("datastream-relay");
  });

  test("a second run writes the same bytes", async () => {
    expect(await runSbom()).toBe(text);
  });
});
