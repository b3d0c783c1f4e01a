import type { Activation } from "../resources.ts";

const activationsMax = 1_000;
/** The JSON of the results and logs that are kept. The newest activation is kept in any case. */
const keptBytesMax = 64 * 1024 * 1024;
/** "Log: 1 MB", the excess is dropped: https://guide.ncloud-docs.com/docs/en/cloudfunctions-spec (read 2026-11-30). */
const logCharactersMax = 1_000_000;

/** Keeps the newest activations, by number and by size. One that is known already is not added again. */
export function createActivationLog(activations: Activation[]): (activation: Activation) => void {
  const sizes: number[] = [];
  let bytes = 0;
  return (given) => {
    if (activations.some(({ id }) => id === given.id)) {
      return;
    }
    const activation = { ...given, logs: cut(given.logs) };
    const size = JSON.stringify([activation.result, activation.logs]).length;
    activations.push(activation);
    sizes.push(size);
    bytes += size;
    while (activations.length > activationsMax || (bytes > keptBytesMax && sizes.length > 1)) {
      activations.shift();
      bytes -= sizes.shift() ?? 0;
    }
  };
}

function cut(logs: readonly string[]): readonly string[] {
  let characters = 0;
  const kept = logs.filter((line) => {
    characters += line.length;
    return characters <= logCharactersMax;
  });
  return kept.length === logs.length
    ? logs
    : [...kept, "Logs were truncated because the total bytes size exceeds the limit"];
}
