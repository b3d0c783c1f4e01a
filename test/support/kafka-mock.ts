import { spawn, spawnSync } from "node:child_process";

/** Debian's kcat holds a mock cluster of librdkafka; tests of Kafka are skipped without it, never in CI. */
export const isWithoutKafka =
  process.env["CI"] === undefined && spawnSync("kcat", ["-V"]).status !== 0;

const startTimeoutMs = 15_000;

/** A cluster of one broker on loopback, which lives until it is closed. Topics appear with 4 partitions. */
export async function startKafkaMock() {
  // kcat starts a mock cluster only beside something that it does itself: here a consumer.
  const kcat = spawn("kcat", [
    ...["-b", "ignored", "-X", "test.mock.num.brokers=1", "-X", "debug=mock"],
    ...["-C", "-t", "kafka-mock-idle", "-u"],
  ]);
  const brokers = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new Error("kcat names no mock cluster"));
    const timer = setTimeout(fail, startTimeoutMs);
    let said = "";
    kcat.once("exit", fail);
    kcat.stderr.on("data", (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-10_000);
      const found = /bootstrap\.servers=(127\.0\.0\.1:\d+)\b/.exec(said)?.[1];
      if (found !== undefined) {
        clearTimeout(timer);
        resolve(found);
      }
    });
  });
  return { brokers, close: () => kcat.kill("SIGKILL") };
}
