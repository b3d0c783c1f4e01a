import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLines } from "../../../cli/produce/input/lines.ts";

async function linesOf(chunks: readonly string[], fromOffset = 0, lineBytesMax = 1_000) {
  const input = (async function* () {
    for (const chunk of chunks) {
      yield Buffer.from(chunk);
    }
  })();
  const lines: { line: number; offset: number; endOffset: number; text: string }[] = [];
  for await (const { bytes, ...place } of readLines(input, { fromOffset, lineBytesMax })) {
    lines.push({ ...place, text: bytes.toString() });
  }
  return lines;
}

describe("the lines of an input", () => {
  test("lines are numbered from 1 and have byte offsets, however the input is chunked", async () => {
    const expected = [
      { line: 1, offset: 0, endOffset: 4, text: "한" },
      { line: 2, offset: 4, endOffset: 5, text: "" },
      { line: 3, offset: 5, endOffset: 7, text: "ab" },
    ];

    expect(await linesOf(["한\n\nab"])).toEqual(expected);
    expect(await linesOf(["한", "\n", "\na", "b"])).toEqual(expected);
  });

  test("lines after an offset keep the numbers that they have in the whole input", async () => {
    expect(await linesOf(["a\nb\n", "c\n"], 4)).toEqual([
      { line: 3, offset: 4, endOffset: 6, text: "c" },
    ]);
    expect(await linesOf(["a\nb\n"], 4)).toEqual([]);
  });

  test.each([
    [["a\r\nb\n"], 1],
    [["a\nb\n"], 1],
  ])(
    "reading %j continues just before the line feed of a line that had none when it was delivered",
    async (chunks, from) => {
      expect((await linesOf(chunks, from)).map(({ text }) => text)).toEqual(["b"]);
    },
  );

  test("an offset in the middle of a line is refused", async () => {
    await expect(linesOf(["ab\ncd\n"], 1)).rejects.toThrow("byte 1 is not the beginning of a line");
    await expect(linesOf(["ab\ncd"], 4)).rejects.toThrow("byte 4 is not the beginning of a line");
  });

  test("a line over the limit ends the input before it is held completely", async () => {
    let pulled = 0;
    const input = (async function* () {
      yield Buffer.from("a\n");
      for (;;) {
        pulled += 1;
        yield Buffer.alloc(100, "b");
      }
    })();
    const read = async () => {
      for await (const _ of readLines(input, { fromOffset: 0, lineBytesMax: 1_000 })) {
        expect(_.line).toBe(1);
      }
    };

    await expect(read()).rejects.toThrow("line 2 (byte 2): it is longer than 1000 bytes");
    expect(pulled).toBe(11);
  });

  test("lines that are put together make the input again, from the beginning of every line", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("a", "\n", "é", "b\n")),
        fc.nat(),
        async (parts, n) => {
          const whole = Buffer.from(parts.join(""));
          const all = await linesOf(parts);
          const from = all[n % Math.max(1, all.length)]?.offset ?? 0;
          const rest = await linesOf([whole.toString()], from);

          const joined = rest.map(({ text, offset, endOffset }) =>
            endOffset - offset > Buffer.byteLength(text) ? `${text}\n` : text,
          );
          expect(joined.join("")).toBe(whole.subarray(from).toString());
        },
      ),
    );
  });
});
