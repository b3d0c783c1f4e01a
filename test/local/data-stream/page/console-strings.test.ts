import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Strings = Readonly<Record<string, string>>;

const folder = new URL("../../../../local/data-stream/page/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), "utf8");
const load = async (name: string) =>
  ((await import(new URL(`text/strings-${name}.js`, folder).href)) as Record<string, Strings>)[
    name
  ] ?? {};
const en = await load("en");
const ko = await load("ko");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.[a-z]+$/.test(file) && !file.includes("strings-"),
);
const source = files.map(read).join("\n");
const placesOf = (text = "") => new Set([...text.matchAll(/\{\w+\}/g)].map(String));

describe("the page's texts", () => {
  it("are the same in both languages: keys, order and places", () => {
    expect(Object.keys(en)).toEqual(Object.keys(ko));
    expect(Object.keys(en).length).toBeGreaterThan(100);
    for (const [key, text] of Object.entries(en)) {
      expect([key, placesOf(ko[key])]).toEqual([key, placesOf(text)]);
      expect(ko[key]?.trim()).not.toBe("");
    }
  });

  it("are all there that the page asks for", () => {
    const asked = [
      ...source.matchAll(/data-(?:text|name)="([\w.]+)"/g),
      ...source.matchAll(/\bt\(\s*"([\w.]+)"/g),
      ...source.matchAll(/"((?:requests|functions|faults|records|record)\.\w+)"/g),
    ].map(([, key]) => key ?? "");

    expect(asked.filter((key) => !Object.hasOwn(en, key))).toEqual([]);
  });

  it("are all asked for", () => {
    const stems = [...source.matchAll(/`([a-z]+\.(?:cut\.)?)\$\{/g)].map(([, stem]) => stem ?? "");
    const unused = Object.keys(en).filter(
      (key) => !source.includes(`"${key}"`) && !stems.some((stem) => key.startsWith(stem)),
    );

    expect(unused).toEqual([]);
  });

  it("stand nowhere else: no letters of Korean outside of their table", () => {
    const strangers = files.filter((file) => /[가-힣]/.test(read(file)) && file !== "index.html");
    expect(strangers).toEqual([]);
  });
});
