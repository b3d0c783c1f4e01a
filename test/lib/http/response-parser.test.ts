import { request as requestHttp } from "node:http";
import { createServer } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReceivedResponse } from "../../../lib/effects/transport.ts";
import { parseWhole } from "../../../lib/http/parse-whole.ts";
import { ParseError } from "../../../lib/http/response-head.ts";
import { type ParsedResponse, parseResponse } from "../../../lib/http/response-parser.ts";
import { listen } from "../../support/loopback.ts";

/** A response, with whether another request may follow. */
type Told = Omit<ReceivedResponse, "kind"> & Pick<ParsedResponse, "isReusable">;

function toTold({ response: { kind: _, ...response }, isReusable }: ParsedResponse): Told {
  return { ...response, isReusable };
}

type Given = { readonly method?: string; readonly bodyBytesMax?: number };

/** Returns the response, an error code, or `more` while the parser waits. */
function read(parts: readonly Buffer[], given: Given = {}) {
  const result = readInSteps(parts, given);
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) {
    expectAlike(result, first.toString("latin1"), given);
  }
  return result;
}

/** A text is read as a whole alike, or not at all. */
function expectAlike(
  result: ReturnType<typeof readInSteps>,
  text: string,
  { method = "POST", bodyBytesMax = 100 }: Given,
) {
  const readWhole = () => {
    try {
      const whole = parseWhole(text, { method, responseBytesMax: bodyBytesMax });
      return whole === undefined ? result : toTold(whole);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(readWhole()).toEqual(result);
}

function readInSteps(
  parts: readonly Buffer[],
  { method = "POST", bodyBytesMax = 100 }: Given = {},
) {
  const reader = parseResponse({ method, responseBytesMax: bodyBytesMax });
  reader.next();
  try {
    for (const part of parts) {
      const { done, value } = reader.next(part.toString("latin1"));
      if (done) {
        return toTold(value as ParsedResponse);
      }
    }
    return "more";
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError);
    return (error as ParseError).message;
  }
}

/** Returns the result if the connection ends after those bytes. */
function readToEnd(text: string, given: Given = {}) {
  const before = read([Buffer.from(text, "latin1")], given);
  if (before !== "more") {
    return before;
  }
  const { method = "POST", bodyBytesMax = 100 } = given;
  const reader = parseResponse({ method, responseBytesMax: bodyBytesMax });
  reader.next();
  reader.next(text);
  try {
    return toTold(reader.next(undefined).value as ParsedResponse);
  } catch (error) {
    return (error as ParseError).message;
  }
}

const crlf = (...lines: readonly string[]) => lines.join("\r\n");
const chunked = crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "");

