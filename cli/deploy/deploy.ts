import type { Effects } from "../../lib/effects.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { UsageError } from "../settings-source.ts";
import { ApiFailure } from "./api-failure.ts";
import { apiGatewaySteps } from "./api-gateway-steps.ts";
import { applyPlan, verify } from "./apply.ts";
import type { Deployment } from "./config.ts";
import { cronWarnings } from "./cron-option.ts";
import { toNames } from "./names.ts";
import { makePlan, type Plan } from "./plan.ts";
import { type Prepared, prepare, wantedFrom } from "./prepare.ts";
import { planRemoval, type Removal, remove } from "./remove.ts";
import { changeLine, type Report, toShown, toText } from "./report.ts";
import { type Smoke, smoke } from "./smoke.ts";

export type DeployOptions = {
  readonly plan?: boolean;
  readonly apply?: boolean;
  readonly remove?: boolean;
  readonly config: string;
  readonly settings: readonly string[];
  readonly endpoint?: string;
  readonly artifacts: string;
  readonly standIn?: string;
  readonly smoke: boolean;
  readonly adopt: boolean;
  readonly json: boolean;
};

export type Surroundings = {
  readonly effects: Effects;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
};

/** The whole command but for the words on its line. */
export async function deploy(
  options: DeployOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  let hide = (text: string) => text;
  try {
    const command = commandOf(options);
    const prepared = await prepare(options, surroundings);
    ({ hide } = prepared);
    const say = (text: string) => surroundings.out(hide(text));
    const report = await perform(command, prepared, {
      options,
      surroundings,
      progress: options.json ? () => undefined : (line) => say(`${line}\n`),
    });
    say(options.json ? `${JSON.stringify(report)}\n` : toText(report));
    return report.ok ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    return end(error, { options, surroundings, hide });
  }
}

type Ending = {
  readonly options: DeployOptions;
  readonly surroundings: Surroundings;
  readonly hide: (text: string) => string;
};

function end(error: unknown, { options, surroundings, hide }: Ending): ExitCode {
  const isUsage = error instanceof UsageError;
  const isFailure = error instanceof ApiFailure;
  const message = isUsage || isFailure ? hide(error.message) : bugText(error);
  if (options.json) {
    surroundings.out(`${JSON.stringify({ ok: false, problems: message.split("\n") })}\n`);
  } else {
    const advice = isFailure ? "\nWhat is done stays done: run the same command again." : "";
    surroundings.err(`${message}${advice}\n`);
  }
  return isUsage ? exitCodes.usage : exitCodes.failed;
}

/** A bug of ours: its message and stack can hold anything. */
function bugText(error: unknown): string {
  const kind = error instanceof Error ? error.name : typeof error;
  return `an unexpected ${kind}: please report it`;
}

type CommandName = Report["command"];

function commandOf({ plan = false, apply = false, remove = false }: DeployOptions): CommandName {
  if (plan && remove && !apply) {
    return "plan of remove";
  }
  if ([plan, apply, remove].filter(Boolean).length !== 1) {
    throw new UsageError(
      "give one of --plan, --apply and --remove; --plan --remove shows what would go",
    );
  }
  if (apply) {
    return "apply";
  }
  return remove ? "remove" : "plan";
}

type Running = {
  readonly options: DeployOptions;
  readonly surroundings: Surroundings;
  readonly progress: (line: string) => void;
};

async function perform(
  command: CommandName,
  prepared: Prepared,
  running: Running,
): Promise<Report> {
  const { place, deployment } = prepared;
  const base = { command, place: shownPlace(place) };
  if (command === "remove" || command === "plan of remove") {
    const removals = await performRemoval(command, prepared, running);
    const changes = removals.map(toShown);
    return {
      ...base,
      ok: true,
      changes,
      warnings: [],
      problems: [],
      manualSteps: manualRemoval(deployment),
    };
  }
  const { adopt } = running.options;
  const wanted = wantedFrom(prepared, running.options.artifacts);
  const plan = await makePlan(wanted, prepared.api, { adopt });
  const shown = {
    ...base,
    changes: plan.steps.map(toShown),
    warnings: [...place.notes, ...warningsFor(deployment), ...prepared.warnings, ...plan.warnings],
    manualSteps: apiGatewaySteps(deployment, place),
  };
  const refused = refusals(plan);
  if (command === "plan" || refused.length > 0) {
    return { ...shown, ok: refused.length === 0, problems: refused };
  }
  const applying = { wanted, api: prepared.api, place, adopt };
  const onDone = (step: Plan["steps"][number]) =>
    running.progress(`done: ${changeLine(toShown(step))}`);
  await applyPlan(plan, { ...applying, onDone });
  const verified = await verify({ ...applying, onDone }, running.surroundings.effects);
  const tried = await performSmoke(prepared, running, wanted);
  return {
    ...shown,
    ok: verified.problems.length === 0 && tried?.ending !== "failed",
    problems: verified.problems,
    warnings: [...shown.warnings, ...verified.notes],
    ...(tried === undefined ? {} : { smoke: tried }),
  };
}

function shownPlace({ region, origin, basePath, platform }: Prepared["place"]): Report["place"] {
  return { region, origin, basePath, platform };
}

function refusals({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ change, kind, name, reason = "" }) =>
    change === "refused" ? [`${kind} ${name}: ${reason}`] : [],
  );
}

async function performSmoke(
  { api }: Prepared,
  { options, surroundings }: Running,
  wanted: ReturnType<typeof wantedFrom>,
): Promise<Smoke | undefined> {
  const { standIn } = options;
  return options.smoke
    ? await smoke({ wanted, api, standIn, effects: surroundings.effects })
    : undefined;
}

async function performRemoval(
  command: CommandName,
  { deployment, api }: Prepared,
  { progress }: Running,
): Promise<readonly Removal[]> {
  const names = toNames(deployment);
  const planned = await planRemoval(names, api);
  if (command === "plan of remove") {
    return planned;
  }
  const done: Removal[] = [];
  for (const removal of planned) {
    const ended = removal.change === "delete" ? await remove(removal, names, api) : removal;
    progress(`done: ${changeLine(toShown(ended))}`);
    done.push(ended);
  }
  return done;
}

function manualRemoval({ functions }: Deployment): readonly string[] {
  return functions.webhook === undefined
    ? []
    : ["Delete the API Gateway trigger and its API in the console: this API cannot."];
}

function warningsFor({ functions: { heartbeat, redrive } }: Deployment): readonly string[] {
  const crons = Object.entries({ heartbeat, redrive }).flatMap(([name, options]) =>
    options === undefined ? [] : [{ name, cron: options.cronOption ?? options.cron }],
  );
  return [
    ...(crons.length === 0
      ? []
      : [
          "the time zone of cron triggers is not documented; UTC+9 was seen once, in Korea. HEARTBEAT_TIMEZONE must name the same one",
        ]),
    ...crons.flatMap(({ name, cron }) =>
      cronWarnings(cron).map((warning) => `functions.${name}.cron, ${warning}`),
    ),
  ];
}
