import { InvalidInput } from "../data-stream/control/checked-input.ts";
import { SettingProblem, StartProblem } from "../data-stream/start-problem.ts";

/** Returns a known problem of the emulator as one that is told in one line. Any other error is a mistake of the program. */
export function toStartFailure(error: unknown, port: number): unknown {
  if (error instanceof InvalidInput) {
    return new SettingProblem(error.message);
  }
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE"
    ? new StartProblem(`Port ${port} is in use: stop what listens there, or set STANDIN_PORT`)
    : error;
}
