import { expect, test } from "vitest";
import { runDoctor } from "../../../cli/doctor/command.ts";
import { runProduce } from "../../../cli/produce/command.ts";
import { loadSettings } from "../../../cli/shared/settings-source.ts";
import { UsageError } from "../../../cli/shared/usage-error.ts";
import { secretsInUse } from "../../support/spoken.ts";
import { environment, runDeploy, startCloudFunctionsEmulator } from "../deploy/harness.ts";
import { keys, runCommand, temporaryFile } from "./terminal.ts";

test("a file overrides the environment, and a later file overrides an earlier one", () => {
  const first = temporaryFile("DATASTREAM_TOPIC=first\nLOG_LEVEL=warn\n", "a.env");
  const second = temporaryFile("DATASTREAM_TOPIC=second\n", "b.env");

  const settings = loadSettings([first, second], {
    DATASTREAM_TOPIC: "environment",
    DATASTREAM_PARTITIONS: "3",
    HOME: "/home/somebody",
  });

  expect(settings).toEqual({
    DATASTREAM_TOPIC: "second",
    LOG_LEVEL: "warn",
    DATASTREAM_PARTITIONS: "3",
  });
});

test("a byte order mark at a file's beginning is not part of the first name", () => {
  const file = temporaryFile("\uFEFFDATASTREAM_TOPIC=주문\r\nLOG_LEVEL=warn\r\n", "bom.env");

  expect(loadSettings([file], {})).toEqual({ DATASTREAM_TOPIC: "주문", LOG_LEVEL: "warn" });
});

test("a file in CP949 is refused, and its text is not shown", () => {
  const bytes = Buffer.from([0x4c, 0x4f, 0x47, 0x3d, 0xb0, 0xa1, 0xb3, 0xaa]);
  const file = temporaryFile(bytes, "cp949.env");

  expect(() => loadSettings([file], {})).toThrow(
    `${file} is not UTF-8: convert it first (iconv -f cp949 -t utf-8)`,
  );
});

test.for([
  ["little-endian with its mark", Buffer.from("\uFEFFLOG_LEVEL=warn\n", "utf16le")],
  ["big-endian with its mark", Buffer.from("\uFEFFLOG_LEVEL=warn\n", "utf16le").swap16()],
  ["little-endian without a mark", Buffer.from("LOG_LEVEL=warn\n", "utf16le")],
  ["big-endian without a mark", Buffer.from("LOG_LEVEL=warn\n", "utf16le").swap16()],
] as const)("a file in UTF-16, %s, is reported as UTF-16", ([, bytes]) => {
  const file = temporaryFile(bytes, "utf16.env");

  expect(() => loadSettings([file], {})).toThrow(
    `${file} is UTF-16: save it as UTF-8 (iconv -f utf-16 -t utf-8)`,
  );
});

test("every line that cannot be read is reported with its file and without its value", () => {
  const secret = secretsInUse.github;
  const file = temporaryFile(`; ${secret}\nLOG_LEVEL=warn\nA='${secret}\n`, "wrong.env");

  expect(() => loadSettings([file], {})).toThrow(
    new UsageError(
      `${file}:1 is neither a comment nor NAME=value\n` +
        `${file}:3 has an opening ' that is never closed`,
    ),
  );
});

test("the first twenty of very many unreadable lines are reported", () => {
  const file = temporaryFile("?\n".repeat(1_000), "prose.env");
  const told = Array.from(
    { length: 20 },
    (_, i) => `${file}:${i + 1} is neither a comment nor NAME=value`,
  );

  expect(() => loadSettings([file], {})).toThrow(
    new UsageError([...told, `${file}: 980 more`].join("\n")),
  );
});

test("a setting's name in another case is refused in a file, where it would be lost", () => {
  const file = temporaryFile(
    "LOG_LEVEL=warn\nlog_level=debug\nDatastream_Topic=orders\n",
    "case.env",
  );

  expect(() => loadSettings([file], {})).toThrow(
    new UsageError(
      `${file}:2 must be written LOG_LEVEL\n${file}:3 must be written DATASTREAM_TOPIC`,
    ),
  );
});

test("doctor and deploy end with 2 at a line that is not NAME=value", async () => {
  const file = temporaryFile("; a comment\nDATASTREAM_PARTITIONS=3\n", "semicolon.env");
  const text = `error: ${file}:1 is neither a comment nor NAME=value\npage: docs/troubleshooting.md#usage\n`;

  const doctor = await runCommand(runDoctor, ["--settings", file], { settings: {} });
  expect([doctor.code, doctor.error]).toEqual([2, text]);

  const emulator = await startCloudFunctionsEmulator();
  const deploy = await runDeploy(emulator.origin, { plan: true, settings: [file] });
  expect([deploy.code, deploy.err]).toEqual([2, text]);
});

test("a file without an end is read only up to the limit of a settings file", () => {
  expect(() => loadSettings(["/dev/zero"], {})).toThrow("/dev/zero is larger than 1048576 bytes");
});

test("a folder is refused as a settings file", () => {
  expect(() => loadSettings(["test"], {})).toThrow("test cannot be read (EISDIR)");
});

const misspelt = { DATASTREAM_PARTITION: "3" };
const told = "DATASTREAM_PARTITION is not a setting: did you mean DATASTREAM_PARTITIONS?";

test("produce warns of a variable whose name is nearly a setting's", async () => {
  const settings = { ...keys, DATASTREAM_TOPIC: "orders", ...misspelt };
  const argv = ["--key", "k", "--value", "v", "--dry-run"];

  const { code, error } = await runCommand(runProduce, argv, { settings });

  expect(code).toBe(0);
  expect(error).toContain(`warning: the variable ${told}\n`);
});

test("doctor has a row for a variable whose name is nearly a setting's", async () => {
  const { out } = await runCommand(runDoctor, ["--json"], { settings: misspelt });

  const { checks } = JSON.parse(out) as { checks: { check: string }[] };
  expect(checks.filter(({ check }) => check === "variable")).toEqual([
    {
      check: "variable",
      subject: "DATASTREAM_PARTITION",
      verdict: "warning",
      found: `${told.slice("DATASTREAM_PARTITION ".length)} It is in the environment, where nobody reads it`,
      todo: "correct the name, or remove it",
      page: "docs/troubleshooting.md#doctor-variable",
    },
  ]);
});

test("deploy warns of a variable whose name is nearly a setting's", async () => {
  const emulator = await startCloudFunctionsEmulator();

  const { code, out } = await runDeploy(emulator.origin, {
    plan: true,
    env: { ...environment, ...misspelt },
  });

  expect(code).toBe(0);
  expect(out).toContain(`  the variable ${told}\n`);
});
