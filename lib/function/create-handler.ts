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

export type Handler = (call: Call) => Promise<CallResult>;

/** A call that was let in, and what its work may use. */
export type CallContext<Event, Settled> = {
  readonly call: Call;
  readonly event: Event;
  readonly config: Config;
  readonly settled: Settled;
  readonly invocationId: string;
  readonly startedMs: number;
  readonly log: Log;
  readonly clocks: SigningClocks;
};

/**
 * What every function does around its work: check the kind of call, read the settings, catch what is a bug of
 * ours, say how it ended. Never rejects.
 */
export function createHandler<Event extends TriggerEvent, Settled>(
  admission: FunctionDefinition<Event, Settled>,
  effects: Effects,
  work: (admittance: CallContext<Event, Settled>) => Promise<CallResult>,
): Handler {
  const admit = createCallValidator(admission);
  const createStreamClock = createSigningClocks(effects.now);
  const createStorageClock = createSigningClocks(effects.now);
  return async (call) => {
    const startedMs = effects.now();
    const admitted = admit(call);
    const level = admitted.ok ? admitted.config.logLevel : "info";
    const log = createLog(effects, level, {
      function: admission.name,
      invocationId: call.invocationId,
    });
    const run = async (): Promise<CallResult> => {
      if (!admitted.ok) {
        return endedEarly(admitted.ending);
      }
      const { event, config, settled } = admitted;
      const invocationId = call.invocationId || effects.newId();
      const clocks = { stream: createStreamClock(), storage: createStorageClock() };
      return work({ call, event, config, settled, invocationId, startedMs, log, clocks });
    };
    const outcome = await run().catch((error: unknown) => endedEarly(unexpected(error)));
    logResult(log, outcome, effects.now() - startedMs);
    return outcome;
  };
}
