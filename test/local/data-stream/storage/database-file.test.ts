import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Libsql from "libsql";
import { describe, expect, test } from "vitest";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import { startEmulatorProcess, temporaryDirectory } from "../../emulator-process.ts";
import { startWorld } from "../../harness.ts";
import { mebibyte, produceKeys } from "./harness.ts";

test.skipIf(process.platform === "win32")(
  "a new directory of --data and its new parents are private",
  async () => {
    const above = join(temporaryDirectory(), "above");
    const dataDirectory = join(above, "made");

    await startWorld({ dataDirectory });

    const modes = [above, dataDirectory].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(["700", "700"]);
  },
);

describe.skipIf(process.platform === "win32")("the files of --data", () => {
  const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
  const modesIn = (directory: string) =>
    Object.fromEntries(readdirSync(directory).map((name) => [name, modeOf(join(directory, name))]));

  test("the files are private in an existing directory", async () => {
    const dataDirectory = temporaryDirectory();
    chmodSync(dataDirectory, 0o2775);

    const emulator = await startWorld({ dataDirectory });
    await produceKeys(emulator, ["a"]);

    expect(modeOf(dataDirectory)).toBe("2700");
    expect(modesIn(dataDirectory)).toEqual({
      "data-stream.db": "600",
      "data-stream.db-wal": "600",
    });
  });

  test("files that an earlier run left readable become private, after a crash too", async () => {
    const dataDirectory = temporaryDirectory();
    const crashed = await startEmulatorProcess({ dataDirectory });
    await crashed.kill();
    for (const name of readdirSync(dataDirectory)) {
      chmodSync(join(dataDirectory, name), 0o644);
    }
    expect(Object.keys(modesIn(dataDirectory))).toContain("data-stream.db-wal");

    await startWorld({ dataDirectory });

    expect(new Set(Object.values(modesIn(dataDirectory)))).toEqual(new Set(["600"]));
  });

  test("the files of a refused directory stay as they are", async () => {
    const dataDirectory = temporaryDirectory();
    writeFileSync(join(dataDirectory, "a.txt"), "a", { mode: 0o644 });
    chmodSync(dataDirectory, 0o755);

    await expect(startWorld({ dataDirectory })).rejects.toThrow("holds other files");

    expect(modeOf(dataDirectory)).toBe("755");
    expect(modesIn(dataDirectory)).toEqual({ "a.txt": "644" });
  });
});

describe("--data that cannot be used", () => {
  function start(options: object): Promise<unknown> {
    const usual = { port: 0, topics: { alerts: 1 }, accessKeys: {}, log: () => undefined };
    return startEmulator({ ...usual, ...options });
  }

  test("a directory is refused while another process uses it, and accepted afterwards", async () => {
    const dataDirectory = temporaryDirectory();
    const holder = await startEmulatorProcess({ dataDirectory });

    await expect(start({ dataDirectory })).rejects.toThrow(
      `--data ${dataDirectory} is in use by another emulator: end that one, or name another directory`,
    );
    await holder.kill();
    const emulator = await startWorld({ dataDirectory });
    expect(await produceKeys(emulator, ["a"])).toEqual([200]);
  });

  test("a directory is refused while this process uses it", async () => {
    const dataDirectory = temporaryDirectory();
    await startWorld({ dataDirectory });

    await expect(start({ dataDirectory })).rejects.toThrow("is in use by another emulator");
  });

  test.each([
    [
      "holds other files",
      (directory: string) => writeFileSync(join(directory, "a.txt"), "a"),
      "holds other files",
    ],
    [
      "holds no database under our name",
      (directory: string) => writeFileSync(join(directory, "data-stream.db"), "x".repeat(9000)),
      "is not a store of this emulator",
    ],
    [
      "holds another program's database",
      (directory: string) => sql(directory, "CREATE TABLE t (a)"),
      "is not a store of this emulator",
    ],
    [
      "has a directory in the database's place",
      (directory: string) => mkdirSync(join(directory, "data-stream.db")),
      "data-stream.db cannot be read: EISDIR",
    ],
  ])("a directory is refused when it %s, and left as it is", async (_, prepare, problem) => {
    const dataDirectory = temporaryDirectory();
    prepare(dataDirectory);
    const before = contentOf(dataDirectory);

    await expect(start({ dataDirectory })).rejects.toThrow(problem);

    expect(contentOf(dataDirectory)).toEqual(before);
  });

  test.each([
    ["", () => undefined],
    // A crash may leave a journal. Then the header is not checked before SQLite opens the file.
    [
      " and left a journal",
      (directory: string) => writeFileSync(join(directory, "data-stream.db-journal"), ""),
    ],
  ])("a directory that a newer version wrote is refused%s", async (_, leave) => {
    const dataDirectory = temporaryDirectory();
    const emulator = await startWorld({ dataDirectory });
    await emulator.close();
    sql(dataDirectory, "PRAGMA user_version = 2");
    leave(dataDirectory);

    await expect(start({ dataDirectory })).rejects.toThrow(
      "was written by another version of the emulator (schema 2, this one has 1)",
    );
  });

  test("a directory without space for its partitions is refused", async () => {
    const options = { dataDirectory: temporaryDirectory(), dataBytesMax: mebibyte };
    const emulator = await startWorld(options);
    const message = { topic: "alerts", key: "", value: "x".repeat(30_000) };
    const fill = async (): Promise<number> => (await emulator.produce(message)).status;
    for (let status = await fill(); status === 200; status = await fill());
    await emulator.close();
    const names = Array.from({ length: 100 }, (_, index) => `${"long-name-".repeat(19)}${index}`);

    await expect(
      start({ ...options, topics: Object.fromEntries(names.map((name) => [name, 16])) }),
    ).rejects.toThrow(
      "--data cannot be written to: SQLITE_FULL (no space, or over --data-bytes-max)",
    );
  });

  test("a file is refused", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");

    await expect(start({ dataDirectory: file })).rejects.toThrow(
      `--data ${file} cannot be used as a directory: EEXIST`,
    );
  });

  // The emulator runs in its own process, so that the test can end it if it hangs.
  test.skipIf(process.platform !== "linux").each(["/proc/relay", "/proc/relay/a/b"])(
    "%s is refused, because no directory can be made there",
    async (dataDirectory) => {
      const { problem } = await startEmulatorProcess({ dataDirectory });

      expect(problem).toBe(`--data ${dataDirectory} cannot be used as a directory: ENOENT`);
    },
  );

  test("a path below a file is refused", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");

    await expect(start({ dataDirectory: join(file, "a", "b") })).rejects.toThrow(
      `--data ${join(file, "a", "b")} cannot be used as a directory: ENOTDIR`,
    );
  });

  test("fewer partitions than the directory has are refused", async () => {
    const dataDirectory = temporaryDirectory();
    const emulator = await startWorld({ dataDirectory });
    await emulator.close();

    await expect(start({ dataDirectory, topics: { orders: 2 } })).rejects.toThrow(
      "topic orders has 2 partitions in the settings and at least 3 in --data: partitions can only be added",
    );
  });

  function contentOf(directory: string) {
    return readdirSync(directory, { withFileTypes: true }).map((entry) => [
      entry.name,
      entry.isFile() ? readFileSync(join(directory, entry.name), "base64") : "",
    ]);
  }

  function sql(directory: string, text: string): void {
    const database = new Libsql(join(directory, "data-stream.db"));
    database.exec(text);
    database.close();
  }
});
