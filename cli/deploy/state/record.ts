import * as z from "zod";
import { templateFields } from "../gateway/template/template.ts";

/** One record is what one apply replaced. Code of an action may have 38 MB, so a record may be large. */
export const recordBytesMax = 256 * 1024 * 1024;

const kind = "datastream-relay rollback record";
const text = z.string();
const resourceName = z.string().regex(/^(?:-|[\w][\w-]{0,49})$/);

/** A value as it was; the HMAC of a secret; or nothing, because the platform did not show it. */
const parameter = z.union([
  z.strictObject({ value: z.string() }),
  z.strictObject({ hmac: z.string().regex(/^[\da-f]{64}$/) }),
  z.strictObject({ unread: z.literal(true) }),
]);
const parameters = z.record(text, parameter);

/** A field that the platform did not show is absent. */
const actionBefore = z.strictObject({
  type: z.enum(["basic", "web"]).optional(),
  description: text.optional(),
  kind: text.optional(),
  main: text.optional(),
  binary: z.boolean().optional(),
  code: text.optional(),
  timeoutMs: z.number().optional(),
  memoryMb: z.number().optional(),
  vpc: z.strictObject({ vpcNo: z.number(), subnetNo: z.number() }).optional(),
  rawHttp: z.boolean().optional(),
  customOptions: z.boolean().optional(),
  parameters,
});

const linkFields = z.record(text, z.union([text, z.number(), z.boolean()]));

const triggerState = z.strictObject({
  type: text.optional(),
  description: text.optional(),
  cronOption: text.optional(),
  links: z.array(linkFields).optional(),
  events: z.array(text).optional(),
  username: text.optional(),
  repository: text.optional(),
  /** The names in API Gateway by which a GitHub trigger was created. */
  link: z.record(text, text).optional(),
  parameters,
});

const triggerBefore = z.strictObject({
  state: triggerState,
  /** The action of ours that it ran. */
  runs: z.strictObject({ packageName: resourceName, action: resourceName }).nullable(),
});

const gateway = z.strictObject({
  changes: z.array(z.strictObject({ kind: text, name: text, change: text })),
  /** Methods whose API key or authentication the apply took away. */
  unlocked: z.array(text).optional(),
  /** The content of our methods before the apply; null if there were none that led to the present action. */
  template: z.strictObject(templateFields).nullable(),
  /** Fingerprints of methods and stage after the apply. Absent until it has carried out everything. */
  after: z.record(text, text).optional(),
});

const place = { function: text, packageName: resourceName, name: resourceName };

/** `before` is null for what the apply created. */
const schema = z.strictObject({
  kind: z.literal(kind),
  number: z.int().positive(),
  at: text,
  /** False until the apply has carried out everything: the next apply then goes on with this record. */
  isWhole: z.boolean(),
  binding: z.strictObject({ owner: text, region: text, platform: text, origin: text }),
  prefix: resourceName,
  packageName: resourceName,
  packages: z.array(
    z.strictObject({
      name: resourceName,
      before: z.strictObject({ description: text }).nullable(),
    }),
  ),
  actions: z.array(z.strictObject({ ...place, before: actionBefore.nullable() })),
  triggers: z.array(
    z.strictObject({
      ...place,
      before: triggerBefore.nullable(),
      /** The fields that the apply put and that the platform does not show later. */
      after: triggerState.optional(),
    }),
  ),
  /** Absent if the apply did not look at API Gateway. */
  gateway: gateway.optional(),
});

type Immutable<Value> = Value extends object
  ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
  : Value;

export type RollbackRecord = Immutable<z.output<typeof schema>>;
export type Binding = RollbackRecord["binding"];
export type RecordedAction = RollbackRecord["actions"][number];
export type RecordedTrigger = RollbackRecord["triggers"][number];
export type RecordedGateway = NonNullable<RollbackRecord["gateway"]>;
export type RecordedPackage = RollbackRecord["packages"][number];
export type ActionBefore = NonNullable<RecordedAction["before"]>;
export type TriggerState = NonNullable<RecordedTrigger["after"]>;
export type RecordedParameters = ActionBefore["parameters"];

export function newRecord(given: Omit<RollbackRecord, "kind" | "isWhole">): RollbackRecord {
  return { kind, isWhole: false, ...given };
}

/** Returns undefined if a file's text is no record: half-written, of another program, or of another version. */
export function parseRecord(given: string): RollbackRecord | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(given));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function isEmpty({ packages, actions, triggers, gateway }: RollbackRecord): boolean {
  const { changes = [] } = gateway ?? {};
  return packages.length + actions.length + triggers.length + changes.length === 0;
}
