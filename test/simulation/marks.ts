/** One record that a happening has to become, told from every other by its mark. */
export type Mark = {
  readonly mark: string;
  readonly topic: string;
  readonly key: string;
  /** The exact text that has to be the message's data, or the whole value where that is raw. */
  readonly text: string;
  /** The API refuses it for good. */
  readonly poison: boolean;
  /** Over the limit of a message. */
  readonly large: boolean;
};

const markForm = /mark-\d+-\d+(?:-poison)?/;
const beatForm = /beat@[\d-]+T[\d:.]+Z/;

/** The mark in a message's value; of a claim check, in the object that it names. */
export function markIn(value: string, readObject: (name: string) => string = () => ""): string {
  const found = markForm.exec(value)?.[0] ?? beatForm.exec(value)?.[0];
  if (found !== undefined) {
    return found;
  }
  const name = /"datarefname":"([^"]+)"/.exec(value)?.[1];
  return name === undefined ? "" : (markForm.exec(readObject(name))?.[0] ?? "");
}

/** Every mark in a body that was kept as it came. */
export function marksIn(body: string): readonly string[] {
  return body.match(new RegExp(markForm, "g")) ?? [];
}

export function isPoison(mark: string): boolean {
  return mark.endsWith("-poison");
}
