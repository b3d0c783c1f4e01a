import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

type Strings = Readonly<Record<string, string>>;

const folder = new URL("../../../../../local/data-stream/page/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), "utf8");
const load = async (name: string) =>
  ((await import(new URL(`text/strings-${name}.js`, folder).href)) as Record<string, Strings>)[
    name
  ] ?? {};
const en = await load("en");
const ko = await load("ko");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.(html|css|js)$/.test(file) && !/strings-\w+\.js$/.test(file),
);
const source = files.map(read).join("\n");
const placeholdersOf = (text = "") => new Set([...text.matchAll(/\{\w+\}/g)].map(String));

describe("the page's texts", () => {
  test("both languages have the same keys, order and placeholders", () => {
    expect(Object.keys(en)).toEqual(Object.keys(ko));
    expect(Object.keys(en).length).toBeGreaterThan(100);
    for (const [key, text] of Object.entries(en)) {
      expect([key, placeholdersOf(ko[key])]).toEqual([key, placeholdersOf(text)]);
      expect(ko[key]?.trim()).not.toBe("");
    }
  });

  test("every text that the page uses exists", () => {
    const asked = [
      ...source.matchAll(/data-(?:text|name)="([\w.]+)"/g),
      ...source.matchAll(/\bt\(\s*"([\w.]+)"/g),
      ...source.matchAll(/"((?:requests|functions|faults|records|record)\.\w+)"/g),
    ].map(([, key]) => key ?? "");

    expect(asked.filter((key) => !Object.hasOwn(en, key))).toEqual([]);
  });

  test("every text is used", () => {
    const stems = [...source.matchAll(/`([a-z]+\.(?:cut\.)?)\$\{/g)].map(([, stem]) => stem ?? "");
    const unused = Object.keys(en).filter(
      (key) => !source.includes(`"${key}"`) && !stems.some((stem) => key.startsWith(stem)),
    );

    expect(unused).toEqual([]);
  });

  test("no Korean letter stands outside the Korean table", () => {
    const strangers = files.filter((file) => /[가-힣]/.test(read(file)) && file !== "index.html");
    expect(strangers).toEqual([]);
  });
});
