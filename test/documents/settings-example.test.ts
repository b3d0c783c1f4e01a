import { describe, expect, test } from "vitest";
import { examineFunction } from "../../cli/project/examine-function.ts";
import { parseSettingsFile } from "../../cli/shared/settings-file.ts";
import { isPlaceholder } from "../../lib/settings/placeholder.ts";
import { settingNames } from "../../lib/settings/settings.ts";
import { read } from "./markdown.ts";

describe("settings.env.example", () => {
  const { settings, problems } = parseSettingsFile(read("settings.env.example"));
  const example = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  const { WEBHOOK_SECRETS: lists = "" } = example;
  const secrets = Object.values(JSON.parse(lists) as Record<string, string[]>).flat();
  const keys = [example["NCLOUD_ACCESS_KEY"] ?? "", example["NCLOUD_SECRET_KEY"] ?? ""];

  test("can be read and holds settings only", () => {
    expect(problems).toEqual([]);
    expect(settingNames).toEqual(expect.arrayContaining(Object.keys(example)));
  });

  test.each(["README.md", "README.ko.md", "docs/getting-started.md", "docs/webhooks.md"])(
    "is copied in %s",
    (path) => {
      expect(read(path)).toContain("cp settings.env.example my.env");
    },
  );

  test("the example has no secret and no key but placeholders", () => {
    expect([...keys, ...secrets].filter((text) => !isPlaceholder(text))).toEqual([]);
    expect(secrets).toHaveLength(5);
  });

  test("lacks what is to be filled in, and nothing else", () => {
    const named = examineFunction("webhook", example).problems.map(({ setting }) => setting);
    const filled = {
      ...example,
      NCLOUD_ACCESS_KEY: "ncp_iam_A1B2C3D4E5F6",
      NCLOUD_SECRET_KEY: "b2c4d6e8f0",
      DATASTREAM_TOPIC: "h4j6l-orders",
      WEBHOOK_SECRETS: lists.replaceAll(/<[^>]*>/g, "b2c4d6e8f0a1b2c3d4"),
    };

    expect(new Set(named)).toEqual(
      new Set(["NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY", "DATASTREAM_TOPIC", "WEBHOOK_SECRETS"]),
    );
    expect(examineFunction("webhook", filled).problems).toEqual([]);
  });

  test("a filled-in example has a name that git ignores, as every other settings file has", () => {
    const ignored = read(".gitignore").split("\n");

    expect(ignored).toEqual(expect.arrayContaining(["*.env", "!local/settings.env"]));
  });
});
