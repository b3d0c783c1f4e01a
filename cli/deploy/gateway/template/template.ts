import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { textOf, type UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import { UsageError } from "../../../shared/usage-error.ts";
import { type RegionName, regionNames } from "../../api/regions.ts";
import { endPointSchema } from "./end-point.ts";

/**
 * The content of a method for a function. It is not documented, so it was read back from a method that a person made in
 * the console. A part that varies between actions is a placeholder: `{action}`, `{package}`, `{method}`, and `{action.FIELD}`
 * for a field that a read of the action shows.
 */
export type MethodTemplate = {
  readonly region: RegionName;
  /** The action and package that it was read for. */
  readonly action: string;
  readonly package: string;
  /** `ANY`, or the one method that the console made. */
  readonly methodName: string;
  readonly ncpEndPoint: UnknownObject;
  /** The `endpointDomain` that the console gave its stage. */
  readonly endpointDomain: string;
  /** The API of the console's method, if this command did not make it: it may be used, and is never removed. */
  readonly adoptedApi?: string | undefined;
};

/** The fields of a template, also in a rollback record. */
export const templateFields = {
  region: z.enum(regionNames),
  action: z.string().min(1).max(50),
  package: z.string().min(1).max(50),
  methodName: z.string().regex(/^[A-Z]{3,7}$/),
  ncpEndPoint: endPointSchema,
  endpointDomain: z.string().min(1).max(200),
  adoptedApi: z.string().max(50).optional(),
};

const schema = z.strictObject({ about: z.string(), format: z.literal(1), ...templateFields });

const about =
  "How API Gateway reaches a function, read back by `deploy --apply --adopt` from a method that was made in the console. Not documented by NAVER Cloud. Commit this file.";

/** Returns the file beside the configuration. A rehearsal has one of its own, because its values are made up. */
export function templateFileOf(config: string, isRehearsal: boolean): string {
  const name = basename(config)
    .replace(/\.[^.]+$/, "")
    .replace(/\.config$/, "");
  return join(dirname(config), `${name}.gateway${isRehearsal ? ".local" : ""}.json`);
}

/** Throws a UsageError if the file is there and is not understood. */
export function loadTemplate(file: string): MethodTemplate | undefined {
  if (!existsSync(file)) {
    return undefined;
  }
  const parsed = schema.safeParse(parseJson(readFileSync(file, "utf8")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(
      `${file} is not what --adopt writes (${issue?.path.join(".") || "its form"}): delete it, and run --apply --adopt again`,
    );
  }
  const { about: _, format: __, ...template } = parsed.data;
  return template;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function saveTemplate(file: string, template: MethodTemplate): void {
  try {
    writeFileSync(file, `${JSON.stringify({ about, format: 1, ...template }, null, 2)}\n`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "an error";
    throw new UsageError(`${file} cannot be written (${code}): --adopt keeps there what it read`);
  }
}

/** Returns whether a template fits an action of any id. */
export function hasAnyId({ ncpEndPoint }: Pick<MethodTemplate, "ncpEndPoint">): boolean {
  return textOf(ncpEndPoint["actionId"]).includes("{");
}

/** Says why a template cannot be used here; undefined if it can. */
export function whyUnusable(
  template: MethodTemplate,
  wanted: { readonly region: RegionName; readonly action: string; readonly packageName: string },
): string | undefined {
  const texts = Object.values(template.ncpEndPoint).map(textOf);
  const has = (placeholder: string) => texts.some((text) => text.includes(placeholder));
  if (template.region !== wanted.region) {
    return `it was read in region ${template.region}`;
  }
  if (template.action !== wanted.action && !hasAnyId(template)) {
    return `it was read for the action ${template.action}, whose id no read of an action shows`;
  }
  return template.package === wanted.packageName || has("{package}")
    ? undefined
    : `it was read for an action of the package ${template.package}`;
}
