import type { Problem, Settings } from "../../../lib/model/settings.ts";
import type { FunctionName } from "../../../lib/registry/names.ts";
import { parseConfig } from "../../../lib/settings/stream-config.ts";
import { type Examined, examineFunction, isSet } from "../../project/examine-function.ts";
import { allSettingNames } from "../../project/functions.ts";
import { whyOdd } from "../../shared/odd-secret.ts";
import { toPage } from "../../shared/page.ts";
import { pathFromProject } from "../../shared/roots.ts";
import { type Check, failed, ok, warning } from "./check.ts";

/** The default of a function. Nothing in this command waits that long. */
const deliveryTimeoutMs = 45_000;

/**
 * Checks the settings with the functions' own parsers. Without a function it checks what every function
 * needs.
 */
export function examineSettings(names: readonly FunctionName[], settings: Settings) {
  const examined = names.map((name) => examineFunction(name, settings));
  const config = parseConfig(settings, deliveryTimeoutMs, allSettingNames);
  const common = names.length > 0 ? [] : problemsOfAny(config.ok ? [] : config.problems, settings);
  return {
    checks: [
      ...toProblemChecks(examined, common),
      ...examined.flatMap(toFunctionChecks),
      ...toCommonChecks(names, common),
      ...checkSecretKey(settings),
      ...(config.ok && config.value.sqsPartialBatch ? [partialBatch] : []),
    ],
    config: config.ok ? config.value : undefined,
    targets: examined.flatMap(({ targets }) => targets),
  };
}

const docs = pathFromProject("docs");

/** Without the option Lambda ignores the answer's list, so it deletes messages that failed. */
const partialBatch = warning(
  { check: "settings", subject: "SQS_PARTIAL_BATCH" },
  "failed messages are named in the answer, which Lambda reads only with ReportBatchItemFailures and else takes for success",
  `set functionResponseTypes of every SQS event source of the function, as serverless.yml does: ${docs}/deploy-lambda.md`,
);

function problemsOfAny(problems: readonly Problem[], settings: Settings): readonly Problem[] {
  const noTopic = { setting: "DATASTREAM_TOPIC", text: "is required" };
  return isSet(settings["DATASTREAM_TOPIC"]) ? problems : [...problems, noTopic];
}

/** A key pair that was copied wrongly is refused like any other wrong one, so this row says what to look at. */
function checkSecretKey({ NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY }: Settings): readonly Check[] {
  const why = whyOdd(NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY);
  const named = { check: "setting", subject: "NCLOUD_SECRET_KEY" };
  return why === undefined
    ? []
    : [warning(named, why, "if the key pair is refused, copy the secret key again")];
}

/** Makes one row for each problem. The row names the functions that have it. */
function toProblemChecks(
  examined: readonly Examined[],
  common: readonly Problem[],
): readonly Check[] {
  const byProblem = new Map<string, { problem: Problem; functions: string[] }>();
  const add = (problem: Problem, names: readonly string[]) => {
    const id = `${problem.setting} ${problem.text}`;
    const row = byProblem.get(id) ?? { problem, functions: [] };
    row.functions.push(...names);
    byProblem.set(id, row);
  };
  for (const { name, problems } of examined) {
    for (const problem of problems) {
      add(problem, [name]);
    }
  }
  for (const problem of common) {
    add(problem, []);
  }
  return [...byProblem.values()].map(({ problem, functions }) =>
    toProblemCheck(problem, functions),
  );
}

function toProblemCheck(problem: Problem, functions: readonly string[]): Check {
  const whose = functions.length === 0 ? "" : ` (${functions.join(", ")})`;
  return failed(
    { check: "setting", subject: problem.setting },
    `${problem.text}${whose}`,
    adviceFor(problem),
  );
}

/** Warns of misspelt variables. They are no failure, because the settings may be complete without them. */
export function checkVariables(misspelt: readonly Problem[]): readonly Check[] {
  return misspelt.map((problem) =>
    warning(
      { check: "variable", subject: problem.setting },
      `${problem.text} It is in the environment, where nobody reads it`,
      adviceFor(problem),
    ),
  );
}

function adviceFor({ setting, text }: Problem): string {
  if (text.startsWith("is not a setting")) {
    return "correct the name, or remove it";
  }
  if (!text.startsWith("is required")) {
    return `correct it: ${docs}/settings.md says what it takes`;
  }
  return setting.startsWith("NCLOUD_")
    ? "make an access key for a Sub Account, not for the main account, and set both its halves"
    : "set it in the environment, or in a file given by --settings";
}

function toFunctionChecks({ name, problems, warnings }: Examined): readonly Check[] {
  const named = { check: "settings", subject: name };
  if (problems.length > 0) {
    return [];
  }
  return warnings.length === 0
    ? [ok(named, "complete and well formed")]
    : warnings.map((text) =>
        warning(named, text, `works, and is unwise: see ${toPage("doctor-settings")}`),
      );
}

function toCommonChecks(
  names: readonly FunctionName[],
  problems: readonly Problem[],
): readonly Check[] {
  return names.length > 0 || problems.length > 0
    ? []
    : [
        ok(
          { check: "settings" },
          "complete and well formed for the stream; no function has settings of its own",
        ),
      ];
}
