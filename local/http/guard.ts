import type { IncomingHttpHeaders } from "node:http";
import { isIP, isIPv6 } from "node:net";
import { headerText } from "../data-stream/produce/gateway-request.ts";
import type { OutgoingResponse } from "./response.ts";
import { jsonResponse } from "./response.ts";

type Connection = { readonly localAddress?: string | undefined };

const httpPort = 80;
const loopback = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Refuses requests that a web page of another origin may have started. Any page can send requests to a port of this
 * machine, which shows in Origin and Sec-Fetch-Site; a page on another port of it is `same-site`. It can also point a
 * host name of its own to this machine, which shows in Host. Beside the names of loopback only `others` are allowed: each is a name for the port of the
 * server, or a name with a port of its own.
 */
export function guard(
  headers: IncomingHttpHeaders,
  port: number,
  others: readonly string[] = [],
): OutgoingResponse | undefined {
  const host = headerText(headers, "host").toLowerCase();
  if (!isAllowed(host, port, others)) {
    const hosts = new Set([...loopback, ...others].map((name) => withPort(name, port)));
    return forbidden(`the Host header must be one of ${[...hosts].join(", ")}`);
  }
  const origin = headers["origin"];
  if (origin !== undefined && !isOwnOrigin(origin.toLowerCase(), port, others)) {
    return forbidden("requests from pages of another origin are refused");
  }
  if (headerText(headers, "sec-fetch-site").endsWith("-site")) {
    return forbidden("requests that another page starts are refused");
  }
  return undefined;
}

function isOwnOrigin(origin: string, port: number, others: readonly string[]): boolean {
  const scheme = "http://";
  return origin.startsWith(scheme) && isAllowed(origin.slice(scheme.length), port, others);
}

/** Says whether a host is allowed. A host without a port has the port of HTTP. */
function isAllowed(given: string, port: number, others: readonly string[]): boolean {
  const host = withPort(given, httpPort);
  return (
    loopback.some((name) => host === `${name}:${port}`) ||
    others.some((name) => host === withPort(name, port))
  );
}

function withPort(name: string, port: number): string {
  return /:\d{1,5}$/.test(name) ? name : `${name}:${port}`;
}

/**
 * Returns the address that a connection came in on, in the form of a Host header: IPv6 in brackets, and IPv4
 * without the prefix that a dual-stack socket shows. It is safe to allow, because no name server can point an
 * address elsewhere.
 */
export function addressOf({ localAddress = "" }: Connection): readonly string[] {
  if (localAddress !== lastAddress.localAddress) {
    const plain = localAddress.replace(/^::ffff:(?=\d+\.)/, "").toLowerCase();
    const names = isIP(plain) === 0 ? [] : [isIPv6(plain) ? `[${plain}]` : plain];
    lastAddress = { localAddress, names };
  }
  return lastAddress.names;
}

/** The last address that was read. Nearly all connections come in on one. */
let lastAddress: { readonly localAddress: string; readonly names: readonly string[] } = {
  localAddress: "",
  names: [],
};

function forbidden(reason: string): OutgoingResponse {
  return jsonResponse(403, { error: reason });
}
