import { changeLine, type ReportedChange } from "./report.ts";

/** What a run has carried out so far: one that breaks off can say no more than this. */
export type DeployProgress = {
  readonly begin: (change: ReportedChange) => void;
  readonly end: (change: ReportedChange) => void;
  readonly done: () => readonly ReportedChange[];
  /** Begun and not ended: of a run that broke off, what it broke off at. */
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
