import type { ObjectChange } from "./events/object-event.ts";
import type { Buckets } from "./operations/buckets.ts";
import type { PayloadReader } from "./protocol/read-payload.ts";
import type { ScriptedFaults } from "./scripted-faults.ts";

/** Everything that the routes of one running emulator of Object Storage share. */
export type ObjectStorage = {
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly region: string;
  readonly buckets: Buckets;
  readonly faults: ScriptedFaults;
  readonly readPayload: PayloadReader;
  readonly announce: (change: ObjectChange) => void;
  readonly now: () => number;
  readonly wait: (delayMs: number) => Promise<void>;
};
