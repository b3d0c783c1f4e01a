import type { Transport } from "./transport.ts";

/** Every source of non-determinism. Tests and the simulation pass their own. */
export type Effects = {
  /** Returns epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Returns a number in [0, 1). */
  readonly random: () => number;
  /** Returns a new unique id. */
  readonly newId: () => string;
  /** Returns the memory that the process may take, in bytes; absent, undefined or 0 if it is not known. */
  readonly memoryBytes?: () => number | undefined;
  /** Makes one HTTP exchange. */
  readonly transport: Transport;
  /** Writes one log line. */
  readonly write: (line: string) => void;
};
