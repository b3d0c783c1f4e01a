import { createServer } from "node:net";

/** Returns the first of these ports that a process on this machine already listens on. */
export async function findBusyPort(
  ports: Readonly<Record<string, number>>,
): Promise<{ readonly name: string; readonly port: number } | undefined> {
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isFree(port))) {
      return { name, port };
    }
  }
  return undefined;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
