import type { ReportedChange } from "../output/report.ts";
import type { RecordedGateway } from "../state/record.ts";
import type { ActualGateway, ActualMethod, ActualStage } from "./actual/actual-gateway.ts";
import { type GatewayPart, none, type SeenGateway } from "./gateway-part.ts";
import type { State } from "./gateway-state.ts";
import type { GatewayInput, GatewayStep } from "./plan/gateway-step.ts";
import { planGateway } from "./plan/plan-gateway.ts";
import { leadsHere, methodLabel } from "./plan/plan-methods.ts";
import { readTemplate } from "./template/adopt-method.ts";
import { isOurs, shortHash } from "./wanted-gateway.ts";

/** Returns what a rollback record keeps of API Gateway: what our methods hold, and how to tell that somebody changed them. */
export function toSeen(actual: ActualGateway, input: GatewayInput): SeenGateway {
  const { methods, stage } = actual;
  const own = methods.find((one) => isOurs(one.description, input.wanted) && leadsHere(one, input));
  return {
    template: own && readTemplate(own, { actual, ...input }),
    fingerprints: Object.fromEntries([
      ...methods.map((one) => [methodLabel(one.name), methodFingerprint(one)] as const),
      ...(stage === undefined ? [] : [[stageLabel, stageFingerprint(stage)] as const]),
    ]),
  };
}

const stageLabel = "stage";

function methodFingerprint({ endPoint = {}, description, isLocked }: ActualMethod): string {
  const fields = Object.entries(endPoint).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return shortHash([fields, description, isLocked]);
}

function stageFingerprint(stage: ActualStage): string {
  return shortHash([stage.deployedNo, deployedDescription(stage)]);
}

function deployedDescription({ deployments, deployedNo }: ActualStage): string | undefined {
  return deployments.find(({ no }) => no === deployedNo)?.description;
}

/** Returns what an apply is about to change, for its record. A template is a file, and is not in API Gateway. */
export function toRecordedGateway({ changes, seen }: GatewayPart): RecordedGateway | undefined {
  const changed = changes
    .filter(({ kind, change }) => kind !== "gateway template" && writing.includes(change))
    .map(({ kind, name, change }) => ({ kind, name, change }));
  return seen === undefined && changed.length === 0
    ? undefined
    : { changes: changed, template: seen?.template ?? null, unlocked: unlockedIn(changes) };
}

function unlockedIn(changes: GatewayPart["changes"]): string[] {
  return changes
    .filter(({ fields }) => fields.some(({ field }) => field === "authentication"))
    .map(({ name }) => name);
}

const writing: readonly ReportedChange["change"][] = ["create", "update", "replace", "delete"];

/**
 * Returns the part of a rollback: methods as they were before, for `webhook` as it then is. Nothing that a URL is made of
 * is made or removed, and nothing that somebody changed since is touched.
 */
export function toRollbackPart(
  part: GatewayPart,
  { actual, input }: State,
  recorded: RecordedGateway | undefined,
): GatewayPart {
  const { steps } = planGateway(actual, input);
  const why = whyLeft(steps, actual, recorded);
  return why === undefined
    ? {
        ...part,
        changes: part.changes.map((one) => toKept(one, recorded)),
        warnings: [...part.warnings, ...lockText(recorded)],
      }
    : leftAsItIs(why);
}

function lockText({ unlocked = [] }: Partial<RecordedGateway> = {}): readonly string[] {
  const names = [...new Set(unlocked)].join(", ");
  return names === ""
    ? []
    : [
        `the apply took an API key or an authentication away from ${names}, and a rollback does not put it back, because senders do not have it: set it in the console if they shall`,
      ];
}

/** Senders may be led to an action of before, so that stays too. */
export function leftAsItIs(why: string): GatewayPart {
  return { ...none, needsFormer: true, warnings: [leftText(why)] };
}

export function leftText(why: string): string {
  return `API Gateway is left as it is: ${why}`;
}

function whyLeft(
  steps: readonly GatewayStep[],
  { methods, stage }: ActualGateway,
  { after }: Partial<RecordedGateway> = {},
): string | undefined {
  const missing = steps.find(({ level, change }) => level !== "method" && change === "create");
  if (missing !== undefined) {
    return `${missing.kind} ${missing.name} is not there, and a rollback makes none, because its URL could be another one. An --apply makes it`;
  }
  if (after === undefined || steps.every(isUntouched)) {
    return undefined;
  }
  const touched = steps.filter((step) => !isUntouched(step)).map(({ name }) => name);
  const changed = methods
    .map((one) => [methodLabel(one.name), methodFingerprint(one)] as const)
    .find(([label, fingerprint]) => touched.includes(label) && after[label] !== fingerprint);
  if (changed !== undefined) {
    return `somebody has changed gateway method ${changed[0]} since`;
  }
  return stage !== undefined && isDeployedByOthers(stage, after)
    ? "somebody has deployed the stage since"
    : undefined;
}

/** A method whose action is not there yet is compared when it is. */
function isUntouched({ change, write }: GatewayStep): boolean {
  return change === "same" && !(write.kind === "method" && write.body === undefined);
}

/** An API may show no descriptions. Then a deployment cannot be told from ours. */
function isDeployedByOthers(stage: ActualStage, after: Readonly<Record<string, string>>): boolean {
  const description = deployedDescription(stage);
  return description !== undefined && after[stageLabel] !== stageFingerprint(stage);
}

function toKept(row: ReportedChange, recorded: RecordedGateway | undefined): ReportedChange {
  const isMade = recorded?.changes.some(
    ({ kind, name, change }) => change === "create" && kind === row.kind && name === row.name,
  );
  return isMade === true && row.change === "same"
    ? { ...row, change: "kept", reason: madeByApply }
    : row;
}

const madeByApply =
  "the last apply made it. A rollback leaves it, because senders may have its URL; --remove deletes it";
