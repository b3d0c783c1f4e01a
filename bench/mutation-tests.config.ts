import { defineConfig } from "vitest/config";

process.env["TZ"] = "Asia/Seoul";

/** The tests that mutants are run against: those of signatures, verifiers and retries. */
export default defineConfig({
  test: {
    include: [
      "test/data-stream/signature.test.ts",
      "test/retry.test.ts",
      "test/webhooks/**/*.test.ts",
      "test/triggers/webhook*.test.ts",
    ],
    setupFiles: ["test/support/no-secret-leaks.ts"],
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