/** Text, status, body and reusability by RFC 9112 and RFC 9110. */
const good: readonly (readonly [string, string, number, string, boolean])[] = [
  ["with a length", crlf("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"), 200, "ok", true],
  ["without a reason", crlf("HTTP/1.1 200", "Content-Length: 2", "", "ok"), 200, "ok", true],
  ["with an empty reason", crlf("HTTP/1.1 500 ", "Content-Length: 0", "", ""), 500, "", true],
  ["of a status nobody knows", crlf("HTTP/1.1 799 X", "Content-Length: 0", "", ""), 799, "", true],
  [
    "that closes",
    crlf("HTTP/1.1 200 OK", "Connection: Close", "content-length:1", "", "x"),
    200,
    "x",
    false,
  ],
  [
    "that closes among other words",
    crlf("HTTP/1.1 200 OK", "Connection: a, close", "Content-Length: 0", "", ""),
    200,
    "",
    false,
  ],
  [
    "that closes in a second header",
    crlf(
      "HTTP/1.1 200 OK",
      "Connection: keep-alive",
      "Connection: close",
      "Content-Length: 0",
      "",
      "",
    ),
    200,
    "",
    false,
  ],
  [
    "of HTTP/1.0",
    crlf("HTTP/1.0 200 OK", "Connection: keep-alive", "Content-Length: 0", "", ""),
    200,
    "",
    false,
  ],
  [
    "that says it is kept alive",
    crlf("HTTP/1.1 200 OK", "Connection: keep-alive", "Content-Length: 0", "", ""),
    200,
    "",
    true,
  ],
  [
    "that closes nothing but names it in another header",
    crlf("HTTP/1.1 200 OK", "X-Closed: close", "Content-Length: 0", "", ""),
    200,
    "",
    true,
  ],
  ["that lasts until the end", crlf("HTTP/1.1 200 OK", "", "all of it"), 200, "all of it", false],
  ["that is nothing until the end", crlf("HTTP/1.1 200 OK", "", ""), 200, "", false],
  [
    "after interim answers",
    crlf(
      "HTTP/1.1 100 Continue",
      "",
      "HTTP/1.1 103 Early Hints",
      "Link: </a>",
      "",
      "HTTP/1.1 201 X",
      "Content-Length: 0",
      "",
      "",
    ),
    201,
    "",
    true,
  ],
  [
    "after ten interim answers",
    crlf("HTTP/1.1 100 X", "", "").repeat(10) + crlf("HTTP/1.1 204 X", "", ""),
    204,
    "",
    true,
  ],
  ["of 204", crlf("HTTP/1.1 204 No Content", "", ""), 204, "", true],
  ["of 204 that says 0", crlf("HTTP/1.1 204 X", "Content-Length: 0", "", ""), 204, "", true],
  [
    "in chunks of another case",
    crlf(`${chunked.toUpperCase()}2`, "ok", "0", "", ""),
    200,
    "ok",
    true,
  ],
  [
    "with a byte of latin1 in a header",
    crlf("HTTP/1.1 204 X", "X-Name: caf\xe9", "", ""),
    204,
    "",
    true,
  ],
  [
    "of 304 with the length of what is not sent",
    crlf("HTTP/1.1 304 X", "Content-Length: 9", "", ""),
    304,
    "",
    true,
  ],
  [
    "with bytes after it",
    crlf("HTTP/1.1 200 OK", "Content-Length: 2", "", "okHTTP/1.1 200 OK"),
    200,
    "ok",
    false,
  ],
  [
    "in chunks",
    crlf(`${chunked}2`, "ok", "A;x=y", "0123456789", "00", "", ""),
    200,
    "ok0123456789",
    true,
  ],
  [
    "in chunks whose sizes begin and end with 0",
    crlf(`${chunked}10`, "0123456789abcdef", "02", "ok", "0", "", ""),
    200,
    "0123456789abcdefok",
    true,
  ],
  [
    "in chunks with trailers",
    crlf(`${chunked}2`, "ok", "0", "X-Sum: 1", "Content-Lengths: 5", "", ""),
    200,
    "ok",
    true,
  ],
  ["in no chunk", crlf(`${chunked}0`, "", ""), 200, "", true],
  [
    "in more bytes than are read",
    crlf("HTTP/1.1 200 OK", "Content-Length: 101", "", "x".repeat(101)),
    200,
    "x".repeat(100),
    false,
  ],
  [
    "in more chunks than are read",
    crlf(`${chunked}65`, "x".repeat(101)),
    200,
    "x".repeat(100),
    false,
  ],
  [
    "until an end after more than is read",
    crlf("HTTP/1.1 200 OK", "", "x".repeat(101)),
    200,
    "x".repeat(100),
    false,
  ],
];

