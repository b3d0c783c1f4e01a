import { endWithNpm } from "../functions/end-with-npm.ts";

/** Ends once: by a signal, or because npm, which started this process, has gone. */
export function endOnRequest(end: () => Promise<void>): void {
  let isEnding = false;
  const endOnce = () => {
    if (!isEnding) {
      isEnding = true;
      void end();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, endOnce);
  }
  endWithNpm(process.env, endOnce);
}
