import { changeLine, type ShownChange } from "./report.ts";

/** What a run has carried out so far: one that breaks off can say no more than this. */
export type Progress = {
  readonly begin: (change: ShownChange) => void;
  readonly end: (change: ShownChange) => void;
  readonly done: () => readonly ShownChange[];
  /** Begun and not ended: of a run that broke off, what it broke off at. */
  readonly underWay: () => ShownChange | undefined;
};

export function createProgress(say: (line: string) => void): Progress {
  const done: ShownChange[] = [];
  let underWay: ShownChange | undefined;
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
