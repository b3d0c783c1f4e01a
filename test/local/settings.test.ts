import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { expect, it } from "vitest";

const settings = parseEnv(
  readFileSync(new URL("../../local/settings.env", import.meta.url), "utf8"),
);

it("has exactly the settings of the stand-ins and the functions", () => {
  expect(Object.keys(settings)).toHaveLength(15);
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
      "STANDIN_TOPICS",
      "WEBHOOK_SECRETS",
      "WEBHOOK_SOURCES",
    ]),
  );
});

it("holds JSON where JSON is expected, over several lines too", () => {
  expect(JSON.parse(settings["STANDIN_TOPICS"] ?? "")).toEqual({ "local-events": 3 });
  expect(JSON.parse(settings["WEBHOOK_SOURCES"] ?? "")).toEqual({
    github: { verifier: "github" },
    orders: { verifier: "hmac", header: "x-signature" },
    alerts: { verifier: "bearer" },
    stripe: { verifier: "stripe" },
    slack: { verifier: "slack" },
    standard: { verifier: "standard-webhooks" },
    line: { verifier: "line" },
    open: { verifier: "none" },
  });
  expect(JSON.parse(settings["WEBHOOK_SECRETS"] ?? "")).toEqual({
    github: ["local-github-secret"],
    orders: ["local-orders-secret"],
    alerts: ["local-alerts-token"],
    stripe: ["local-stripe-secret"],
    slack: ["local-slack-secret"],
    standard: ["whsec_bG9jYWwtc3RhbmRhcmQtd2ViaG9va3Mtc2VjcmV0"],
    line: ["local-line-secret"],
  });
});

it("keeps the quotes out of values and points at this machine only", () => {
  expect(settings["HEARTBEAT_CRON"]).toBe("* * * * *");
  expect(settings["DATASTREAM_ENDPOINT"]).toBe("http://127.0.0.1:4010");
  expect(settings["OBJECT_STORAGE_ENDPOINT"]).toBe("http://127.0.0.1:4011");
});