/** Text that parsers read differently: smuggling forms, bare line ends, folded lines. */
const bad: readonly (readonly [string, string])[] = [
  ["no HTTP", "ready\r\n\r\n"],
  ["HTTP/2", crlf("HTTP/2 200", "", "")],
  ["HTTP/1.2", crlf("HTTP/1.2 200 OK", "Content-Length: 0", "", "")],
  ["a blank before the version", crlf(" HTTP/1.1 200 OK", "Content-Length: 0", "", "")],
  ["an empty line before the status", crlf("", "HTTP/1.1 200 OK", "Content-Length: 0", "", "")],
  ["a status of two digits", crlf("HTTP/1.1 20 OK", "Content-Length: 0", "", "")],
  ["a status of four digits", crlf("HTTP/1.1 2000 OK", "Content-Length: 0", "", "")],
  ["two blanks before the status", crlf("HTTP/1.1  200 OK", "Content-Length: 0", "", "")],
  ["a control character in the reason", crlf("HTTP/1.1 200 O\0K", "Content-Length: 0", "", "")],
  ["a switch of protocols", crlf("HTTP/1.1 101 X", "Upgrade: x", "", "")],
  ["interim answers without end", `${crlf("HTTP/1.1 100 X", "", "")}`.repeat(11)],
  ["lines that end in LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n\r\n\r\n"],
  ["a header that ends in LF", "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n"],
  ["a header that ends in CR", "HTTP/1.1 200 OK\r\nA: b\rContent-Length: 0\r\n\r\n"],
  ["a folded header", crlf("HTTP/1.1 200 OK", "A: b", " c", "Content-Length: 0", "", "")],
  ["a header without a colon", crlf("HTTP/1.1 200 OK", "A", "Content-Length: 0", "", "")],
  ["a blank before the colon", crlf("HTTP/1.1 200 OK", "Content-Length : 0", "", "")],
  ["a header without a name", crlf("HTTP/1.1 200 OK", ": a", "Content-Length: 0", "", "")],
  ["a NUL in a value", crlf("HTTP/1.1 200 OK", "A: \0", "Content-Length: 0", "", "")],
  ["two lengths", crlf("HTTP/1.1 200 OK", "Content-Length: 2", "Content-Length: 3", "", "okx")],
  ["one length twice", crlf("HTTP/1.1 200 OK", "Content-Length: 2", "Content-Length: 2", "", "ok")],
  ["an encoding with an empty element", crlf(`${chunked.replace("ked", "ked, ")}0`, "", "")],
  ["a list of lengths", crlf("HTTP/1.1 200 OK", "Content-Length: 2, 2", "", "ok")],
  [
    "a length and chunks",
    crlf("HTTP/1.1 200 OK", "Content-Length: 2", "Transfer-Encoding: chunked", "", "0", "", ""),
  ],
  ["a length with a sign", crlf("HTTP/1.1 200 OK", "Content-Length: +2", "", "ok")],
  ["a length in hexadecimal", crlf("HTTP/1.1 200 OK", "Content-Length: 0x2", "", "ok")],
  ["an empty length", crlf("HTTP/1.1 200 OK", "Content-Length:", "", "ok")],
  [
    "a length beyond what a number holds",
    crlf("HTTP/1.1 200 OK", "Content-Length: 9007199254740993", "", "ok"),
  ],
  [
    "an encoding that is not known",
    crlf("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked", "", "0", "", ""),
  ],
  [
    "an encoding twice",
    crlf(
      "HTTP/1.1 200 OK",
      "Transfer-Encoding: chunked",
      "Transfer-Encoding: chunked",
      "",
      "0",
      "",
      "",
    ),
  ],
  ["a chunk without a size", crlf(`${chunked}`, "ok", "0", "", "")],
  ["a size with a sign", crlf(`${chunked}-2`, "ok", "0", "", "")],
  ["a size with 0x", crlf(`${chunked}0x2`, "ok", "0", "", "")],
  ["a size with a word behind it", crlf(`${chunked}2 x`, "ok", "0", "", "")],
  ["a size with a word before what extends it", crlf(`${chunked}2x;y`, "ok", "0", "", "")],
  ["a size of nine digits", crlf(`${chunked}000000002`, "ok", "0", "", "")],
  ["a chunk that is longer than its size", crlf(`${chunked}2`, "okx", "0", "", "")],
  ["a size that ends in LF", `${chunked}2\nok\r\n0\r\n\r\n`],
  ["a trailer that is no header", crlf(`${chunked}0`, "no trailer", "", "")],
  ["a length among the trailers", crlf(`${chunked}0`, "Content-Length: 0", "", "")],
  ["a head without end", `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(5_000)}`],
  ["a line without end", `HTTP/1.1 200 ${"x".repeat(20_000)}`],
  ["trailers without end", `${chunked}0\r\n${"A: b\r\n".repeat(5_000)}`],
];

