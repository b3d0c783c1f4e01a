export type CheckVerdict = "ok" | "warning" | "failed" | "skipped";

/** One row: what was looked at, what was found, and what to do. Holds no secret. */
export type Check = {
  /** What is checked, such as `clock`; several rows may share it. */
  readonly check: string;
  /** Which one of several: a topic, a function, a setting. */
  readonly subject?: string | undefined;
  readonly verdict: CheckVerdict;
  readonly found: string;
  /** One line: what to do about it, or where to look. Never absent where the verdict is `failed`. */
  readonly todo?: string | undefined;
};

/** What a check is called, before it has a verdict. */
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

/** `found` says why nothing was looked at. */
export function skipped(named: CheckName, found: string, todo?: string): Check {
  return { ...named, verdict: "skipped", found, todo };
}
