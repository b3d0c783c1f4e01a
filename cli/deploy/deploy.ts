import type { Effects } from "../../lib/effects.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { UsageError } from "../settings-source.ts";
import { ApiFailure } from "./api-failure.ts";
import { perform } from "./perform.ts";
import { prepare } from "./prepare.ts";
import { type Report, toText } from "./report.ts";

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
  readonly prune: boolean;
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

export type CommandName = Report["command"];

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
