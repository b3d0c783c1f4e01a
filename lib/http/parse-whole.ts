import { fieldBytesMax, framingOf, headEnd, toHead } from "./response-head.ts";
import {
  bytesMaxOf,
  type ParsedResponse,
  type ResponseForm,
  toResponse,
} from "./response-parser.ts";

/** The last short response to a POST. Servers acknowledge most records of one second with the same text. */
let last: { readonly text: string; readonly response: ParsedResponse } | undefined;

/** Characters of a response that is kept. An acknowledgement has a few hundred. */
const keptMax = 1024;

/**
 * Parses a response that is complete in its first text, as most are. It returns undefined for any other, and
 * then `parseResponse` has to read it. Both agree on every text.
 */
export function parseWhole(text: string, form: ResponseForm): ParsedResponse | undefined {
  const { method, responseBytesMax, isBinary } = form;
  const isPlain = method === "POST" && responseBytesMax === undefined && isBinary === undefined;
  if (isPlain && text === last?.text) {
    return last.response;
  }
  const response = parseOnce(text, form);
  if (isPlain && response !== undefined && text.length <= keptMax) {
    last = { text, response };
  }
  return response;
}

function parseOnce(text: string, form: ResponseForm): ParsedResponse | undefined {
  const end = text.indexOf(headEnd);
  if (end < 0 || end > fieldBytesMax) {
    return undefined;
  }
  const head = toHead(text.slice(0, end));
  const bytes = text.slice(end + headEnd.length);
  const isWhole =
    head.status >= 200 &&
    framingOf(form.method, head) === bytes.length &&
    bytes.length <= bytesMaxOf(form);
  return isWhole
    ? toResponse(head, { bytes, truncated: false, isDelimited: true }, form)
    : undefined;
}
