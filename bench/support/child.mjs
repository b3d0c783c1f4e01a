// Starts child processes that handle one request at a time.
import { fork } from "node:child_process";
import { once } from "node:events";

const answerTimeoutMs = 60_000;

export function startChild(path, { node = process.execPath, env = {}, execArgv = [] } = {}) {
  const child = fork(path, {
    env,
    execArgv,
    execPath: node,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said = (said + chunk).slice(-1_000);
    });
  }
  const died = once(child, "exit").then(([code, signal]) => {
    throw new Error(`${path} ended with ${signal ?? code}\n${said}`);
  });
  died.catch(() => undefined);
  return {
    pid: child.pid,
    ended: died.catch(() => undefined),
    said: () => said,
    ask: async (question) => {
      const signal = AbortSignal.timeout(answerTimeoutMs);
      const answered = once(child, "message", { signal });
      child.send(question);
      const [answer] = await Promise.race([answered, died]);
      return answer;
    },
    stop: () => child.kill("SIGKILL"),
  };
}
