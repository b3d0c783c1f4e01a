export type CheckVerdict = "ok" | "warning" | "failed" | "skipped";

/** Describes one row: what was checked, what was found and what to do. Contains no secret. */
export type Check = {
  /** The name of the check, such as `clock`. Several rows may share it. */
  readonly check: string;
  /** The topic, function or setting that the row is about. */
  readonly subject?: string | undefined;
  readonly verdict: CheckVerdict;
  readonly found: string;
  /** One line that says what to do or where to look. Never absent if the verdict is `failed`. */
  readonly todo?: string | undefined;
};

/** Names a check before it has a verdict. */
export type CheckName = Pick<Check, "check" | "subject">;

export function ok(named: CheckName, found: string, todo?: string): Check {
  return { ...named, verdict: "ok", found, todo };
}

export function warning(named: CheckName, found: string, todo: string): Check {
  return { ...named, verdict: "warning", found, todo };
}

export function failed(named: CheckName, found: string, todo: string): Check {
  return { ...named, verdict: "failed", found, todo };
}

/** Skips a check. `found` says why. */
export function skipped(named: CheckName, found: string, todo?: string): Check {
  return { ...named, verdict: "skipped", found, todo };
}
