import { defineConfig } from "vitest/config";

process.env["TZ"] = "Asia/Seoul";

/** Mutants run against these tests: those of signing, verifying, mapping, sending and storing. */
export default defineConfig({
  test: {
    include: [
      "test/lib/data-stream/produce.test.ts",
      "test/lib/data-stream/signature.test.ts",
      "test/lib/delivery/*.test.ts",
      "test/functions/claim-check.test.ts",
      "test/functions/dead-letters.test.ts",
      "test/functions/redrive.test.ts",
      "test/lib/http/response-parser.test.ts",
      "test/lib/object-events/*.test.ts",
      "test/lib/object-storage/*.test.ts",
      "test/lib/http/backoff.test.ts",
      "test/lib/delivery/priority-semaphore.test.ts",
      "test/lib/http/client.test.ts",
      "test/lib/triggers/bucket*.test.ts",
      "test/lib/webhooks/**/*.test.ts",
      "test/lib/triggers/webhook*.test.ts",
    ],
    setupFiles: ["test/support/after-each-test.ts"],
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
