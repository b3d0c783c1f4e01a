import { functionNames, isFunctionName } from "../../project/functions.ts";
import { UsageError } from "../../shared/usage-error.ts";
import { toNames } from "../desired/names.ts";
import { followActivations } from "../logs/follow-activations.ts";
import type { LoggedAction } from "../logs/list-activations.ts";
import { type FoundRun, readNewest } from "../logs/read-newest.ts";
import { toShown, toText } from "../logs/show-activation.ts";
import { Stopped } from "../logs/stop-on-interrupt.ts";
import type { Prepared } from "../prepare.ts";
import type { Running } from "./running.ts";

type Asked = Pick<Running, "options" | "surroundings">;

/**
 * Shows what ran, with its logs. Returns what went wrong: nothing of what was asked for is deployed. Throws a UsageError
 * or an ApiFailure.
 */
export async function performLogs(prepared: Prepared, asked: Asked): Promise<readonly string[]> {
  const { logs = true, follow = false } = asked.options;
  const actions = actionsOf(logs, prepared);
  const writer = createWriter(prepared, asked);
  return follow
    ? await showUntilStopped(actions, prepared, { asked, writer })
    : await showNewest(actions, prepared, writer);
}

type Writer = {
  readonly show: (run: FoundRun) => void;
  readonly note: (text: string) => void;
};

/** People are told beside the runs what is missing there. */
function createWriter(
  { hide }: Prepared,
  { options: { json = false }, surroundings: { terminal } }: Asked,
): Writer {
  return {
    show(run) {
      const shown = toShown(run, hide);
      terminal.writeOut(json ? `${JSON.stringify(shown)}\n` : toText(shown));
    },
    note: (text) => terminal.writeError(`${text}\n`),
  };
}

async function showNewest(
  actions: readonly LoggedAction[],
  { api }: Prepared,
  { show, note }: Writer,
): Promise<readonly string[]> {
  const { runs, missing } = await readNewest(actions, api);
  if (missing.length === actions.length) {
    return missing.map(notDeployed);
  }
  for (const logged of missing) {
    note(notDeployed(logged));
  }
  for (const run of runs) {
    show(run);
  }
  if (runs.length === 0) {
    note("nothing ran within the last month, which is as far back as the API goes");
  }
  return [];
}

async function showUntilStopped(
  actions: readonly LoggedAction[],
  { api }: Prepared,
  { asked, writer }: { readonly asked: Asked; readonly writer: Writer },
): Promise<readonly string[]> {
  const { effects } = asked.surroundings;
  const told = new Set<LoggedAction>();
  const onMissing = (logged: LoggedAction) => {
    if (!told.has(logged)) {
      told.add(logged);
      writer.note(notDeployed(logged));
    }
  };
  try {
    return await followActivations(actions, { api, effects, show: writer.show, onMissing });
  } catch (error) {
    if (error instanceof Stopped) {
      return [];
    }
    throw error;
  }
}

function notDeployed({ function: name, action }: LoggedAction): string {
  return `${name} is not deployed: there is no action ${action}`;
}

function actionsOf(
  asked: string | true,
  { deployment, place: { version } }: Prepared,
): readonly LoggedAction[] {
  if (asked !== true && !isFunctionName(asked)) {
    throw new UsageError(
      `--logs ${asked}: there is no such function; there are ${functionNames.join(", ")}`,
    );
  }
  const names =
    asked === true
      ? functionNames.filter((name) => deployment.functions[name] !== undefined)
      : [asked];
  const { actions, packageName } = toNames(deployment);
  return names.map((name) => ({ function: name, action: actions[name], packageName, version }));
}
