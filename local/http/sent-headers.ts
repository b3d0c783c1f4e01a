import { validateHeaderName, validateHeaderValue } from "node:http";
import { InvalidInput, isObject, textUpTo } from "../data-stream/control/checked-input.ts";

type Fields = Readonly<Record<string, string>>;

const headersMax = 50;
const headerCharactersMax = 8000;
/** Headers that HTTP sets itself. A wrong one would make the call hang or fail. */
const framing = [
  ...["host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "trailer"],
  ...["keep-alive", "te"],
];

/** Checks the headers that somebody wants to send. `fill` completes their values. */
export function parseHeaders(
  value: unknown,
  fill: (text: string) => string = (text) => text,
): Fields {
  if (!isObject(value) || Object.keys(value).length > headersMax) {
    throw new InvalidInput(`headers must be an object of at most ${headersMax} texts`);
  }
  const headers = Object.entries(value).map(([name, given]) => {
    const text = fill(textUpTo(given, "a header", headerCharactersMax));
    refuseHeader(name, text);
    return [name.toLowerCase(), text] as const;
  });
  return Object.fromEntries(headers);
}

/** Leaves out the headers that HTTP sets itself, of a request that is sent once more. */
export function withoutFraming<Value>(
  headers: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !framing.includes(name.toLowerCase())),
  );
}

function refuseHeader(name: string, text: string): void {
  if (framing.includes(name.toLowerCase())) {
    throw new InvalidInput(`headers must not set ${name.toLowerCase()}`);
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
  } catch {
    throw new InvalidInput("headers has a name or value that HTTP does not allow");
  }
}
