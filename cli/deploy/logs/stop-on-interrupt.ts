import type { CommandContext } from "../deploy-options.ts";

/** A person has pressed Ctrl-C. */
export class Stopped extends Error {
  override name = "Stopped";
}

/** A wait ends this long after Ctrl-C at the latest. */
const stepMs = 200;

/** Returns surroundings whose waits, those between two attempts of a request too, throw a Stopped after Ctrl-C. */
export function stopOnInterrupt({ effects, terminal }: CommandContext): CommandContext {
  let isStopped = false;
  terminal.onInterrupt(() => {
    isStopped = true;
  });
  const sleep = async (ms: number) => {
    for (let leftMs = ms; leftMs > 0 && !isStopped; leftMs -= stepMs) {
      await effects.sleep(Math.min(leftMs, stepMs));
    }
    if (isStopped) {
      throw new Stopped();
    }
  };
  return { terminal, effects: { ...effects, sleep } };
}
