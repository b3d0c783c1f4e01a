import { describe, expect, test } from "vitest";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";
import { adapters, logged, produced } from "../../support/adapters.ts";
import { createHarness } from "../../support/harness.ts";
import { heartbeatSettings } from "../../support/settings.ts";

const cron = "must be a cron expression of five fields";
const signs = "with * , - and /";

describe.each(adapters)("a tick through $name", ({ open }) => {
  test.for([
    ["HEARTBEAT_CRON", "0 0 * * * *", `${cron}: it has 6`],
    ["HEARTBEAT_CRON", "* * * *", `${cron}: it has 4`],
    ["HEARTBEAT_CRON", "@hourly", `${cron}: it has 1`],
    ["HEARTBEAT_CRON", " ", `${cron}: it has 1`],
    ["HEARTBEAT_CRON", "61 * * * *", `${cron}: field 1 must be the minute 0-59, ${signs}`],
    ["HEARTBEAT_CRON", "5/15 * * * *", `${cron}: field 1 must be the minute 0-59, ${signs}`],
    ["HEARTBEAT_CRON", "* 24 * * *", `${cron}: field 2 must be the hour 0-23, ${signs}`],
    ["HEARTBEAT_CRON", "* * 0 * *", `${cron}: field 3 must be the day of month 1-31, ${signs}`],
    [
      "HEARTBEAT_CRON",
      "* * * 0-3 *",
      `${cron}: field 4 must be the month 1-12 or JAN-DEC, ${signs}`,
    ],
    [
      "HEARTBEAT_CRON",
      "* * * * FRI-MON",
      `${cron}: field 5 must be the day of week 0-7 or SUN-SAT, ${signs}`,
    ],
    [
      "HEARTBEAT_CRON",
      "0 9am * * 8",
      `${cron}: field 2 must be the hour 0-23, field 5 must be the day of week 0-7 or SUN-SAT, ${signs}`,
    ],
    // No date is the 31st of February.
    ["HEARTBEAT_CRON", "0 0 31 2 *", `${cron}: no date fits it`],
    ["HEARTBEAT_TIMEZONE", "Asia/Busan", "must be a time zone such as Asia/Seoul"],
    ["HEARTBEAT_TIMEZONE", "constructor", "must be a time zone such as Asia/Seoul"],
    ["HEARTBEAT_NAME", "a\nb", "must be text of one line"],
  ] as const)("no tick is made if %s is %j", async ([name, value, text]) => {
    const harness = createHarness();
    const settings = { ...heartbeatSettings, [name]: value };

    const result = await open(heartbeat, { harness, settings }).invoke({});

    expect(result.error).toBe("BAD_SETTINGS: 0 refused, 1 failed, 0 not attempted");
    expect(produced(harness)).toEqual([]);
    expect(logged(harness)).toMatchObject([{ level: "error", reason: `${name} ${text}` }]);
  });

  test("no tick is made if several settings are wrong, and each is named", async () => {
    const harness = createHarness();
    const settings = {
      ...heartbeatSettings,
      HEARTBEAT_CRON: "* * * 13 *",
      HEARTBEAT_TIMEZONE: "Seoul",
    };

    await open(heartbeat, { harness, settings }).invoke({});

    expect(logged(harness)[0]?.["reason"]).toMatch(
      /HEARTBEAT_TIMEZONE .*HEARTBEAT_CRON .*month 1-12/,
    );
  });
});
