import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTraceContext } from "../../../../lib/webhooks/mapping/trace-context.ts";

// W3C Trace Context, section 3.2.2.5.
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const tracestate = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";

function read(headers: Readonly<Record<string, string>>) {
  return readTraceContext(new Map(Object.entries(headers)));
}

describe("trace context", () => {
  test("the trace context of a request is read", () => {
    expect(read({ traceparent, tracestate })).toEqual({ traceparent, tracestate });
  });

  test("the trace context is the traceparent alone without a tracestate", () => {
    expect(read({ traceparent })).toEqual({ traceparent });
  });

  test.for([
    ["absent", {}],
    ["of the version ff", { traceparent: traceparent.replace(/^00/, "ff") }],
    ["of an all-zero trace id", { traceparent: `00-${"0".repeat(32)}-00f067aa0ba902b7-01` }],
    [
      "of an all-zero parent id",
      { traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-${"0".repeat(16)}-01` },
    ],
    ["in upper case", { traceparent: traceparent.toUpperCase() }],
    ["cut short", { traceparent: traceparent.slice(0, -1) }],
    ["too long", { traceparent: `${traceparent}-00` }],
    ["given twice", { traceparent: `${traceparent}, ${traceparent}` }],
    ["followed by a line", { traceparent: `${traceparent}\n` }],
  ] as const)("the trace context is empty if the traceparent is %s", ([, headers]) => {
    expect(read({ tracestate, ...headers })).toEqual({});
  });

  test.for([
    ["empty", ""],
    ["over 512 characters", `a=${"b".repeat(511)}`],
    ["not printable", "a=b\u0001"],
    ["not ASCII", "a=é"],
    ["of two lines", "a=b\nc=d"],
  ] as const)("a tracestate that is %s is dropped", ([, wrong]) => {
    expect(read({ traceparent, tracestate: wrong })).toEqual({ traceparent });
  });

  test("a tracestate of 512 characters is kept", () => {
    const longest = `a=${"b".repeat(510)}`;

    expect(read({ traceparent, tracestate: longest })).toEqual({
      traceparent,
      tracestate: longest,
    });
  });

  test("any two headers give a valid trace context or none", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (parent, state) => {
        expect(read({ traceparent: parent, tracestate: state })).toEqual({});
      }),
    );
  });
});
