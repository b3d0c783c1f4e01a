import { describe, expect, test } from "vitest";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { doors, logged, produced } from "../support/doors.ts";
import { heartbeatSettings } from "../support/settings.ts";
import { createWorld } from "../support/world.ts";

describe.each(doors)("a tick through $name", ({ open }) => {
  test.for([
    ["HEARTBEAT_CRON", "0 0 * * * *", "must be a cron expression of five fields"],
    ["HEARTBEAT_CRON", "* * * *", "must be a cron expression of five fields"],
    ["HEARTBEAT_CRON", "61 * * * *", "must be a cron expression of five fields"],
    ["HEARTBEAT_CRON", "@hourly", "must be a cron expression of five fields"],
    ["HEARTBEAT_CRON", "every five minutes of it", "must be a cron expression of five fields"],
    // The 31st of February: croner knows no such instant.
    ["HEARTBEAT_CRON", "0 0 31 2 *", "must be a cron expression of five fields"],
    ["HEARTBEAT_TIMEZONE", "Asia/Busan", "must be a time zone such as Asia/Seoul"],
    ["HEARTBEAT_TIMEZONE", "constructor", "must be a time zone such as Asia/Seoul"],
    ["HEARTBEAT_NAME", "a\nb", "must be text of one line"],
  ] as const)("is not made where %s is %j", async ([name, value, text]) => {
    const world = createWorld();
    const settings = { ...heartbeatSettings, [name]: value };

    const result = await open(heartbeat, { world, settings }).invoke({});

    expect(result.error).toBe("BAD_SETTINGS: 0 refused, 1 failed, 0 not attempted");
    expect(produced(world)).toEqual([]);
    expect(logged(world)).toMatchObject([{ level: "error", reason: `${name} ${text}` }]);
  });
});
