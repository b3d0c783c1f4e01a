import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { diffLines } from "../../../../local/page/messages/line-diff.ts";

describe("a line diff", () => {
  test("a diff holds both texts, whatever they are", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 20 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before.join("\n"), after.join("\n")) ?? [];
        const without = (kind: string) =>
          diff.filter((line) => line.kind !== kind).map(({ text }) => text);
        expect(without("added").join("\n")).toBe(before.join("\n"));
        expect(without("removed").join("\n")).toBe(after.join("\n"));
      }),
    );
  });

  test("texts that are too long are not compared", () => {
    const text = (mark: string) => Array.from({ length: 2000 }, (_, n) => `${mark}${n}`).join("\n");
    expect(diffLines(text("a"), text("b"))).toBeUndefined();
    expect(diffLines(text("a"), `${text("a")}\nx`)).toHaveLength(2001);
  });
});
