import type { HttpRequest, HttpResponse, NoResponse, Transport } from "../effects/transport.ts";
import { createPool } from "./connection-pool.ts";
import {
  notHttp,
  type ParsedResponse,
  ParseError,
  type ParserSteps,
  parseResponse,
} from "./response-parser.ts";

/** Default limit of a response body. A response of the produce API is under 1 KiB. */
const responseBytesMaxDefault = 64 * 1024;

type Pool = ReturnType<typeof createPool>;

/** Creates an HTTP/1.1 client over kept-alive connections. */
export function createTransport({ now }: { readonly now: () => number }): Transport {
  return transportOver(createPool(now));
}

/** Creates an HTTP/1.1 client over the connections of a pool. */
export function transportOver(pool: Pool): Transport {
  return async (request) => {
    const head = toHead(request);
    return head === undefined ? unsendable : exchange(head, request, pool);
  };
}

const unsendable: HttpResponse = {
  ...{ kind: "noResponse", sent: "never", cause: "connection" },
  ...{ code: "ERR_INVALID_CHAR", staleSocket: false },
};

/** Headers that no API signs, because a proxy may change them. */
const ownHeaders = "accept-encoding: identity\r\nconnection: keep-alive\r\n\r\n";

/** Returns the request head; undefined if a header has a forbidden character, which a setting can bring in. */
function toHead({ method, url, headers }: HttpRequest): string | undefined {
  let head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    head += `${headers[index]}: ${headers[index + 1]}\r\n`;
  }
  return /^[\t -~]*$/.test(headers.join("")) ? head + ownHeaders : undefined;
}

function exchange(head: string, request: HttpRequest, pool: Pool): Promise<HttpResponse> {
  const { method, url, body, timeoutMs, responseBytesMax = responseBytesMaxDefault } = request;
  return new Promise((resolve) => {
    const connection = pool.take(url);
    const { isReused } = connection;
    const reader = parseResponse(method, responseBytesMax, request.isBinary);
    reader.next();
    let hasResponse = false;
    const finish = (response: HttpResponse, isReusable: boolean) => {
      clearTimeout(timer);
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
    const timer = setTimeout(() => failed("ETIMEDOUT", "timeout"), timeoutMs);
    const opened = () => {
      connection.socket.write(
        typeof body === "string" ? head + body : Buffer.concat([Buffer.from(head), body]),
      );
    };
    const received = (text: string | undefined) => {
      hasResponse ||= text !== undefined;
      const read = step(reader, text);
      if (typeof read === "string") {
        failed(read, read === notHttp ? "protocol" : "connection");
      } else if (read !== undefined) {
        const { isReusable, status, headers, truncated } = read;
        finish({ kind: "response", status, headers, body: read.body, truncated }, isReusable);
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

/** Returns the response when it is complete, an error code, or undefined if more text is needed. */
function step(reader: ParserSteps<ParsedResponse>, text: string | undefined) {
  try {
    const { done, value } = reader.next(text);
    return done === true ? value : undefined;
  } catch (error) {
    return error instanceof ParseError ? error.message : "EUNKNOWN";
  }
}
