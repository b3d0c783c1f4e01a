import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/**
 * Debian's kcat contains librdkafka's mock cluster. Without kcat the tests of Kafka are skipped, except in
 * CI.
 */
export const isWithoutKafka =
  process.env["CI"] === undefined && spawnSync("kcat", ["-V"]).status !== 0;
if (isWithoutKafka) {
  console.warn("no kcat on this machine: the tests with Kafka are skipped");
}

const startTimeoutMs = 15_000;
const saidCharactersMax = 10_000;

/** Starts a cluster of one broker on loopback until the test ends. New topics have 4 partitions. */
export async function startKafkaMock() {
  // kcat starts a mock cluster only while it does something itself. Here it consumes.
  const kcat = spawn("kcat", [
    ...["-b", "ignored", "-X", "test.mock.num.brokers=1", "-X", "debug=mock"],
    ...["-C", "-t", "kafka-mock-idle", "-u"],
  ]);
  const exited = once(kcat, "exit");
  const kill = async () => {
    kcat.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  const broker = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new Error("kcat names no mock cluster"));
    const timer = setTimeout(fail, startTimeoutMs);
    let said = "";
    kcat.once("exit", fail);
    kcat.stderr.on("data", (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-saidCharactersMax);
      const found = /bootstrap\.servers=(127\.0\.0\.1:\d+)\s/.exec(said)?.[1];
      if (found !== undefined) {
        clearTimeout(timer);
        resolve(found);
      }
    });
  });
  return {
    broker,
    kill,
    /** Makes the cluster hang, and later continue with everything it had. */
    pause: () => kcat.kill("SIGSTOP"),
    goOn: () => kcat.kill("SIGCONT"),
  };
}
