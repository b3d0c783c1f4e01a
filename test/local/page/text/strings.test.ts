import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { deliveries } from "../../../../local/page/text/deliveries.ts";
import { faults } from "../../../../local/page/text/faults.ts";
import { frame } from "../../../../local/page/text/frame.ts";
import { messages } from "../../../../local/page/text/messages.ts";
import { send } from "../../../../local/page/text/send.ts";
import { topics } from "../../../../local/page/text/topics.ts";

type Texts = Readonly<Record<string, string>>;

const folder = new URL("../../../../local/page/", import.meta.url);
const areas = [frame, messages, deliveries, send, topics, faults];
const en: Texts = Object.assign({}, ...areas.map((area) => area.en));
const ko: Texts = Object.assign({}, ...areas.map((area) => area.ko));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.(html|css|tsx?)$/.test(file) && !/^text\/(?!language)/.test(file));
const sources = files.map((file) => readFileSync(new URL(file, folder), "utf8"));
const placeholdersOf = (text = "") => new Set([...text.matchAll(/\{\w+\}/g)].map(String));

describe("the page's texts", () => {
  test("both languages have the same keys, order and placeholders", () => {
    expect(Object.keys(en)).toEqual(Object.keys(ko));
    expect(Object.keys(en)).toHaveLength(areas.flatMap((area) => Object.keys(area.en)).length);
    expect(Object.keys(en).length).toBeGreaterThan(90);
    for (const [key, text] of Object.entries(en)) {
      expect([key, placeholdersOf(ko[key])]).toEqual([key, placeholdersOf(text)]);
      expect(ko[key]?.trim()).not.toBe("");
    }
  });

  test("every text is used", () => {
    const source = sources.join("\n");
    const stems = [...source.matchAll(/`([a-z]+\.(?:[a-z]+\.)?)\$\{/gi)].map(
      ([, stem]) => stem ?? "",
    );
    const unused = Object.keys(en).filter(
      (key) => !source.includes(`"${key}"`) && !stems.some((stem) => key.startsWith(stem)),
    );

    expect(unused).toEqual([]);
  });

  test("no Korean letter stands outside the Korean texts", () => {
    expect(files.filter((_, index) => /[가-힣]/.test(sources[index] ?? ""))).toEqual([]);
  });
});
