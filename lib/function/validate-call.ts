import type { Call, TriggerEvent } from "../model/call.ts";
import type { FunctionDefinition } from "../model/function-definition.ts";
import { type Ending, unexpected } from "../model/result.ts";
import { type ParseResult, type Problem, problemsOf, type Settings } from "../model/settings.ts";
import {
  type Config,
  checkTargets,
  parseStream,
  refuseMisspelt,
} from "../settings/stream-config.ts";
import { memoizeLast } from "./memoize-last.ts";
export type CallValidation<Event, Settled> =
  | { readonly ok: true; readonly event: Event; readonly config: Config; readonly settled: Settled }
  | { readonly ok: false; readonly ending: Ending };

/** Decides whether a call may be mapped. Its kind comes first: nothing is read of a call of another kind. */
export function createCallValidator<Event extends TriggerEvent, Settled>(
  trigger: FunctionDefinition<Event, Settled>,
): (call: Call) => CallValidation<Event, Settled> {
  const parse = memoizeLast((settings) => parseFunction(trigger, settings));
  const refuse = (ending: Ending) => ({ ok: false, ending }) as const;
  return ({ event, settings }) => {
    if (!isAccepted(trigger, event)) {
      return refuse(wrongKind(trigger.name, event));
    }
    if (isParsedHttp(event)) {
      return refuse(rawHttpOff);
    }
    try {
      const parsed = refuseMisspelt(parse(settings), settings, trigger.settings);
      return parsed.ok
        ? { ok: true, event, ...parsed.value }
        : refuse(badSettings(parsed.problems));
    } catch (error) {
      return refuse(unexpected(error));
    }
  };
}

function isAccepted<Event extends TriggerEvent>(
  { accepts }: { readonly accepts: Event["kind"] },
  event: TriggerEvent,
): event is Event {
  return event.kind === accepts;
}

function isParsedHttp(event: TriggerEvent): boolean {
  return event.kind === "http" && event.body.kind === "parsed";
}

function wrongKind(name: string, event: TriggerEvent): Ending {
  return event.kind === "http"
    ? { kind: "refused", code: "NOT_FOUND", reason: `${name} is not served over HTTP` }
    : { kind: "faulted", code: "WRONG_DOOR", reason: `${name} takes HTTP requests only` };
}

const rawHttpOff: Ending = {
  kind: "faulted",
  code: "RAW_HTTP_OFF",
  reason:
    "switch the web action's raw-http option on: without it a caller's fields mix with the settings",
};

function badSettings(problems: readonly Problem[]): Ending {
  const reason = problems.map(({ setting, text }) => `${setting} ${text}`).join("; ");
  return { kind: "faulted", code: "BAD_SETTINGS", reason };
}

type Parser<Event extends TriggerEvent, Settled> = Pick<
  FunctionDefinition<Event, Settled>,
  "deliveryTimeoutMs" | "settings" | "parse" | "targets" | "faults"
>;

type FunctionSettings<Settled> = { readonly config: Config; readonly settled: Settled };

/** All that a function needs of its settings, or every problem with them. `known` are names of other functions'. */
export function parseSettings<Event extends TriggerEvent, Settled>(
  trigger: Parser<Event, Settled>,
  settings: Settings,
  known: readonly string[],
): ParseResult<FunctionSettings<Settled>> {
  return refuseMisspelt(parseFunction(trigger, settings), settings, [
    ...trigger.settings,
    ...known,
  ]);
}

/** Reads settings by name alone, so that other fields of a call change nothing. */
function parseFunction<Event extends TriggerEvent, Settled>(
  trigger: Parser<Event, Settled>,
  settings: Settings,
): ParseResult<FunctionSettings<Settled>> {
  const config = parseStream(settings, trigger.deliveryTimeoutMs);
  const settled = trigger.parse(settings);
  // A missing topic is reported beside other problems of the stream's settings, not after them.
  const topic = settings["DATASTREAM_TOPIC"] ? "" : undefined;
  const stream = config.ok ? config.value : { topic, partitionsOf: () => undefined };
  const problems = [
    ...problemsOf([config, settled]),
    ...checkTargets(settled.ok ? trigger.targets(settled.value, stream) : [], stream),
  ];
  if (config.ok && settled.ok && problems.length === 0) {
    return { ok: true, value: { config: config.value, settled: settled.value } };
  }
  const faults = settled.ok ? (trigger.faults?.(settled.value) ?? []) : [];
  return { ok: false, problems: [...problems, ...faults] };
}
