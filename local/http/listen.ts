import { once } from "node:events";
import type { Server } from "node:http";
import { isIPv6 } from "node:net";

/** Listens and returns the port. Port 0 takes any free one. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen({ port, host });
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) {
    return;
  }
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Returns the host under which this machine itself reaches the server, in the form that a URL needs. */
export function reachableHost(host: string): string {
  const reachable = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
  return isIPv6(reachable) ? `[${reachable}]` : reachable;
}

/** Returns a warning that cannot be overlooked: nothing behind that port has a password. */
export function openPortWarning(port: number): string {
  const line = "!".repeat(78);
  return [
    "",
    line,
    `!! WARNING: port ${port} is open to every network that this machine is in.`,
    "!! Whoever reaches it reads and deletes all records, switches faults, and sends",
    "!! through the functions, without a password. Leave out --host to close it.",
    line,
  ].join("\n");
}