describe("a response", () => {
  test.for(good)("a response %s is read", ([, text, status, body, isReusable]) => {
    const truncated = body.length === 100;

    expect(readToEnd(text)).toEqual({
      ...{ status, body, isReusable, truncated },
      headers: expect.any(Object),
    });
  });

  test.for(bad)("a response with %s is an error", ([, text]) => {
    expect(readToEnd(text)).toBe("EPROTO");
  });

  test("a response that is whole in its first text is read without steps", () => {
    const text = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    const form = { method: "POST" };

    expect(parseWhole(text, form)?.response).toMatchObject({ status: 200, body: "{}" });
    expect(parseWhole(text.slice(0, -1), form)).toBeUndefined();
    expect(parseWhole(`${text} `, form)).toBeUndefined();
  });

  test("a response like the one before is the same, and only for a request of the same form", () => {
    const text = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\xc3\xa9";
    const parsed = parseWhole(text, { method: "POST" });
    const binary = parseWhole(text, { method: "POST", isBinary: true });

    expect(parseWhole(text, { method: "POST" })).toBe(parsed);
    expect([parsed?.response.body, binary?.response.body]).toEqual(["é", "\xc3\xa9"]);
    expect(parseWhole(text, { method: "POST", responseBytesMax: 1 })).toBeUndefined();
    expect(parseWhole(text, { method: "HEAD" })).toBeUndefined();
  });

  test("a 204 that announces a body is read, and its connection is not used again", () => {
    const of = (framing: string) => readToEnd(crlf("HTTP/1.1 204 X", framing, "", ""));

    for (const framing of ["Content-Length: 5", "Transfer-Encoding: chunked"]) {
      expect(of(framing)).toMatchObject({ status: 204, body: "", isReusable: false });
    }
  });

  // The first bytes of a TLS alert, of HTTP/2 SETTINGS, of SSH; heads of servers that end lines by LF.
  test.for([
    ["TLS", "\x15\x03\x03\0\x02\x02F"],
    ["HTTP/2", "\0\0\x12\x04\0\0\0\0\0"],
    ["SSH", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["HTTP/2 as text", "HTTP/2"],
    ["LF alone", "HTTP/1.1 200 OK\nContent-Length: 0\n"],
    ["a first line end of LF", "HTTP/1.1 200 OK\n"],
    ["LF after an interim answer", "HTTP/1.1 100 X\r\n\r\nHTTP/1.1 200 OK\n"],
  ] as const)("text that begins with %s is an error before it ends", ([, text]) => {
    expect(read([Buffer.from(text, "latin1")])).toBe("EPROTO");
    const single = [...Buffer.from(text, "latin1")].map((byte) => Buffer.of(byte));
    expect(read(single)).toBe("EPROTO");
  });

  test("a response to HEAD has no body, whatever its length says", () => {
    const text = crlf("HTTP/1.1 200 OK", "Content-Length: 5", "", "");

    expect(readToEnd(text, { method: "HEAD" })).toMatchObject({ body: "", isReusable: true });
  });

  test("a truncated response is an error, wherever it is cut", () => {
    const whole = good.filter(([, text]) => /content-length|chunked/i.test(text));
    const cut = ([, text, , body]: (typeof good)[number]) => {
      const end = text.length - (text.includes("okHTTP") ? "HTTP/1.1 200 OK".length : 0);
      // A longer body reaches the limit one byte before its end.
      return Array.from({ length: body.length === 100 ? 9 : end - 1 }, (_, at) =>
        text.slice(0, at),
      );
    };

    expect(new Set(whole.flatMap(cut).map((text) => readToEnd(text)))).toEqual(
      new Set(["ECONNRESET"]),
    );
  });

  test("header names are in lower case, values are trimmed, and the first of two counts", () => {
    const fields = ["Date: \t now \t", "X-Two: 1", "x-two: 2", "__proto__: a", "X-Empty:"];
    const text = crlf("HTTP/1.1 204 X", ...fields, "", "");

    const { headers } = readToEnd(text) as Told;

    expect(Object.entries(headers).sort()).toEqual([
      ["__proto__", "a"],
      ["date", "now"],
      ["x-empty", ""],
      ["x-two", "1"],
    ]);
  });

  test("a body longer than the limit is truncated, even if a piece ends at the limit", () => {
    const head = crlf("HTTP/1.1 200 OK", "Content-Length: 101", "", "");
    const pieces = [Buffer.from(head + "x".repeat(100)), Buffer.from("x")];

    expect(read(pieces)).toMatchObject({ body: "x".repeat(100), truncated: true });
  });

  test("a response is the same in whatever pieces it arrives", () => {
    const texts = [...good, ...bad].map(([, text]) => text);
    const cuts = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(...texts), cuts, (text, at) => {
        const bytes = Buffer.from(text, "latin1");
        const ends = at.map((one) => one % (bytes.length + 1)).sort((a, b) => a - b);
        const pieces = [...ends, bytes.length].map((end, index) =>
          bytes.subarray(ends[index - 1] ?? 0, end),
        );
        const some = pieces.filter((piece) => piece.length > 0);

        expect(withoutReuse(read(some))).toEqual(withoutReuse(read([bytes])));
      }),
      { numRuns: 2_000 },
    );
  });

  test("any bytes lead to a result", () => {
    const words = [
      "HTTP/1.1 200 OK\r\n",
      "Content-Length: 3\r\n",
      "\r\n",
      "\n",
      "0",
      "a",
      ": ",
      "\0",
    ];
    const bytes = fc.array(
      fc.oneof(
        fc
          .constantFrom(...words, "Transfer-Encoding: chunked\r\n")
          .map((word) => Buffer.from(word)),
        fc.uint8Array({ maxLength: 9 }).map((some) => Buffer.from(some)),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(bytes, (parts) => {
        const told = readToEnd(Buffer.concat(parts).toString("latin1"));

        expect(typeof told === "string" ? told : "answer").toMatch(/^(answer|EPROTO|ECONNRESET)$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a response with a content coding", () => {
  const acknowledged = '{"status":"200","detail":"OK"}';
  // Made with gzip and zlib of Python, and with Google's Brotli.
  const gzipped = "H4sIAAAAAAACA6tWKi5JLCktVrJSMjIwUNJRSkktSczMAXL9vZVqAQGwDKUeAAAA";
  const answerOf = (coding: string, bytes: Uint8Array, bodyBytesMax = 100) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    return read([Buffer.concat([Buffer.from(head), bytes])], { bodyBytesMax });
  };

  test.for([
    ["gzip", gzipped],
    ["GZip", gzipped],
    ["x-gzip", gzipped],
    ["deflate", "eJyrViouSSwpLVayUjIyMFDSUUpJLUnMzAFy/b2VagGQUgjs"],
    ["deflate", "q1YqLkksKS1WslIyMjBQ0lFKSS1JzMwBcv29lWoB"],
    ["br", "iw6AeyJzdGF0dXMiOiIyMDAiLCJkZXRhaWwiOiJPSyJ9Aw=="],
  ] as const)("a response in %s is decoded", ([coding, base64]) => {
    expect(answerOf(coding, Buffer.from(base64, "base64"))).toMatchObject({
      body: acknowledged,
      truncated: false,
      isReusable: true,
    });
  });

  test.for([
    "gzip",
    "deflate",
    "br",
    "zstd",
    "identity",
    "gzip, gzip",
    "",
    "__proto__",
    "aws-chunked",
  ])("a body that is said to be %j and is not stays unchanged", (coding) => {
    expect(answerOf(coding, Buffer.from(acknowledged))).toMatchObject({ body: acknowledged });
  });

  test("a truncated body stays encoded, which is not JSON", () => {
    const { body } = answerOf("gzip", Buffer.from(gzipped, "base64").subarray(0, -9)) as Told;

    expect(body).not.toContain("status");
  });

  test("a body that decodes to more than the limit is truncated, even if few bytes came", () => {
    const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024));

    expect(answerOf("gzip", bomb, 64 * 1024)).toMatchObject({ body: "", truncated: true });
    expect(answerOf("gzip", gzipSync("x".repeat(100)))).toMatchObject({ truncated: false });
    expect(answerOf("gzip", gzipSync("x".repeat(101)))).toMatchObject({ truncated: true });
  });

  test("a body of any coding and bytes leads to a result within the limit", () => {
    const coding = fc.oneof(
      fc.constantFrom("gzip", "deflate", "br"),
      fc.stringMatching(/^[ -~]*$/),
    );
    const content = fc.uint8Array({ maxLength: 90 });
    const bytes = fc.oneof(content, content.map(gzipSync), content.map(deflateSync));
    fc.assert(
      fc.property(coding, bytes, (name, some) => {
        const told = answerOf(name, some, 200) as Told;

        expect(told).toMatchObject({ status: 200, body: expect.any(String) });
        expect(told.body.length).toBeLessThanOrEqual(200);
      }),
    );
  });

  test("any encoded body is decoded to the original", () => {
    const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const;
    const names = fc.constantFrom("gzip", "deflate", "br");
    fc.assert(
      fc.property(names, fc.string({ unit: "grapheme", maxLength: 300 }), (name, text) => {
        const told = answerOf(name, encoders[name](text), 10_000);

        expect(told).toMatchObject({ body: text, truncated: false });
      }),
    );
  });
});

/** Bytes after the response may arrive with it or later. */
function withoutReuse(told: Told | string) {
  return typeof told === "string" ? told : { ...told, isReusable: undefined };
}

describe("Node.js's own parser", () => {
  /** Parses with `node:http`: `[status, body]`, or undefined after an error. */
  async function readByNode(text: string, method = "POST") {
    const server = createServer((socket) => {
      socket.once("data", () => socket.end(Buffer.from(text, "latin1")));
    });
    const port = await listen(server);
    return new Promise<readonly [number, string] | undefined>((resolve) => {
      const outgoing = requestHttp({ port, method, host: "127.0.0.1" }, async (incoming) => {
        try {
          const body = Buffer.concat(await incoming.toArray()).toString();
          resolve([incoming.statusCode ?? 0, body]);
        } catch {
          resolve(undefined);
        }
      });
      outgoing.on("error", () => resolve(undefined));
      outgoing.on("upgrade", () => resolve(undefined));
      outgoing.end();
    });
  }

  test.for(good)("Node.js's parser reads a response %s alike", async ([, text, status]) => {
    const told = readToEnd(text, { bodyBytesMax: 1_000 });
    // The text is cut where the parser did not need the rest.
    const ours = typeof told === "string" ? undefined : [told.status, told.body];

    expect(await readByNode(text)).toEqual(ours);
    expect(ours === undefined || ours[0] === status).toBe(true);
  });

  test("Node.js's parser accepts no more of the texts that are nearly a response", async () => {
    const lines = good.flatMap(([, text]) => text.split("\r\n"));
    const lineEnd = fc.constantFrom("\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n\r\n");
    const texts = fc
      .array(fc.tuple(fc.constantFrom(...lines), lineEnd), { minLength: 1, maxLength: 7 })
      .map((parts) => `HTTP/1.1 200 OK\r\n${parts.flat().join("")}`);
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const ours = readToEnd(text, { bodyBytesMax: 1_000 });
        if (typeof ours === "string") {
          return;
        }
        const theirs = (await readByNode(text)) ?? "an error";
        // `node:http` reports text after a response as an error; the parser only closes the connection.
        const isSame = ours.isReusable || theirs !== "an error";
        expect(theirs).toEqual(isSame ? [ours.status, ours.body] : "an error");
      }),
      { numRuns: 300 },
    );
  });
});
