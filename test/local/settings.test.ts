import { readFileSync } from "node:fs";
import { parse as parseEnv } from "dotenv";
import { expect, test } from "vitest";
import { schemes } from "../../lib/webhooks/sources/schemes.ts";

const settings = parseEnv(
  readFileSync(new URL("../../local/settings.env", import.meta.url), "utf8"),
);

test("settings.env has exactly the settings of the emulators and the functions", () => {
  expect(Object.keys(settings)).toHaveLength(16);
  expect(Object.keys(settings)).toEqual(
    expect.arrayContaining([
      "CLAIM_CHECK_BUCKET",
      "DATASTREAM_ENDPOINT",
      "DATASTREAM_PARTITIONS",
      "DATASTREAM_TOPIC",
      "DEAD_LETTER_BUCKET",
      "HEARTBEAT_CRON",
      "HEARTBEAT_NAME",
      "LOG_LEVEL",
      "NCLOUD_ACCESS_KEY",
      "NCLOUD_SECRET_KEY",
      "OBJECT_STORAGE_ENDPOINT",
      "OBJECT_STORAGE_REGION",
      "STANDIN_SIGNING_KEY",
      "STANDIN_TOPICS",
      "WEBHOOK_SECRETS",
      "WEBHOOK_SOURCES",
    ]),
  );
});

test("settings that are JSON may span several lines", () => {
  expect(JSON.parse(settings["STANDIN_TOPICS"] ?? "")).toEqual({ "local-events": 3 });
  expect(JSON.parse(settings["WEBHOOK_SOURCES"] ?? "")).toMatchObject({
    github: { verifier: "github" },
    orders: { verifier: "hmac", header: "x-signature" },
    "standard-public-key": { verifier: "standard-webhooks" },
    open: { verifier: "none" },
  });
  expect(JSON.parse(settings["WEBHOOK_SECRETS"] ?? "")).toMatchObject({
    github: ["local-github-secret"],
    standard: ["whsec_bG9jYWwtc3RhbmRhcmQtd2ViaG9va3Mtc2VjcmV0"],
  });
});

test("every verifier of the functions has a source and a local secret", () => {
  const sources = JSON.parse(settings["WEBHOOK_SOURCES"] ?? "") as Record<
    string,
    { verifier: string }
  >;
  const secrets = JSON.parse(settings["WEBHOOK_SECRETS"] ?? "") as Record<string, string[]>;

  const verifiers = Object.values(sources).map(({ verifier }) => verifier);
  expect(new Set(verifiers)).toEqual(new Set(schemes.keys()));
  expect(new Set(Object.keys(secrets))).toEqual(
    new Set(["meta.verifyToken", ...Object.keys(sources).filter((name) => name !== "open")]),
  );
  for (const secret of Object.values(secrets).flat()) {
    const text = secret.startsWith("whsec_")
      ? String(Buffer.from(secret.slice(6), "base64"))
      : secret;
    expect(text).toMatch(/^(local-|whpk_|[0-9a-f]{64}$)/);
  }
  expect(settings["STANDIN_SIGNING_KEY"]).toBe("local-test-key-not-for-real-use!");
});

test("values hold no quotes and point at this machine only", () => {
  expect(settings["HEARTBEAT_CRON"]).toBe("* * * * *");
  expect(settings["DATASTREAM_ENDPOINT"]).toBe("http://127.0.0.1:4010");
  expect(settings["OBJECT_STORAGE_ENDPOINT"]).toBe("http://127.0.0.1:4011");
});
