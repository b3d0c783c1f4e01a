import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest. Those that mostly wait stand beside those that compute. */
const longest = [
  "test/local/start.test.ts",
  "test/package/init.test.ts",
  "test/cli/project/own-functions.test.ts",
  "test/cli/deploy/gateway/move.test.ts",
  "test/artifact/serverless-package.test.ts",
  "test/local/data-stream/kafka/kafka.test.ts",
  "test/simulation/simulation.test.ts",
  "test/documents/rehearsal.test.ts",
  "test/cli/project/functions.test.ts",
  "test/local/page/views/accessibility.test.ts",
  "test/cli/project/texts.test.ts",
  "test/cli/contract/contract.test.ts",
  "test/cli/deploy/gateway/cut-off.test.ts",
  // Not at the same time as init.test.ts, because both wait for the same packing.
  "test/package/packed.test.ts",
  "test/local/page/accessibility.test.ts",
  "test/cli/deploy/apply.test.ts",
  "test/artifact/sockets.test.ts",
  "test/cli/deploy/move.test.ts",
  "test/lib/triggers/webhook-senders.test.ts",
  "test/lib/webhooks/verify/verifier-any-delivery.test.ts",
];

/**
 * Runs the longest files first, so that no worker is left alone with one of them at the end, and the others in an order that
 * the seed decides.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = longest.filter((file) => !existsSync(file));
    if (gone.length > 0) {
      throw new Error(`test/support/longest-first.ts names files that are gone: ${gone.join()}`);
    }
    const { root, sequence } = this.ctx.config;
    const rank = ({ moduleId }: TestSpecification): string => {
      const file = relative(root, moduleId).replaceAll("\\", "/");
      const place = longest.indexOf(file);
      return place < 0
        ? `random ${createHash("sha256").update(`${sequence.seed} ${file}`).digest("hex")}`
        : `first ${String(place).padStart(2, "0")}`;
    };
    return files.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1));
  }
}
