import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { thingsToTry } from "../../../local/functions/things-to-try.ts";

const ports = { STANDIN_PORT: 4010, OBJECT_STORAGE_PORT: 4011, HTTP_PORT: 3000 };
const names = ["webhook", "bucket", "heartbeat", "event", "redrive"];
const given = { ports, names, sampleFile: "/a/README.md" };
const own = {
  NCLOUD_ACCESS_KEY: "AKMINE",
  NCLOUD_SECRET_KEY: "own-secret-key-1",
  WEBHOOK_SOURCES: '{"open":{"verifier":"none"},"gh":{"verifier":"github"}}',
  WEBHOOK_SECRETS: '{"gh":["own-webhook-secret"]}',
};

describe("the commands that the start prints", () => {
  test("a delivery of one's own source is signed by the emulator", () => {
    const settings = { ...own, WEBHOOK_SOURCES: '{"gh":{"verifier":"github"}}' };

    expect(thingsToTry({ ...given, settings }).slice(0, 2)).toEqual([
      "# a delivery of gh, which the emulator signs as github",
      `curl -s http://127.0.0.1:4010/_/functions/webhook -d '{"source":"gh"}'`,
    ]);
  });

  test("settings of one's own are in no command, nor is anything signed with them", () => {
    const text = thingsToTry({ ...given, settings: own }).join("\n");
    const signature = execFileSync("openssl", ["dgst", "-sha256", "-hmac", "own-webhook-secret"], {
      input: '{"repository":{"full_name":"octo/demo"},"after":12345678901234567890}',
      encoding: "utf8",
    });

    expect(text).not.toContain("own-");
    expect(text).not.toContain(signature.trim().split(" ").at(-1));
    expect(text).toContain("/_/functions/upload");
  });

  test("a function that is not there has no command", () => {
    const text = thingsToTry({ ...given, settings: own, names: ["heartbeat"] });

    expect(text).toEqual([
      "# a heartbeat by hand",
      "curl -s http://127.0.0.1:3000/heartbeat -d '{}'",
    ]);
  });

  test("no delivery is printed without a source that can be signed", () => {
    expect(thingsToTry({ ...given, settings: {} }).join("\n")).not.toContain(
      "/_/functions/webhook",
    );
  });
});
