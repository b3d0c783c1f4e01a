import type { Headers } from "../../model/call.ts";

const tracestateCharsMax = 512;

/** Reads the W3C Trace Context of a request (https://www.w3.org/TR/trace-context/); empty if it is not valid. */
export function readTraceContext(headers: Headers): {
  readonly traceparent?: string;
  readonly tracestate?: string;
} {
  const traceparent = headers.get("traceparent");
  if (traceparent === undefined || !isTraceparent(traceparent)) {
    return {};
  }
  const tracestate = headers.get("tracestate") ?? "";
  const isPrintable = /^[\x20-\x7e]+$/.test(tracestate);
  return isPrintable && tracestate.length <= tracestateCharsMax
    ? { traceparent, tracestate }
    : { traceparent };
}

/** Checks the form of section 3.2: version ff and all-zero ids are invalid. */
function isTraceparent(text: string): boolean {
  return /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(text);
}
