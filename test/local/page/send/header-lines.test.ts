import { describe, expect, test } from "vitest";
import { parseHeaders, showHeaders } from "../../../../local/page/send/header-lines.ts";

describe("headers, one per line", () => {
  test("a value keeps its colons, and blanks around names and values are cut", () => {
    expect(parseHeaders("Host: a.example:80\n  x-empty:  \n\n x-one : 1 \r\n")).toEqual({
      Host: "a.example:80",
      "x-empty": "",
      "x-one": "1",
    });
  });

  test("a line without a colon is a name without a value, and a line without a name is left out", () => {
    expect(parseHeaders("x-flag\n: nameless")).toEqual({ "x-flag": "" });
  });

  test("headers that are shown are read back as they were", () => {
    const headers = { "content-type": "application/json", "x-time": "12:00:01" };

    expect(parseHeaders(showHeaders(headers))).toEqual(headers);
  });
});
