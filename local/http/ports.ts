import { createServer } from "node:net";

export type PortProblem = { readonly name: string; readonly port: number; readonly code: string };

/** Returns the first of these ports that cannot be listened on, with Node's code of the reason. */
export async function findPortProblem(
  ports: Readonly<Record<string, number>>,
): Promise<PortProblem | undefined> {
  for (const [name, port] of Object.entries(ports)) {
    const code = await tryPort(port);
    if (code !== undefined) {
      return { name, port, code };
    }
  }
  return undefined;
}

function tryPort(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code = "unknown error" }: NodeJS.ErrnoException) => resolve(code));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
}
