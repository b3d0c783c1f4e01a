import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";

/** Files of `lib/` without a test of their own, and the test that covers each. */
const coveredElsewhere: Readonly<Record<string, string>> = {
  "lib/adapters/every-platform.ts": "test/artifact/artifact.test.ts",
  "lib/adapters/http-request.ts": "test/lib/adapters/aws-lambda.test.ts",
  "lib/adapters/system-effects.ts": "test/artifact/artifact.test.ts",
  "lib/adapters/web-effects.ts": "test/artifact/other-platforms.test.ts",
  "lib/dead-letters/age.ts": "test/functions/redrive.test.ts",
  "lib/dead-letters/content.ts": "test/functions/redrive.test.ts",
  "lib/dead-letters/deletions.ts": "test/functions/redrive.test.ts",
  "lib/dead-letters/listing.ts": "test/functions/redrive-any-storage.test.ts",
  "lib/dead-letters/object.ts": "test/functions/redrive.test.ts",
  "lib/dead-letters/read-ahead.ts": "test/functions/redrive.test.ts",
  "lib/dead-letters/redrive.ts": "test/functions/redrive.test.ts",
  "lib/dead-letters/rest.ts": "test/functions/redrive.test.ts",
  "lib/dead-letters/run.ts": "test/functions/redrive.test.ts",
  "lib/dead-letters/tally.ts": "test/functions/redrive.test.ts",
  "lib/delivery/address-record.ts": "test/lib/triggers/webhook-identity.test.ts",
  "lib/delivery/deliver-or-store.ts": "test/functions/dead-letters.test.ts",
  "lib/delivery/deliver-one.ts": "test/lib/delivery/deliver-in-order.test.ts",
  "lib/delivery/delivery-queue.ts": "test/lib/dead-letters/stream.test.ts",
  "lib/delivery/fit-message.ts": "test/functions/claim-check.test.ts",
  "lib/delivery/sized-produce.ts": "test/functions/claim-check.test.ts",
  "lib/delivery/store-undelivered.ts": "test/functions/set-aside.test.ts",
  "lib/delivery/throttle-gate.ts": "test/lib/delivery/deliver-in-order-scheduling.test.ts",
  "lib/encoding/content-coding.ts": "test/lib/triggers/webhook-encodings.test.ts",
  "lib/encoding/sha256.ts": "test/lib/encoding/well-formed.test.ts",
  "lib/encoding/unknown-object.ts": "test/functions/any-call.test.ts",
  "lib/function/choose-settings.ts": "test/lib/adapters/fetch.test.ts",
  "lib/function/create-handler.ts": "test/functions/hostile-caller.test.ts",
  "lib/function/log-result.ts": "test/functions/invocation-endings.test.ts",
  "lib/function/validate-call.ts": "test/functions/hostile-caller.test.ts",
  "lib/http/connection-pool.ts": "test/lib/http/client.test.ts",
  "lib/http/parse-whole.ts": "test/lib/http/response-parser.test.ts",
  "lib/http/response-head.ts": "test/lib/http/response-parser.test.ts",
  "lib/http/response.ts": "test/lib/data-stream/produce.test.ts",
  "lib/model/acknowledgement.ts": "test/lib/data-stream/produce-api.test.ts",
  "lib/model/dead-letter.ts": "test/functions/dead-letters.test.ts",
  "lib/model/key-pair.ts": "test/lib/data-stream/signature.test.ts",
  "lib/model/log.ts": "test/lib/function/log.test.ts",
  "lib/model/record.ts": "test/lib/triggers/webhook.test.ts",
  "lib/model/reserved-prefixes.ts": "test/functions/no-loops.test.ts",
  "lib/model/settings.ts": "test/lib/settings/settings.test.ts",
  "lib/registry/names.ts": "test/lib/registry/functions.test.ts",
  "lib/registry/register.ts": "test/lib/registry/functions.test.ts",
  "lib/object-events/fields.ts": "test/lib/object-events/ncloud.test.ts",
  "lib/object-events/object-event.ts": "test/lib/object-events/notification.test.ts",
  "lib/object-storage/claim-check.ts": "test/functions/claim-check.test.ts",
  "lib/object-storage/client.ts": "test/lib/object-storage/operations.test.ts",
  "lib/object-storage/object-content.ts": "test/lib/object-storage/operations.test.ts",
  "lib/object-storage/read-object.ts": "test/lib/object-storage/operations.test.ts",
  "lib/object-storage/read-parts.ts": "test/lib/object-storage/operations.test.ts",
  "lib/object-storage/remove-objects.ts": "test/lib/object-storage/operations.test.ts",
  "lib/object-storage/retrying-client.ts": "test/lib/object-storage/operations.test.ts",
  "lib/object-storage/storage-failure.ts": "test/functions/dead-letters.test.ts",
  "lib/triggers/event/attributes.ts": "test/lib/triggers/event.test.ts",
  "lib/triggers/event/content.ts": "test/lib/triggers/event.test.ts",
  "lib/triggers/event/parts.ts": "test/lib/triggers/event.test.ts",
  "lib/triggers/event/settings.ts": "test/lib/triggers/event-settings.test.ts",
  "lib/triggers/event/passed-fields.ts": "test/functions/event-any-parameters.test.ts",
  "lib/webhooks/mapping/event-type.ts": "test/lib/triggers/webhook-filter.test.ts",
  "lib/webhooks/mapping/names.ts": "test/package/webhooks/verify.test.ts",
  "lib/webhooks/mapping/records.ts": "test/lib/triggers/webhook-split.test.ts",
  "lib/webhooks/verify/verify-delivery.ts": "test/lib/triggers/webhook.test.ts",
  "lib/webhooks/challenges/challenges.ts": "test/lib/webhooks/challenges/unproved.test.ts",
  "lib/webhooks/challenges/proved.ts": "test/lib/triggers/webhook-challenges.test.ts",
  "lib/webhooks/challenges/response.ts": "test/lib/webhooks/challenges/unproved.test.ts",
  "lib/settings/fields.ts": "test/lib/settings/settings.test.ts",
  "lib/settings/stream-fields.ts": "test/lib/settings/stream-config.test.ts",
  "lib/webhooks/sources/header-name.ts": "test/lib/webhooks/sources/schemes-hmac.test.ts",
  "lib/webhooks/sources/left-out.ts": "test/cli/build/sources.test.ts",
  "lib/webhooks/sources/signature-scheme.ts": "test/lib/webhooks/sources/schemes-hmac.test.ts",
  "lib/webhooks/sources/token-scheme.ts": "test/lib/triggers/webhook-query-token.test.ts",
  "lib/webhooks/sources/source.ts": "test/lib/webhooks/sources/sources.test.ts",
  "lib/webhooks/sources/source-parts.ts": "test/lib/webhooks/sources/sources.test.ts",
  "lib/webhooks/sources/scheme.ts": "test/lib/webhooks/sources/sources.test.ts",
  "lib/webhooks/providers/twilio.ts":
    "test/lib/webhooks/providers/providers-library-differences.test.ts",
  "lib/webhooks/verify/equal.ts": "test/lib/webhooks/verify/credentials.test.ts",
  "lib/webhooks/providers/gitlab.ts": "test/lib/triggers/webhook-senders.test.ts",
  "lib/webhooks/verify/none.ts": "test/lib/webhooks/verify/credentials.test.ts",
  "lib/webhooks/verify/replay-window.ts": "test/lib/triggers/webhook-senders.test.ts",
  "lib/webhooks/verify/signature.ts":
    "test/lib/webhooks/providers/providers-official-libraries.test.ts",
  "lib/webhooks/verify/standard-webhooks.ts":
    "test/lib/webhooks/providers/providers-official-libraries.test.ts",
  "lib/webhooks/verify/verify-body.ts": "test/lib/triggers/webhook-encodings.test.ts",
};

