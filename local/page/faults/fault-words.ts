import type { FaultScript, FaultStep } from "../data/model.ts";
import { asNumber, asSize, type TextKey, type TextValues, t } from "../text/language.ts";
import { lastingTimesMin } from "./fault-switches.ts";

const shownStepsMax = 5;

const words: Readonly<Record<string, (value: unknown) => string>> = {
  delayMs: (ms) => t("faults.wait", { time: asTime(ms) }),
  firstByteMs: (ms) => t("faults.firstByte", { time: asTime(ms) }),
  skewMs: (ms) => t("faults.clock", { time: asTime(ms) }),
  status: (status) => t("faults.respond", { status: `${status}` }),
  cut: (cut) => t(cut === "before" ? "faults.cut.before" : "faults.cut.after"),
};
/** Fields that `status`, or another part of the line, already describes. */
const unsaid = ["when", "times", "headers", "body"];

/** Describes a script, a line for each of its parts. No line means that no fault is on. */
export function faultLines({ steps, rate, bucket }: FaultScript): readonly string[] {
  const shown = steps.slice(0, shownStepsMax).map((step) => line(often(step), step));
  const more = steps.length - shownStepsMax;
  return [
    ...shown,
    ...(more > 0 ? [t("faults.more", { count: asNumber(more) })] : []),
    ...(rate === undefined ? [] : [line(percent(rate.probability), rate.step)]),
    ...(bucket === undefined ? [] : [t("faults.bucket", { size: asSize(bucket.bytesPerSecond) })]),
  ];
}

function line(how: readonly [TextKey, TextValues?], step: FaultStep): string {
  return `${t(...how)}: ${describe(step)}`;
}

function percent(probability: number): readonly [TextKey, TextValues] {
  return ["faults.percent", { percent: Math.round(probability * 1000) / 10 }];
}

function often({ times }: FaultStep): readonly [TextKey, TextValues?] {
  if (typeof times !== "number" || times >= lastingTimesMin) {
    return ["faults.always"];
  }
  return times === 1 ? ["faults.once"] : ["faults.times", { count: asNumber(times) }];
}

/** Describes a step. Fields without a text are shown as they were posted, so that no fault stays unseen. */
function describe(step: FaultStep): string {
  const fields = Object.entries(step).filter(([field]) => !unsaid.includes(field));
  const effects = fields.map(([field, value]) =>
    Object.hasOwn(words, field) ? words[field]?.(value) : `${field} ${JSON.stringify(value)}`,
  );
  const when = Object.entries((step["when"] as object | undefined) ?? {});
  const about = when.map(([field, value]) => `${field} ${value}`);
  const effect = effects.length > 0 ? effects.join(", ") : t("faults.pass");
  return about.length > 0 ? `${effect} (${about.join(", ")})` : effect;
}

const units = [
  ["faults.minutes", 60_000],
  ["faults.seconds", 1000],
] as const;

/** Writes a time in the largest unit that measures it without a rest. */
function asTime(ms: unknown): string {
  const count = Number(ms);
  const [key, unitMs] = units.find(([, one]) => count !== 0 && count % one === 0) ?? [
    "faults.milliseconds",
    1,
  ];
  return t(key, { count: asNumber(count / unitMs) });
}
