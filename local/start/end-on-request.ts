import { endWithNpm } from "../functions/end-with-npm.ts";

/** The longest time that the end may take. A function's process or a Kafka that does not let go must not keep Ctrl-C from working. */
const endMsMaxDefault = 10_000;

/** Ends once: by a signal, or because npm, which started this process, has gone. */
export function endOnRequest(end: () => Promise<void>, endMsMax = endMsMaxDefault): void {
  let isEnding = false;
  const endOnce = () => {
    if (!isEnding) {
      isEnding = true;
      setTimeout(() => {
        fail(`not everything ended within ${endMsMax} ms`);
      }, endMsMax).unref();
      end().catch(fail);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, endOnce);
  }
  endWithNpm(process.env, endOnce);
}

function fail(problem: unknown): void {
  console.error("the end failed:", problem);
  process.exit(1);
}
