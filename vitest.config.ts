import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// A zone that is not UTC, so that local time cannot pass for it.
process.env["TZ"] = "Asia/Seoul";

/**
 * Folders whose tests load much and change nothing that another file's tests could see. They share a process and its
 * modules: without that, most of their time would go into starting processes and loading the same code again.
 */
const sharing = [
  "test/documents/**/*.test.ts",
  "test/functions/**/*.test.ts",
  "test/lib/**/*.test.ts",
  "test/local/{data-stream,http,object-storage,page}/**/*.test.ts",
];
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: "shared", include: sharing, isolate: false },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: ["test/**/*.test.ts"],
          exclude: [...sharing, "test/node_modules/**"],
        },
      },
    ],
    setupFiles: ["./test/support/no-secret-leaks.ts"],
    reporters: ["default", "./test/support/tally-reporter.ts"],
    silent: "passed-only",
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    expect: { requireAssertions: true },
    sequence: { shuffle: true },
    // By itself vitest leaves one core free: on a machine of two that is half of it.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      include: ["lib/**/*.ts", "functions/**/*.ts"],
      reporter: ["text-summary", "text"],
    },
  },
});
