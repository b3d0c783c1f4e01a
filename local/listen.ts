import { once } from "node:events";
import type { Server } from "node:http";

/** Listens and says on which port: 0 takes any that is free. */
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
