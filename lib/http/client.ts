import type { HttpRequest, HttpResponse, NoResponse, Transport } from "../effects/transport.ts";
import { type Connection, createPool } from "./connection-pool.ts";
import { parseWhole } from "./parse-whole.ts";
import { notHttp, ParseError } from "./response-head.ts";
import { type ParsedResponse, type ParserSteps, parseResponse } from "./response-parser.ts";
import { createTimeouts } from "./timeouts.ts";

/** Length of a body that is joined with its head to be sent as one text. */
const joinedMax = 64 * 1024;

/** An HTTP/1.1 client over kept-alive connections. */
export type HttpClient = {
  readonly transport: Transport;
  /** Closes the connections that no request uses. */
  readonly close: () => void;
};

export function createTransport({ now }: { readonly now: () => number }): Transport {
  return createHttpClient(now).transport;
}

export function createHttpClient(now: () => number): HttpClient {
  const finish = (exchange: Exchange, response: HttpResponse, isReusable: boolean): void => {
    const { connection } = exchange;
    timeouts.clear(connection);
    if (isFailing(response)) {
      pool.retire(connection);
    }
    pool.release(connection, isReusable);
    exchange.end(response);
  };
  const failed = (exchange: Exchange, code: string, cause?: NoResponse["cause"]): void =>
    finish(exchange, toNoResponse(exchange, code, cause), false);
  const received = (exchange: Exchange, text: string | undefined): void => {
    exchange.hasResponse ||= text !== undefined;
    const parsed = read(exchange, text);
    if (typeof parsed === "string") {
      failed(exchange, parsed, parsed === notHttp ? "protocol" : "connection");
    } else if (parsed !== undefined) {
      finish(exchange, parsed.response, parsed.isReusable);
    }
  };
  const pool = createPool<Exchange>(now, { opened: send, received, failed });
  // Keys that are deleted from a Map stay in its old tables for a while, so these are connections and no requests with
  // their bodies. See docs/decisions/0071-no-request-outlives-its-response.md.
  // The first use of `performance` loads modules of Node.js for a millisecond of the first event.
  const timeouts = createTimeouts<Connection<Exchange>>(
    () => process.uptime() * 1_000,
    ({ user }) => user !== undefined && failed(user, "ETIMEDOUT", "timeout"),
  );
  const headOf = createHeads();
  const transport = (request: HttpRequest): Promise<HttpResponse> => {
    const { origin, text } = headOf(request);
    return text === undefined
      ? Promise.resolve(unsendable)
      : new Promise((end) => {
          const connection = pool.take(request.url, origin);
          const exchange = {
            request,
            head: text,
            connection,
            end,
            steps: undefined,
            hasResponse: false,
          };
          connection.user = exchange;
          timeouts.set(connection, request.timeoutMs);
          if (connection.isOpen) {
            send(exchange);
          }
        });
  };
  return { transport, close: pool.close };
}

/** `text`: the head up to the body's length; undefined if it cannot be sent. */
type Head = { readonly origin: string; readonly text: string | undefined };

/** Keeps the last head. Requests that the produce API gets in one millisecond differ in their bodies only. */
function createHeads(): (request: HttpRequest) => Head {
  let last: (Head & Pick<HttpRequest, "method" | "url" | "headers">) | undefined;
  return (request) => {
    const { method, url, headers } = request;
    if (last?.headers !== headers || last.url !== url || last.method !== method) {
      last = { method, url, headers, origin: url.origin, text: toHead(request) };
    }
    return last;
  };
}

const unsendable: HttpResponse = {
  ...{ kind: "noResponse", sent: "never", cause: "connection" },
  ...{ code: "ERR_INVALID_CHAR", staleSocket: false },
};

/** Headers that no API signs, because a proxy may change them. */
const ownHeaders = "accept-encoding: identity\r\nconnection: keep-alive\r\ncontent-length: ";

/** Returns undefined if a header has a forbidden character, which a setting can bring in. */
function toHead({ method, url, headers }: HttpRequest): string | undefined {
  let head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    head += `${headers[index]}: ${headers[index + 1]}\r\n`;
  }
  return /^[\t -~]*$/.test(headers.join("")) ? head + ownHeaders : undefined;
}

/** A request on its connection, until it ends with a response or without one. */
type Exchange = {
  readonly request: HttpRequest;
  readonly head: string;
  readonly connection: Connection<Exchange>;
  readonly end: (response: HttpResponse) => void;
  /** The parser of a response that is not complete in its first text. */
  steps: ParserSteps<ParsedResponse> | undefined;
  hasResponse: boolean;
};

function send({ connection: { socket }, request: { body }, head }: Exchange): void {
  const start = `${head}${Buffer.byteLength(body)}\r\n\r\n`;
  if (typeof body === "string" && body.length < joinedMax) {
    socket.write(start + body);
  } else {
    // Both go out together, and a large body is not copied to stand behind its head.
    socket.cork();
    socket.write(start);
    socket.write(body);
    socket.uncork();
  }
}

/** Returns the response when it is complete, an error code, or undefined if more text is needed. */
function read(exchange: Exchange, text: string | undefined): ParsedResponse | string | undefined {
  const { request, steps } = exchange;
  try {
    const whole = steps === undefined ? parseWhole(text ?? "", request) : undefined;
    return whole ?? readOn(exchange, text);
  } catch (error) {
    return error instanceof ParseError ? error.message : "EUNKNOWN";
  }
}

function readOn(exchange: Exchange, text: string | undefined): ParsedResponse | undefined {
  exchange.steps ??= beginSteps(exchange.request);
  const { done, value } = exchange.steps.next(text);
  return done === true ? value : undefined;
}

function beginSteps(request: HttpRequest): ParserSteps<ParsedResponse> {
  const steps = parseResponse(request);
  steps.next();
  return steps;
}

function toNoResponse(
  { connection, hasResponse }: Exchange,
  code: string,
  cause: NoResponse["cause"] = "connection",
): NoResponse {
  const sent = connection.isOpen ? "unknown" : "never";
  const staleSocket = connection.isReused && !hasResponse && cause === "connection";
  return { kind: "noResponse", sent, cause, code, staleSocket };
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