const codeFile = /\.(ts|mjs|cjs|js)$/;

function list(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => posix.join(folder, path.replaceAll("\\", "/")))
    .sort();
}

const sources = list("lib").filter((path) => codeFile.test(path));
const tests = list("test/lib").filter((path) => path.endsWith(".test.ts"));

/** The source that a test's name begins with: `a/b.ts` for `a/b.test.ts` and `a/b-topic.test.ts`. */
function sourceOf(test: string): string | undefined {
  const stem = test.slice("test/".length).replace(/\.test\.ts$/, "");
  return sources
    .filter((source) => {
      const base = source.replace(codeFile, "");
      return stem === base || stem.startsWith(`${base}-`);
    })
    .sort((a, b) => b.length - a.length)[0];
}

/** A file that exports only types has nothing to run. */
function hasCode(path: string): boolean {
  return /^export (?!type\b|interface\b)/m.test(readFileSync(path, "utf8"));
}

describe("the mirror of lib/ in test/lib/", () => {
  test("every test stands at the path of a source file, or of one with a topic", () => {
    expect(tests.length).toBeGreaterThan(50);
    expect(tests.filter((path) => sourceOf(path) === undefined)).toEqual([]);
  });

  test("every source file has a test at its path, or an entry that names another test", () => {
    const mirrored = new Set(tests.map(sourceOf));
    const untested = sources.filter((path) => !mirrored.has(path) && hasCode(path));

    expect(untested.filter((path) => coveredElsewhere[path] === undefined)).toEqual([]);
  });

  test("every entry names a source file without a test of its own, and a test that exists", () => {
    const mirrored = new Set(tests.map(sourceOf));
    const stale = Object.entries(coveredElsewhere).filter(
      ([source, other]) => !existsSync(source) || mirrored.has(source) || !existsSync(other),
    );

    expect(stale).toEqual([]);
  });
});

describe("the mirror of cli/, local/ and package/", () => {
  test.for(["cli", "local", "package"])(
    "every test of %s/ stands in the folder of a source file",
    (room) => {
      const folders = list(join("test", room))
        .filter((path) => path.endsWith(".test.ts"))
        .map((path) => posix.dirname(path.slice("test/".length)));

      expect(folders.filter((folder) => !existsSync(folder))).toEqual([]);
    },
  );
});
