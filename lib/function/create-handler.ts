import type { Effects } from "../effects/effects.ts";
import type { Call, TriggerEvent } from "../model/call.ts";
import type { FunctionDefinition } from "../model/function-definition.ts";
import type { Log } from "../model/log.ts";
import { type CallResult, endedEarly, unexpected } from "../model/result.ts";
import type { Config } from "../settings/stream-config.ts";
import { createSigningClocks, type SigningClocks } from "../signing/clock-skew.ts";
import { createLog } from "./log.ts";
import { logResult } from "./log-result.ts";
import { createCallValidator } from "./validate-call.ts";

/** Handles one call. Never rejects. `definition` is for programs that describe a function. */
export type Handler = ((call: Call) => Promise<CallResult>) & { readonly definition?: object };

/** An accepted call with its settings, clocks and log. */
export type CallContext<Event, FunctionConfig> = {
  readonly call: Call;
  readonly event: Event;
  readonly config: Config;
  /** The function's own parsed settings. */
  readonly functionConfig: FunctionConfig;
  readonly invocationId: string;
  readonly startedMs: number;
  readonly log: Log;
  readonly clocks: SigningClocks;
};

/**
 * Creates the wrapper around a function's work. It checks the kind of call, parses the settings, catches exceptions and
 * logs the result. The handler never rejects.
 */
export function createHandler<Event extends TriggerEvent, FunctionConfig>(
  definition: FunctionDefinition<Event, FunctionConfig>,
  effects: Effects,
  work: (context: CallContext<Event, FunctionConfig>) => Promise<CallResult>,
): Handler {
  const validate = createCallValidator(definition);
  const createStreamClock = createSigningClocks(effects.now);
  const createStorageClock = createSigningClocks(effects.now);
  const handler = async (call: Call): Promise<CallResult> => {
    const startedMs = effects.now();
    const validation = validate(call);
    const level = validation.ok ? validation.config.logLevel : "info";
    const log = createLog(effects, level, {
      function: definition.name,
      invocationId: call.invocationId,
    });
    const run = (): Promise<CallResult> | CallResult => {
      if (!validation.ok) {
        return endedEarly(validation.ending);
      }
      const { event, config, functionConfig } = validation;
      const invocationId = call.invocationId || effects.newId();
      const clocks = { stream: createStreamClock(), storage: createStorageClock() };
      return work({ call, event, config, functionConfig, invocationId, startedMs, log, clocks });
    };
    let result: CallResult;
    try {
      result = await run();
    } catch (error) {
      result = endedEarly(unexpected(error));
    }
    logResult(log, result, effects.now() - startedMs);
    return result;
  };
  return Object.assign(handler, { definition });
}
