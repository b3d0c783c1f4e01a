import type { Call, TriggerEvent } from "../model/call.ts";
import type { FunctionDefinition } from "../model/function-definition.ts";
import { type Ending, fault, refusal, unexpected } from "../model/result.ts";
import { type ParseResult, type Problem, problemsOf, type Settings } from "../model/settings.ts";
import { unlistedNames } from "../settings/settings.ts";
import {
  type Config,
  checkTargets,
  parseStream,
  refuseMisspelt,
} from "../settings/stream-config.ts";
import { memoizeLast } from "./memoize-last.ts";
export type CallValidation<Event, FunctionConfig> =
  | {
      readonly ok: true;
      readonly event: Event;
      readonly config: Config;
      readonly functionConfig: FunctionConfig;
    }
  | { readonly ok: false; readonly ending: Ending };

/** Creates a validator of calls. It checks the kind of call first and reads no settings of a call of another kind. */
export function createCallValidator<Event extends TriggerEvent, FunctionConfig>(
  definition: FunctionDefinition<Event, FunctionConfig>,
): (call: Call) => CallValidation<Event, FunctionConfig> {
  const ownSettings = unlistedNames(definition.settings);
  const parse = memoizeLast((settings) => parseFunction(definition, settings));
  const refuse = (ending: Ending) => ({ ok: false, ending }) as const;
  return ({ event, settings }) => {
    if (!isAccepted(definition, event)) {
      return refuse(wrongKind(definition.name, event));
    }
    if (isParsedHttp(event)) {
      return refuse(rawHttpOff);
    }
    try {
      const parsed = refuseMisspelt(parse(settings), settings, ownSettings);
      if (!parsed.ok) {
        return refuse(badSettings(parsed.problems));
      }
      const { config, functionConfig } = parsed.value;
      return { ok: true, event, config, functionConfig };
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
    ? refusal("NOT_FOUND", `${name} is not served over HTTP`)
    : fault("WRONG_DOOR", `${name} takes HTTP requests only`);
}

const rawHttpOff = fault(
  "RAW_HTTP_OFF",
  "switch the web action's raw-http option on: without it a caller's fields mix with the settings",
);

function badSettings(problems: readonly Problem[]): Ending {
  return fault(
    "BAD_SETTINGS",
    problems.map(({ setting, text }) => `${setting} ${text}`).join("; "),
  );
}

type SettingsReader<Event extends TriggerEvent, FunctionConfig> = Pick<
  FunctionDefinition<Event, FunctionConfig>,
  "deliveryTimeoutMs" | "settings" | "parse" | "targets" | "faults"
>;

type FunctionSettings<FunctionConfig> = {
  readonly config: Config;
  readonly functionConfig: FunctionConfig;
};

/** Parses all settings of a function, or returns every problem with them. `known` are names of other functions' settings. */
export function parseSettings<Event extends TriggerEvent, FunctionConfig>(
  definition: SettingsReader<Event, FunctionConfig>,
  settings: Settings,
  known: readonly string[],
): ParseResult<FunctionSettings<FunctionConfig>> {
  const others = unlistedNames([...definition.settings, ...known]);
  return refuseMisspelt(parseFunction(definition, settings), settings, others);
}

/** Reads settings by known name only, so that other fields of a call change nothing. */
function parseFunction<Event extends TriggerEvent, FunctionConfig>(
  definition: SettingsReader<Event, FunctionConfig>,
  settings: Settings,
): ParseResult<FunctionSettings<FunctionConfig>> {
  const config = parseStream(settings, definition.deliveryTimeoutMs);
  const functionConfig = definition.parse(settings);
  // A missing topic is reported together with other problems of the stream's settings.
  const topic = settings["DATASTREAM_TOPIC"] ? "" : undefined;
  const stream = config.ok ? config.value : { topic, partitionsOf: () => undefined };
  const targets = functionConfig.ok ? definition.targets(functionConfig.value, stream) : [];
  const problems = [problemsOf([config, functionConfig]), checkTargets(targets, stream)].flat();
  if (config.ok && functionConfig.ok && problems.length === 0) {
    return { ok: true, value: { config: config.value, functionConfig: functionConfig.value } };
  }
  const faults = functionConfig.ok ? (definition.faults?.(functionConfig.value) ?? []) : [];
  return { ok: false, problems: problems.concat(faults) };
}
