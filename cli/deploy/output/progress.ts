import { changeLine, type ReportedChange } from "./report.ts";

/** Records what a run has carried out so far. A run that fails reports it. */
export type DeployProgress = {
  readonly begin: (change: ReportedChange) => void;
  readonly end: (change: ReportedChange) => void;
  readonly done: () => readonly ReportedChange[];
  /** The change that was begun and has not ended. After a failure it is the change that failed. */
  readonly underWay: () => ReportedChange | undefined;
};

export function createDeployProgress(say: (line: string) => void): DeployProgress {
  const done: ReportedChange[] = [];
  let underWay: ReportedChange | undefined;
  return {
    begin(change) {
      underWay = change;
    },
    end(change) {
      underWay = undefined;
      done.push(change);
      say(`done: ${changeLine(change)}\n`);
    },
    done: () => done,
    underWay: () => underWay,
  };
}
