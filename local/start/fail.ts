import { InvalidInput } from "../data-stream/control/checked-input.ts";
import { StartProblem } from "../data-stream/start-problem.ts";

/** Ends the process with one line that says why, and the page that explains it. */
export function fail(message: string, exitCode = 1): never {
  const anchor = exitCode === 2 ? "usage" : "npm-start";
  console.error(`${message}\npage: docs/troubleshooting.md#${anchor}`);
  process.exit(exitCode);
}

/** Tells a known problem in one line. Any other error is a mistake of the program, and its stack is of use. */
export function failToStart(error: unknown, port: number): never {
  if (error instanceof StartProblem || error instanceof InvalidInput) {
    fail(error.message);
  }
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    fail(`Port ${port} is in use: stop what listens there, or set STANDIN_PORT`);
  }
  throw error;
}
