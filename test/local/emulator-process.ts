import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { EmulatorOptions } from "../../local/data-stream/server.ts";
import { accessKey, secretKey } from "./harness.ts";

type Options = Partial<Omit<EmulatorOptions, "log" | "now" | "random">>;

/** Creates a directory that is removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "emulator-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts an emulator in a process of its own, so that it can be killed as a crash would. */
export async function startEmulatorProcess(options: Options) {
  const given = {
    ...{ port: 0, topics: { orders: 3, alerts: 1 }, accessKeys: { [accessKey]: secretKey } },
    ...options,
  };
  const source = `
    import { startEmulator } from "./local/data-stream/server.ts";
    try {
      const { port } = await startEmulator(${JSON.stringify(given)});
      process.send({ port });
    } catch (error) {
      process.send({ problem: error.message });
    }
  `;
  const args = ["--import", "tsx", "--input-type=module", "--eval", source];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const exited = once(child, "exit");
  const end = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(end);
  const [said] = (await once(child, "message")) as [{ port?: number; problem?: string }];
  return {
    origin: `http://127.0.0.1:${said.port ?? 0}`,
    problem: said.problem,
    /** Kills the process as `kill -9` does: no handler runs, no buffer is written. */
    kill: end,
  };
}
