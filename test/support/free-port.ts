import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that Linux, macOS and Windows give to sockets that ask for none, so no such socket takes one. */
const firstPort = 20_000;
const portsOfWorker = 750;
/** More workers than this share ranges, which the check for use makes up for. */
const workersMax = 16;

const worker = Number(process.env["VITEST_POOL_ID"] ?? 0) % workersMax;
// A random start, because tests of two checkouts may run on one machine.
let next = Math.floor(Math.random() * portsOfWorker);

/** Returns a port of this worker's range that nothing listens on, and never the same one soon again. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < portsOfWorker; tried += 1) {
    const port = firstPort + worker * portsOfWorker + next;
    next = (next + 1) % portsOfWorker;
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error("no port of this worker's range is free");
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
