/** A record that an event has to become. Its id tells it from every other record. */
export type ExpectedRecord = {
  readonly recordId: string;
  readonly topic: string;
  readonly key: string;
  /** The exact text of the message's data, or of the whole value if that is raw. */
  readonly text: string;
  /** True if the API refuses it for good. */
  readonly poison: boolean;
  /** True if it exceeds the limit of a message. */
  readonly large: boolean;
};

const recordIdForm = /mark-\d+-\d+(?:-poison)?/;
const beatForm = /beat@[\d-]+T[\d:.]+Z/;

/** Finds the record's id in a message's value. For a claim check it is in the referenced object. */
export function recordIdIn(value: string, readObject: (name: string) => string = () => ""): string {
  const found = recordIdForm.exec(value)?.[0] ?? beatForm.exec(value)?.[0];
  if (found !== undefined) {
    return found;
  }
  const name = /"datarefname":"([^"]+)"/.exec(value)?.[1];
  return name === undefined ? "" : (recordIdForm.exec(readObject(name))?.[0] ?? "");
}

/** Finds every id in a body that was kept as it came. */
export function recordIdsIn(body: string): readonly string[] {
  return body.match(new RegExp(recordIdForm, "g")) ?? [];
}

export function isPoison(recordId: string): boolean {
  return recordId.endsWith("-poison");
}
