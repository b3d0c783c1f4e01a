import type { Page } from "../../shared/page.ts";
import type { Place } from "../api/regions.ts";
import type { Removal } from "../apply/remove.ts";
import type { Smoke } from "../apply/smoke.ts";
import type { FieldChange } from "../plan/difference.ts";
import type { Step } from "../plan/plan.ts";

/** All that a run has to say: `--json` is this, the text is made from it. */
export type Report = {
  readonly command: "plan" | "apply" | "remove" | "plan of remove";
  readonly ok: boolean;
  readonly place: Pick<Place, "region" | "origin" | "basePath" | "platform">;
  readonly changes: readonly ShownChange[];
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
  readonly smoke?: Smoke;
  /** What is left to a person, in order. */
  readonly manualSteps: readonly string[];
};

/** What there is in place of a report when a call failed: `done` stays done. */
export type BrokenOff = {
  readonly command: Report["command"];
  readonly ok: false;
  readonly problems: readonly string[];
  readonly page: Page;
  readonly done: readonly ShownChange[];
  /** What it broke off at, and why; absent where nothing was being changed. */
  readonly failed?: ShownChange;
};

export type ShownChange = {
  readonly kind: string;
  readonly name: string;
  readonly change: Step["change"] | Removal["change"];
  readonly fields: readonly FieldChange[];
  readonly reason?: string;
};

export function toShown(step: Step | Removal): ShownChange {
  const { kind, change, reason } = step;
  const fields = "fields" in step ? step.fields : [];
  const name = "action" in step ? `${step.name} -> ${step.action}` : step.name;
  return { kind, name, change, fields, ...(reason === undefined ? {} : { reason }) };
}

const signs: Readonly<Record<ShownChange["change"], string>> = {
  create: "+",
  update: "~",
  same: "=",
  refused: "!",
  delete: "-",
  absent: "=",
  kept: "!",
};

/** These say all by their sign. */
const plainSigns: readonly ShownChange["change"][] = ["create", "update", "same", "delete"];

export function toText(report: Report): string {
  const { command, place, changes, warnings, problems, smoke, manualSteps } = report;
  const lines = [
    `${command}: Cloud Functions, region ${place.region}, platform ${place.platform}, at ${place.origin}${place.basePath}`,
    "",
    ...changes.flatMap(changeLines),
    "",
    countLine(changes),
    ...block("Warnings:", warnings),
    ...block("Wrong:", problems),
    ...block(`Smoke call: ${smoke?.ending}`, smoke?.lines ?? []),
    ...block(
      command.endsWith("remove")
        ? "What is left to do by hand:"
        : "What is left to do by hand, for the webhook function's URL:",
      manualSteps.map((step, i) => `${i + 1}. ${step}`),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

export function changeLine({ kind, name, change, reason }: ShownChange): string {
  const told = plainSigns.includes(change) ? "" : ` (${change})`;
  return `${signs[change]} ${kind} ${name}${told}${reason === undefined ? "" : `: ${reason}`}`;
}

function changeLines(change: ShownChange): readonly string[] {
  return [changeLine(change), ...change.fields.map((field) => `    ${fieldLine(field)}`)];
}

function fieldLine({ field, change, from, to }: FieldChange): string {
  if (change === "changed") {
    return from === undefined || to === undefined
      ? `${field} changed`
      : `${field} changed from ${quoted(from)} to ${quoted(to)}`;
  }
  const value = to ?? from;
  const told = { set: "set", removed: "removed", unknown: "cannot be compared, so put again" }[
    change
  ];
  return `${field} ${told}${value === undefined || change === "unknown" ? "" : `: ${quoted(value)}`}`;
}

function quoted(text: string): string {
  return text === "" ? '""' : text;
}

function countLine(changes: readonly ShownChange[]): string {
  const kinds = [...new Set(changes.map(({ change }) => change))];
  const counts = kinds.map(
    (kind) => `${kind}: ${changes.filter(({ change }) => change === kind).length}`,
  );
  return counts.length === 0 ? "nothing to do" : counts.join(", ");
}
