import type { Effects } from "../effects/effects.ts";
import type { Call, TriggerEvent } from "../model/call.ts";
import type { Admission } from "../model/function-definition.ts";
import type { Log } from "../model/log.ts";
import { endedEarly, type Outcome, unexpected } from "../model/result.ts";
import type { Config } from "../settings/stream-config.ts";
import { type Clocks, createSigningClocks } from "../signing/clock-skew.ts";
import { createLog } from "./log.ts";
import { logOutcome } from "./log-result.ts";
import { createAdmit } from "./validate-call.ts";

export type Handle = (call: Call) => Promise<Outcome>;

/** A call that was let in, and what its work may use. */
export type Admittance<Event, Settled> = {
  readonly call: Call;
  readonly event: Event;
  readonly config: Config;
  readonly settled: Settled;
  readonly invocationId: string;
  readonly startedMs: number;
  readonly log: Log;
  readonly clocks: Clocks;
};

/**
 * What every function does around its work: check the door, read the settings, catch what is a bug of
 * ours, say how it ended. Never rejects.
 */
export function createHandle<Event extends TriggerEvent, Settled>(
  admission: Admission<Event, Settled>,
  effects: Effects,
  work: (admittance: Admittance<Event, Settled>) => Promise<Outcome>,
): Handle {
  const admit = createAdmit(admission);
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
    const run = async (): Promise<Outcome> => {
      if (!admitted.ok) {
        return endedEarly(admitted.ending);
      }
      const { event, config, settled } = admitted;
      const invocationId = call.invocationId || effects.newId();
      const clocks = { stream: createStreamClock(), storage: createStorageClock() };
      return work({ call, event, config, settled, invocationId, startedMs, log, clocks });
    };
    const outcome = await run().catch((error: unknown) => endedEarly(unexpected(error)));
    logOutcome(log, outcome, effects.now() - startedMs);
    return outcome;
  };
}
