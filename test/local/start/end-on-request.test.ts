import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const module = resolve("local/start/end-on-request.ts");

/** Runs a process that is asked to end twice, and then ends in its own way. */
async function endBy(end: string) {
  const script = `
    import { endOnRequest } from ${JSON.stringify(module)};
    setInterval(() => {}, 1_000);
    endOnRequest(${end}, 200);
    process.emit("SIGINT");
    process.emit("SIGTERM");
  `;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const ended: unknown = await promisify(execFile)(process.execPath, args).catch((error) => error);
  const { code = 0, stdout, stderr } = ended as Readonly<Record<string, unknown>>;
  return { code, stdout, stderr };
}

test("the end runs once, however often it is asked for", async () => {
  const end = "async () => { console.log('end'); process.exit(0); }";

  expect(await endBy(end)).toEqual({ code: 0, stdout: "end\n", stderr: "" });
});

test.each([
  ["never comes", "() => new Promise(() => {})", "not everything ended within 200 ms"],
  ["fails", "() => Promise.reject('EBUSY')", "EBUSY"],
])("an end that %s is told, and the exit code is 1", async (_, end, problem) => {
  expect(await endBy(end)).toEqual({
    ...{ code: 1, stdout: "", stderr: `the end failed: ${problem}\n` },
  });
});
