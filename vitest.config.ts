import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import LongestFirst from "./test/support/longest-first.ts";

// A zone that is not UTC, so that local time cannot pass for it.
process.env["TZ"] = "Asia/Seoul";
// esbuild and the compiler are Go programs. In tests they run for less than a second, and collect garbage a seventh of it.
process.env["GOGC"] = "off";
process.env["GOMEMLIMIT"] = "1GiB";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A process runs many files with one load of their modules, so a test leaves nothing behind: no fake timer, no mock,
    // no setting. Starting a process for each file and loading everything anew took about a third of the run.
    isolate: false,
    globalSetup: ["./test/support/temporary-folder.ts"],
    setupFiles: ["./test/support/after-each-test.ts"],
    reporters: ["default", "./test/support/tally-reporter.ts"],
    silent: "passed-only",
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // A busy machine takes long for what is awaited. Vitest itself gives up after a second.
    expect: { requireAssertions: true, poll: { timeout: 10_000 } },
    // Tests run in a random order, and so do all files but the longest.
    sequence: { shuffle: true, sequencer: LongestFirst },
    // One more than there are cores, because many tests wait for a process, a browser or a minute of a cron.
    maxWorkers: availableParallelism() + 1,
    // Far above what the slowest take, because other programs may use most of the machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: {
      include: ["lib/**/*.ts", "functions/**/*.ts"],
      reporter: ["text-summary", "text"],
    },
  },
});
