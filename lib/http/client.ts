import type { HttpRequest, HttpResponse, NoResponse, Transport } from "../effects/transport.ts";
import { createPool } from "./connection-pool.ts";
import {
  type BodyOptions,
  notHttp,
  type ParsedResponse,
  ParseError,
  type ParserSteps,
  parseResponse,
  parseWhole,
} from "./response-parser.ts";
import { createTimeouts } from "./timeouts.ts";

/** Default limit of a response body. A response of the produce API is under 1 KiB. */
const responseBytesMaxDefault = 64 * 1024;
/** Length of a body that is joined with its head to be sent as one text. */
const joinedMax = 64 * 1024;

type Pool = ReturnType<typeof createPool>;

/** Creates an HTTP/1.1 client over kept-alive connections. */
export function createTransport({ now }: { readonly now: () => number }): Transport {
  return transportOver(createPool(now));
}

/** Creates an HTTP/1.1 client over the connections of a pool. */
export function transportOver(pool: Pool): Transport {
  // The first use of `performance` loads modules of Node.js for a millisecond of the first event.
  const timeouts = createTimeouts(() => process.uptime() * 1_000);
  const client: Client = { pool, timeouts };
  const targetOf = createTargets();
  return (request) => {
    const target = targetOf(request.url);
    const head = toHead(request, target);
    return head === undefined
      ? Promise.resolve(unsendable)
      : exchange({ head, origin: target.origin }, request, client);
  };
}

type Client = { readonly pool: Pool; readonly timeouts: ReturnType<typeof createTimeouts> };
type Target = { readonly url: URL | undefined; readonly origin: string; readonly path: string };

/** Keeps the parts of the last URL, because each getter of a URL builds its text again. */
function createTargets(): (url: URL) => Target {
  let last: Target = { url: undefined, origin: "", path: "" };
  return (url) => {
    if (last.url !== url) {
      last = { url, origin: url.origin, path: url.pathname + url.search };
    }
    return last;
  };
}

const unsendable: HttpResponse = {
  ...{ kind: "noResponse", sent: "never", cause: "connection" },
  ...{ code: "ERR_INVALID_CHAR", staleSocket: false },
};

/** Headers that no API signs, because a proxy may change them. */
const ownHeaders = "accept-encoding: identity\r\nconnection: keep-alive\r\n\r\n";

/** Returns the request head; undefined if a header has a forbidden character, which a setting can bring in. */
function toHead({ method, headers }: HttpRequest, { path }: Target): string | undefined {
  let head = `${method} ${path} HTTP/1.1\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    head += `${headers[index]}: ${headers[index + 1]}\r\n`;
  }
  return /^[\t -~]*$/.test(headers.join("")) ? head + ownHeaders : undefined;
}

function exchange(
  { head, origin }: { readonly head: string; readonly origin: string },
  request: HttpRequest,
  { pool, timeouts }: Client,
): Promise<HttpResponse> {
  const { url, body, timeoutMs } = request;
  return new Promise((resolve) => {
    const connection = pool.take(url, origin);
    const { isReused } = connection;
    const read = createReader(request);
    let hasResponse = false;
    const finish = (response: HttpResponse, isReusable: boolean) => {
      timeouts.clear(timedOut);
      if (isFailing(response)) {
        pool.retire(connection);
      }
      pool.release(connection, isReusable);
      resolve(response);
    };
    const failed = (code: string, cause: NoResponse["cause"] = "connection") => {
      const sent = connection.isOpen ? "unknown" : "never";
      const staleSocket = isReused && !hasResponse && cause === "connection";
      finish({ kind: "noResponse", sent, cause, code, staleSocket }, false);
    };
    const timedOut = () => failed("ETIMEDOUT", "timeout");
    timeouts.set(timedOut, timeoutMs);
    const opened = () => {
      const { socket } = connection;
      if (typeof body === "string" && body.length < joinedMax) {
        socket.write(head + body);
      } else {
        // Both go out together, and a large body is not copied to stand behind its head.
        socket.cork();
        socket.write(head);
        socket.write(body);
        socket.uncork();
      }
    };
    const received = (text: string | undefined) => {
      hasResponse ||= text !== undefined;
      const end = read(text);
      if (typeof end === "string") {
        failed(end, end === notHttp ? "protocol" : "connection");
      } else if (end !== undefined) {
        const { isReusable, status, headers, truncated } = end;
        finish({ kind: "response", status, headers, body: end.body, truncated }, isReusable);
      }
    };
    connection.listener = { opened, received, failed };
    if (connection.isOpen) {
      opened();
    }
  });
}

/**
 * Tells whether the server behind a connection fails, although others of the origin may serve. A connection that
 * cannot be opened, or is closed, says nothing about open ones.
 */
function isFailing(response: HttpResponse): boolean {
  return response.kind === "response"
    ? response.status >= 500
    : response.cause !== "connection" && response.sent === "unknown";
}

type Read = (text: string | undefined) => ParsedResponse | string | undefined;

/**
 * Creates a reader of one response. It returns the response when it is complete, an error code, or undefined if more text
 * is needed. Most responses come whole in their first text.
 */
function createReader({ method, responseBytesMax, isBinary = false }: HttpRequest): Read {
  const options = { bodyBytesMax: responseBytesMax ?? responseBytesMaxDefault, isBinary };
  let steps: ParserSteps<ParsedResponse> | undefined;
  return (text) => {
    try {
      const whole = steps === undefined ? parseWhole(method, text ?? "", options) : undefined;
      if (whole !== undefined) {
        return whole;
      }
      steps ??= beginSteps(method, options);
      return readOn(steps, text);
    } catch (error) {
      return error instanceof ParseError ? error.message : "EUNKNOWN";
    }
  };
}

function beginSteps(method: string, { bodyBytesMax, isBinary }: BodyOptions) {
  const steps = parseResponse(method, bodyBytesMax, isBinary);
  steps.next();
  return steps;
}

function readOn(steps: ParserSteps<ParsedResponse>, text: string | undefined) {
  const { done, value } = steps.next(text);
  return done === true ? value : undefined;
}
