import { escapeHidden } from "../encoding/printable.ts";
import { isUnknownObject } from "../encoding/unknown-object.ts";
import type { TriggerEvent } from "../model/call.ts";
import { toRefusedBody } from "../model/dead-letter.ts";
import type {
  FunctionDefinition,
  Mapping,
  RecordDraft,
  Trigger,
  TriggerContext,
} from "../model/function-definition.ts";
import { type Fault, fault, nameOf, type Refusal, refusal } from "../model/result.ts";
import { type ParseResult, type Problem, problemsOf, type Settings } from "../model/settings.ts";
import { didYouMean } from "../settings/settings.ts";

/**
 * A schema of any library that follows Standard Schema 1 (https://standardschema.dev, read 2026-11-30), such as zod,
 * valibot or arktype. Only its verdict is used: a valid body goes out as its bytes came in.
 */
export type StandardSchema = {
  readonly "~standard": {
    readonly version: 1;
    /** The library's name. */
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
  };
};

type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

type StandardIssue = {
  /** Never used, because a library's message can quote the value. */
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
};

/** Schemas by the name of the webhook source or of the function. */
export type Schemas = Readonly<Record<string, StandardSchema>>;

/** Time that an asynchronous schema has for all records of an event, in milliseconds. */
const schemaMsMax = 1_000;
/** Limit of places in a reason. */
const pointersMax = 20;
/** Limit of a place. Names in it can be the sender's own text. */
const pointerCharsMax = 100;

type Misfit = Refusal | Fault;

/** A trigger that waits for nothing when it maps an event. */
type TriggerWithoutSchemas<Event extends TriggerEvent, FunctionConfig> = FunctionDefinition<
  Event,
  FunctionConfig
> & {
  /** `checkSchemas` finds schemas whose names are no source's. */
  readonly parse: (
    settings: Settings,
    checkSchemas: (sources: object) => readonly Problem[],
  ) => ParseResult<FunctionConfig>;
  readonly map: (event: Event, functionConfig: FunctionConfig, context: TriggerContext) => Mapping;
};

/**
 * Adds schemas to a trigger. Records that do not fit the schema of their source are left out, and their bodies may be set
 * aside. The build leaves this file out of a function without schemas. `optionOf` names a schema's place in the code.
 */
export function withSchemas<Event extends TriggerEvent, FunctionConfig>(
  trigger: TriggerWithoutSchemas<Event, FunctionConfig>,
  schemas: Schemas,
  optionOf = (name: string) => `schemas.${name}`,
): Trigger<Event, FunctionConfig> {
  const wrong = findWrongSchemas(schemas, optionOf);
  const names = wrong.length > 0 ? [] : Object.keys(schemas);
  return {
    ...trigger,
    schemas,
    parse: (settings) => {
      const parsed = trigger.parse(settings, (sources) =>
        // The names stand in code, so they are no secrets.
        names
          .filter((name) => !Object.hasOwn(sources, name))
          .map((name) => ({
            setting: optionOf(name),
            text: `is no source of WEBHOOK_SOURCES${didYouMean(name, Object.keys(sources))}`,
          })),
      );
      const problems = problemsOf([parsed]).concat(wrong);
      return wrong.length > 0 ? { ok: false, problems } : parsed;
    },
    map: (event, functionConfig, context) => {
      const mapping = trigger.map(event, functionConfig, context);
      const name = mapping.delivery?.source.name ?? "";
      return Object.hasOwn(schemas, name) ? keepValid(mapping, schemas[name], context) : mapping;
    },
  };
}

/** Finds what is no schema. Code without types can pass anything, and each event would then be a fault. */
function findWrongSchemas(
  schemas: Schemas,
  optionOf: (name: string) => string,
): readonly Problem[] {
  if (!isUnknownObject(schemas) || isSchema(schemas)) {
    const text = "must be Standard Schemas by source name";
    return [{ setting: "schemas", text }];
  }
  return Object.keys(schemas)
    .filter((name) => !isSchema(schemas[name]))
    .map((name) => ({ setting: optionOf(name), text: "is no Standard Schema" }));
}

function isSchema(value: unknown): boolean {
  const { "~standard": standard } = Object(value) as Partial<StandardSchema>;
  return typeof standard?.validate === "function";
}

/**
 * Leaves out the records that do not fit. A schema that throws, gives no result in time, or gives a result of another form
 * is a fault: nothing unchecked goes out, and nothing is lost.
 */
async function keepValid(
  mapping: Mapping,
  schema: StandardSchema | undefined,
  { sleep }: TriggerContext,
): Promise<Mapping> {
  const { records, ids, delivery } = mapping;
  let late: Promise<object> | undefined;
  const findMisfit = async ({ json }: RecordDraft): Promise<Misfit | undefined> => {
    try {
      // A body that is neither JSON nor a form fits no schema. A schema that is missing in untyped code throws.
      let result: object = json
        ? (schema as StandardSchema)["~standard"].validate(json.value)
        : { issues: [{}] };
      if ("then" in result) {
        // A synchronous schema starts no timer.
        late ??= sleep(schemaMsMax).then(() => ({}));
        result = await Promise.race([result, late]);
      }
      const { issues } = result as StandardResult;
      if (issues) {
        return refusal("BODY_INVALID", `its schema refuses ${toPointers(issues)}`);
      }
      return "value" in result ? undefined : toFault("gave no result");
    } catch (error) {
      return toFault(`threw ${nameOf(error)}`);
    }
  };
  const misfits = await Promise.all(records.map(findMisfit));
  const isValid = (_: unknown, index: number) => !misfits[index];
  return {
    ...mapping,
    records: records.filter(isValid),
    ids: ids?.filter(isValid),
    refusedBodies: misfits.flatMap((misfit, index) =>
      misfit && delivery ? [toRefusedBody(delivery, misfit, records[index])] : [],
    ),
  };
}

function toFault(text: string): Fault {
  return fault("SCHEMA_FAILED", `its schema ${text}`);
}

/** Lists places as JSON pointers (https://www.rfc-editor.org/rfc/rfc6901), each once. */
function toPointers(issues: readonly Pick<StandardIssue, "path">[]): string {
  const pointers = issues
    .slice(0, pointersMax)
    .map(({ path = [] }) => path.map(toToken).join("").slice(0, pointerCharsMax) || "its root");
  return escapeHidden([...new Set(pointers)].join(", "));
}

function toToken(segment: PropertyKey | { readonly key: PropertyKey }): string {
  const name = String((segment as { readonly key?: PropertyKey }).key ?? segment);
  return `/${name.replace(/~/g, "~0").replaceAll("/", "~1")}`;
}
