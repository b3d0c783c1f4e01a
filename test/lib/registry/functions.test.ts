import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { functions } from "../../../lib/registry/functions.ts";
import { type FunctionName, settingNamesOf, settingsOf } from "../../../lib/registry/names.ts";
import { findMisspelt, settingNames } from "../../../lib/settings/settings.ts";
import { streamSettingNames } from "../../../lib/settings/stream-fields.ts";

const functionNames = Object.keys(functions) as readonly FunctionName[];
const allSettingNames = settingNamesOf(functions);

describe("the registry", () => {
  test("the registry names every file of functions/, each by the name of its definition", () => {
    const files = readdirSync("functions").map((file) => file.replace(/\.ts$/, ""));

    expect(new Set(functionNames)).toEqual(new Set(files));
    expect(functionNames.map((name): string => functions[name].name)).toEqual(functionNames);
  });

  test("the settings of the stream and of all functions are all settings", () => {
    const own = functionNames.flatMap((name) => functions[name].ownSettings);

    expect(new Set([...streamSettingNames, ...own])).toEqual(new Set(settingNames));
    expect(allSettingNames).toEqual(settingNames);
  });

  test("no setting is owned by two functions, or reported as misspelt by another function", () => {
    const own = functionNames.flatMap((name) => functions[name].ownSettings);

    expect(new Set(own).size).toBe(own.length);
    for (const name of allSettingNames) {
      const others = allSettingNames.filter((other) => other !== name);
      expect(name.length).toBeGreaterThanOrEqual(8);
      expect([name, findMisspelt({ [name]: "a" }, others)]).toEqual([name, []]);
    }
  });

  test.each(functionNames)("%s reads no setting of another function", (name) => {
    const { ownSettings, wantedBy } = functions[name];
    const read: readonly string[] = [...streamSettingNames, ...ownSettings];

    expect(settingsOf(functions, name)).toEqual(
      settingNames.filter((setting) => read.includes(setting)),
    );
    expect(settingsOf(functions, name)).toEqual(expect.arrayContaining([...wantedBy]));
  });

  test("each function that cron triggers has a cron expression, and no other function has one", () => {
    for (const name of functionNames) {
      const { triggeredBy, schedule } = functions[name];
      expect([name, schedule !== undefined]).toEqual([name, triggeredBy === "cron"]);
    }
  });
});
