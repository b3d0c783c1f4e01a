import type { Transport } from "./transport.ts";

/** Everything that is not deterministic. Tests and the simulation pass their own. */
export type Effects = {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** A fresh unique id. */
  readonly newId: () => string;
  /** One HTTP request and its answer. */
  readonly transport: Transport;
  /** Takes one log line. */
  readonly write: (line: string) => void;
};
